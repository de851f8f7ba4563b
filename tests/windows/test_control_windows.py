"""The control pipe: whose it is, and who may be behind the other end."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from ctypes import byref, c_void_p, c_wchar_p, wintypes
from pathlib import Path

import pytest

from control_stage import Engine, dial
from sitbreak.adapters.control import client as commands
from sitbreak.adapters.control import pipe_client, pipe_owner
from sitbreak.adapters.control.server import ControlServer
from sitbreak.adapters.loop import IoLoop
from sitbreak.errors import SitbreakError

assert sys.platform == "win32"

KERNEL_OBJECT, OWNER, DACL = 6, 1, 4


@pytest.fixture
def io() -> Iterator[IoLoop]:
    io = IoLoop()
    yield io
    io.close()


@pytest.fixture
def server(io: IoLoop, tmp_path: Path) -> Iterator[ControlServer]:
    server = ControlServer(io, tmp_path, Engine())
    yield server
    server.close()


def security_of(handle: int) -> str:
    """Owner and access list in Windows' own notation."""
    advapi = ctypes.WinDLL("advapi32")
    descriptor, text = c_void_p(), c_wchar_p()
    what = OWNER | DACL
    advapi.GetSecurityInfo.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.DWORD, *([c_void_p] * 5))
    assert not advapi.GetSecurityInfo(handle, KERNEL_OBJECT, what, None, None, None, None, byref(descriptor))
    assert advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, 1, what, byref(text), None)
    return str(text.value)


def test_the_pipe_is_this_users_and_nobody_else_is_let_in(server: ControlServer, tmp_path: Path) -> None:
    import msvcrt  # noqa: PLC0415 - Windows only

    me = pipe_owner.my_id()
    with open(pipe_client.address(str(tmp_path)), "r+b", buffering=0) as pipe:  # noqa: PTH123 - no path
        told = security_of(msvcrt.get_osfhandle(pipe.fileno()))
    assert told.startswith(f"O:{me}D:")
    assert told.count("(") == 1, "one entry, for one user"
    assert told.endswith(f";;;{me})")


def test_the_name_is_this_users_and_this_folders(tmp_path: Path) -> None:
    mine = pipe_client.address(str(tmp_path))
    assert pipe_owner.my_id() in mine
    assert pipe_client.address(str(tmp_path / "other")) != mine
    assert pipe_client.address(str(tmp_path).upper()) == mine


def test_a_pipe_of_another_user_is_told_nothing(
    server: ControlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipe_owner, "owner_of", lambda _handle: "S-1-5-21-1-2-3-1001")
    with pytest.raises(SitbreakError, match="not yours") as told:
        commands.ask(tmp_path, "status")
    assert told.value.remedy


def test_two_folders_have_two_daemons(io: IoLoop, server: ControlServer, tmp_path: Path) -> None:
    other = tmp_path / "other"
    engine = Engine()
    second = ControlServer(io, other, engine)
    assert commands.ask(other, "status")["ok"]
    assert len(engine.asked) == 1
    second.close()
    assert commands.ask(tmp_path, "status")["ok"]


def test_callers_that_come_and_go_leave_room_for_the_next(server: ControlServer, tmp_path: Path) -> None:
    for _ in range(100):
        with dial(tmp_path):
            pass
    assert commands.ask(tmp_path, "status")["ok"]
