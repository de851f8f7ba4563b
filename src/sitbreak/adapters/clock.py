"""The two clocks of this machine, what it slept, and which boot this is."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sitbreak.core.clock import Instant

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SystemClock:
    """The real ``Clock``. Any thread; never blocks."""

    def now(self) -> Instant:
        """This moment, on both clocks."""
        # Monotonic first: where the thread is held up in between, what is reckoned from the pair
        # comes late rather than early.
        mono_s = _mono_s()
        return Instant(mono_s, datetime.now(UTC))

    def asleep_s(self) -> float:
        """Seconds this machine has slept since it booted, or 0 where that cannot be told."""
        return max(0.0, _asleep_s())


def boot_id() -> str:
    """What names this boot, so that a monotonic second kept on disk is trusted in it only; "" if unknown."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


# Each system's functions are defined on that system only, since the others lack the very names.
if sys.platform == "win32":
    import ctypes

    _kernel = ctypes.WinDLL("kernel32")
    _kernel.GetTickCount64.argtypes = ()
    _kernel.GetTickCount64.restype = ctypes.c_uint64
    _kernel.QueryUnbiasedInterruptTime.argtypes = (ctypes.POINTER(ctypes.c_uint64),)
    _kernel.QueryUnbiasedInterruptTime.restype = ctypes.c_int

    # The clock by which Windows stamps input. Python's own is another one from 3.13 on.
    def _mono_s() -> float:
        return float(_kernel.GetTickCount64()) / 1e3

    def _asleep_s() -> float:
        awake = ctypes.c_uint64()
        if not _kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake)):
            return 0.0
        return _mono_s() - awake.value / 1e7

elif sys.platform == "darwin":

    def _mono_s() -> float:
        return time.clock_gettime(time.CLOCK_MONOTONIC)

    def _asleep_s() -> float:
        return time.clock_gettime(time.CLOCK_MONOTONIC) - time.clock_gettime(time.CLOCK_UPTIME_RAW)

elif sys.platform == "linux":

    def _mono_s() -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def _asleep_s() -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)

else:

    def _mono_s() -> float:
        return time.monotonic()

    def _asleep_s() -> float:
        return 0.0
