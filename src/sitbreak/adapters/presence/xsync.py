"""The X Synchronization Extension: counters that the server keeps, and alarms on them.

Written from the extension's protocol, because python-xlib does not speak it. Only what idleness needs is
here. Values are 64 bits, sent as a signed high and an unsigned low half; those of ``IDLETIME`` are
milliseconds without input.
"""

from __future__ import annotations

import contextlib
import logging
import struct
from enum import IntEnum
from typing import Any

from Xlib.error import ConnectionClosedError
from Xlib.protocol import display as core
from Xlib.protocol import event, request, rq

log = logging.getLogger(__name__)

Gone = (ConnectionClosedError, OSError)
"""What any use of a connection raises once the server is gone."""

EXTENSION = "SYNC"
NEVER_RISES = 2**62
"""A value that no counter rises through: an alarm there is off."""
NEVER_FALLS = -1
"""A value that no counter of time falls to: an alarm there is off."""

_ALARM_NOTIFY = 1
_DESTROYED = 2
_VALUE = 0x04
_ALL = 0x3F


class Test(IntEnum):
    """When an alarm goes off: as its counter rises through its value, or as it falls to it."""

    RISES = 0
    FALLS = 1


class Connection(core.Display):
    """A bare X connection: no keymap, no extension modules, nothing that idleness does without."""

    def __init__(self, name: str | None = None) -> None:
        # python-xlib keeps these on its class, where connections to different servers would share them.
        nothing: Any = {}
        self.event_classes, self.resource_classes = {**event.event_class}, nothing
        super().__init__(name)
        # Its own handler writes to the person's terminal.
        self.set_error_handler(lambda error, _request: log.warning("the X server refused: %s", error))

    def extension(self, name: str) -> Any:
        """What the server says of an extension: ``present``, ``major_opcode``, ``first_event``."""
        return request.QueryExtension(display=self, name=name)

    def let_go(self) -> None:
        """Close the connection, whether or not the server is still there."""
        with contextlib.suppress(*Gone):
            self.close()


class AlarmNotify(rq.Event):  # type: ignore[misc, unused-ignore]
    """An alarm went off."""

    _code = None
    _fields = rq.Struct(
        rq.Card8("type"),
        rq.Card8("kind"),
        rq.Card16("sequence_number"),
        rq.Card32("alarm"),
        rq.Int32("counter_high"),
        rq.Card32("counter_low"),
        rq.Int32("alarm_high"),
        rq.Card32("alarm_low"),
        rq.Card32("timestamp"),
        rq.Card8("state"),
        rq.Pad(3),
    )

    @property
    def rang(self) -> int | None:
        """The alarm that went off; None when the event only says that an alarm is gone."""
        return None if self.state == _DESTROYED else int(self.alarm)


class _Initialize(rq.ReplyRequest):
    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(0), rq.RequestLength(), rq.Card8("major"), rq.Card8("minor"), rq.Pad(2)
    )
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Pad(1),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Card8("major"),
        rq.Card8("minor"),
        rq.Pad(22),
    )


class _ListSystemCounters(rq.ReplyRequest):
    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(1), rq.RequestLength())
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Pad(1),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Int32("count"),
        rq.Pad(20),
        rq.Binary("counters"),
    )


class QueryCounter(rq.ReplyRequest):
    """A question that is answered later: nothing waits for the server."""

    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(5), rq.RequestLength(), rq.Card32("counter"))
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Pad(1),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Int32("high"),
        rq.Card32("low"),
        rq.Pad(16),
    )
    _data: dict[str, int] | None

    @property
    def value(self) -> int | None:
        """The counter's value, or None as long as there is no answer."""
        return None if self._data is None else (self._data["high"] << 32) | self._data["low"]


class _CreateAlarm(rq.Request):
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(8),
        rq.RequestLength(),
        rq.Card32("alarm"),
        rq.Card32("mask"),
        rq.Card32("counter"),
        rq.Card32("value_type"),
        rq.Int32("high"),
        rq.Card32("low"),
        rq.Card32("test"),
        rq.Int32("delta_high"),
        rq.Card32("delta_low"),
        rq.Card32("events"),
    )


class _ChangeAlarm(rq.Request):
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(9),
        rq.RequestLength(),
        rq.Card32("alarm"),
        rq.Card32("mask"),
        rq.Int32("high"),
        rq.Card32("low"),
    )


class Sync:
    """The extension on one connection. Raises LookupError where the server lacks it."""

    def __init__(self, connection: Connection) -> None:
        found = connection.extension(EXTENSION)
        if not found.present:
            raise LookupError(EXTENSION)
        self._connection: Any = connection
        self._opcode = int(found.major_opcode)
        connection.add_extension_event(found.first_event + _ALARM_NOTIFY, AlarmNotify)
        _Initialize(display=connection, opcode=self._opcode, major=3, minor=0)

    def counters(self) -> dict[str, int]:
        """The server's own counters by name. Waits for the server."""
        reply = _ListSystemCounters(display=self._connection, opcode=self._opcode)
        data, found, start = bytes(reply.counters), {}, 0
        for _ in range(reply.count):
            counter, length = struct.unpack_from("=I8xH", data, start)
            name = data[start + 14 : start + 14 + length]
            found[name.decode("latin-1")] = counter
            start += (14 + length + 3) & ~3
        return found

    def ask(self, counter: int) -> QueryCounter:
        """Ask for a counter's value; sent at the connection's next flush."""
        return QueryCounter(display=self._connection, defer=True, opcode=self._opcode, counter=counter)

    def create_alarm(self, counter: int, test: Test, value: int) -> int:
        """An alarm that goes off every time the counter passes the value; sent at the next flush."""
        alarm: int = self._connection.allocate_resource_id()
        _CreateAlarm(
            display=self._connection,
            opcode=self._opcode,
            alarm=alarm,
            mask=_ALL,
            counter=counter,
            value_type=0,
            high=value >> 32,
            low=value & 0xFFFFFFFF,
            test=int(test),
            delta_high=0,
            delta_low=0,
            events=1,
        )
        return alarm

    def move_alarm(self, alarm: int, value: int) -> None:
        """Let an alarm go off at another value from now on; sent at the next flush."""
        _ChangeAlarm(
            display=self._connection,
            opcode=self._opcode,
            alarm=alarm,
            mask=_VALUE,
            high=value >> 32,
            low=value & 0xFFFFFFFF,
        )
