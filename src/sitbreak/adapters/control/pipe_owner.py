"""Whose this process and whose a pipe is, by Windows' security identifiers (SID)."""

from __future__ import annotations

import ctypes
import sys
from ctypes import byref, c_void_p, c_wchar_p, wintypes
from functools import cache

assert sys.platform == "win32"  # noqa: S101 - type checkers pass over the rest elsewhere

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_advapi = ctypes.WinDLL("advapi32", use_last_error=True)
_kernel.GetCurrentProcess.restype = wintypes.HANDLE
_kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
_kernel.LocalFree.argtypes = (c_void_p,)
_advapi.OpenProcessToken.argtypes = (wintypes.HANDLE, wintypes.DWORD, c_void_p)
_advapi.GetTokenInformation.argtypes = (wintypes.HANDLE, ctypes.c_int, c_void_p, wintypes.DWORD, c_void_p)
_advapi.ConvertSidToStringSidW.argtypes = (c_void_p, c_void_p)
_advapi.GetSecurityInfo.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.DWORD, *([c_void_p] * 5))
_advapi.GetSecurityInfo.restype = wintypes.DWORD

_TOKEN_QUERY, _TOKEN_USER = 8, 1
_KERNEL_OBJECT, _OWNER = 6, 1


@cache
def my_id() -> str:
    """The SID of the user whose process this is. Raises OSError."""
    token = wintypes.HANDLE()
    _must(_advapi.OpenProcessToken(_kernel.GetCurrentProcess(), _TOKEN_QUERY, byref(token)))
    try:
        room = ctypes.create_string_buffer(256)
        _must(_advapi.GetTokenInformation(token, _TOKEN_USER, room, len(room), byref(wintypes.DWORD())))
        return _text(c_void_p.from_buffer(room).value)
    finally:
        _kernel.CloseHandle(token)


def owner_of(handle: int) -> str:
    """The SID of whoever made this pipe; nobody can claim to be another. Raises OSError."""
    owner, descriptor = c_void_p(), c_void_p()
    failed = _advapi.GetSecurityInfo(
        handle, _KERNEL_OBJECT, _OWNER, byref(owner), None, None, None, byref(descriptor)
    )
    if failed:
        raise ctypes.WinError(failed)
    try:
        return _text(owner.value)
    finally:
        _kernel.LocalFree(descriptor)


def _text(sid: int | None) -> str:
    text = c_wchar_p()
    _must(_advapi.ConvertSidToStringSidW(sid, byref(text)))
    try:
        return str(text.value)
    finally:
        _kernel.LocalFree(ctypes.cast(text, c_void_p))


def _must(worked: int) -> None:
    if not worked:
        raise ctypes.WinError(ctypes.get_last_error())
