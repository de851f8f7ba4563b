"""One daemon for one user."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desk import wait_for
from sitbreak.adapters.lock import AlreadyRunning, InstanceLock
from sitbreak.errors import SitbreakError

HOLD = """
import sys, time
from pathlib import Path
from sitbreak.adapters.lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def _free(path: Path) -> bool:
    try:
        InstanceLock(path).release()
    except AlreadyRunning:
        return False
    return True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "daemon.lock"


def test_the_second_is_told_what_to_do(path: Path) -> None:
    first = InstanceLock(path)
    with pytest.raises(AlreadyRunning, match="already running") as told:
        InstanceLock(path)
    assert "sitbreak status" in told.value.remedy
    assert path.stat().st_mode & 0o777 == 0o600
    first.release()
    InstanceLock(path).release()


def test_a_killed_holder_holds_no_longer_and_a_forgotten_file_is_no_lock(path: Path) -> None:
    path.touch()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunning):
        InstanceLock(path)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    InstanceLock(path).release()


def test_the_lock_does_not_pass_to_children(path: Path) -> None:
    lock = InstanceLock(path)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    lock.release()
    try:
        # A child shares the file until the moment it becomes another program.
        wait_for(lambda: _free(path), for_s=5)
    finally:
        child.kill()
        child.wait()


def test_a_place_that_cannot_be_locked_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "target").touch()
    (tmp_path / "link").symlink_to("target")
    for place in ("folder", "link", "gone/daemon.lock"):
        with pytest.raises(SitbreakError) as told:
            InstanceLock(tmp_path / place)
        assert not isinstance(told.value, AlreadyRunning)
        assert str(tmp_path / place) in told.value.what
        assert told.value.remedy
