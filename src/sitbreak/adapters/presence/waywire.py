"""Wayland's wire: messages to bytes and back. Only what idleness needs; nothing here passes descriptors.

A message is its object's id, one word of size and opcode, and arguments, each a whole number of 32-bit words
in this machine's own byte order. What comes from outside is believed in nothing: sizes, lengths and ends are
checked, and no more than one message is ever kept waiting.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

MOST_BYTES = 4096
"""The longest message that a compositor may send to a client that does not ask for longer ones."""

_HEAD = struct.Struct("=II")
_WORD = struct.Struct("=I")


class WireError(Exception):
    """What came is no Wayland, or no answer to what was asked."""


class Message(NamedTuple):
    """One message: an event, or for a compositor a request."""

    object_id: int
    opcode: int
    body: bytes


def packed(object_id: int, opcode: int, *arguments: int | str) -> bytes:
    """One message to send; numbers are unsigned words (ids too), texts end in a zero byte."""
    body = b"".join(_text(value) if isinstance(value, str) else _WORD.pack(value) for value in arguments)
    return _HEAD.pack(object_id, (_HEAD.size + len(body)) << 16 | opcode) + body


def _text(value: str) -> bytes:
    data = value.encode() + b"\0"
    return _WORD.pack(len(data)) + data + bytes(-len(data) % 4)


class Arguments:
    """A message's arguments, read in their order. Raises WireError where they end too early."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    def word(self) -> int:
        """The next number or id, unsigned."""
        return int(_WORD.unpack(self._take(_WORD.size))[0])

    def text(self) -> str:
        """The next text; what is not UTF-8 in it is replaced."""
        length = self.word()
        data = self._take(length + -length % 4)[:length]
        if data and data[-1]:
            raise WireError(f"a text without its end: {data[:40]!r}")
        return data[:-1].decode(errors="replace")

    def words(self) -> tuple[int, ...]:
        """The next array, as unsigned numbers."""
        length = self.word()
        data = self._take(length + -length % 4)[:length]
        if length % _WORD.size:
            raise WireError(f"an array of {length} bytes")
        return tuple(int(word) for (word,) in _WORD.iter_unpack(data))

    def _take(self, length: int) -> bytes:
        data = self._body[self._at : self._at + length]
        if len(data) < length:
            raise WireError("a message that ends too early")
        self._at += length
        return data


class Splitter:
    """Cuts what comes into messages, however the pieces fall."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are whole now. Raises WireError at the first size that cannot be."""
        kept, at = self._kept + data, 0
        try:
            while len(kept) - at >= _HEAD.size:
                object_id, size_and_opcode = _HEAD.unpack_from(kept, at)
                size, opcode = size_and_opcode >> 16, size_and_opcode & 0xFFFF
                if size < _HEAD.size or size % 4 or size > MOST_BYTES:
                    raise WireError(f"a message of {size} bytes")
                if len(kept) - at < size:
                    return
                body = kept[at + _HEAD.size : at + size]
                at += size
                yield Message(object_id, opcode, body)
        finally:
            self._kept = kept[at:]
