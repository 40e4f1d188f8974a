"""Locks on files: they vanish with their process, however it ends."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

PAUSE_S = 0.05


class AlreadyRunning(Exception):
    """Another process serves this data folder; the text names the folder and what to do."""


class FileLock:
    """A lock that many may share, or one may hold alone."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_share(self) -> bool:
        """Return whether the lock is now held together with others."""
        return self._try(fcntl.LOCK_SH)

    def try_own(self) -> bool:
        """Return whether the lock is now held alone (a shared hold is given up by trying)."""
        return self._try(fcntl.LOCK_EX)

    def sign(self) -> None:
        """Write our process number into the file; true for as long as the lock is held."""
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode("ascii"), 0)

    def signature(self) -> int | None:
        """Return the process number that the file holds."""
        text = os.pread(self._handle, 32, 0).strip()
        return int(text) if text.isdigit() else None

    def close(self) -> None:
        """Let go."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextlib.contextmanager
def owned(path: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold a lock alone inside the block; AlreadyRunning when others keep it too long."""
    lock = FileLock(path)
    try:
        deadline = time.monotonic() + timeout_s
        while not lock.try_own():
            if time.monotonic() > deadline:
                raise AlreadyRunning(
                    f"Another process has kept {path} for {timeout_s:.0f} s. "
                    "Wait for it or end it, then run this again."
                )
            time.sleep(PAUSE_S)
        yield
    finally:
        lock.close()


@contextlib.contextmanager
def single_instance(data_dir: Path, *, name: str = "server") -> Iterator[None]:
    """Be the only process of this name on a data folder inside the block, or AlreadyRunning."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
    lock = FileLock(data_dir / f"{name}.lock")
    try:
        if not lock.try_own():
            raise AlreadyRunning(
                f"Another {name} already runs on {data_dir}. Stop it first (huoqi down), "
                "or set HUOQI_DATA to another folder."
            )
        lock.sign()
        yield
    finally:
        lock.close()


def holder_of(data_dir: Path, *, name: str = "server") -> int | None:
    """Return the number of the live process of this name on a data folder, or None.

    What a dead process left in the file is not believed: its lock went with it.
    """
    path = data_dir / f"{name}.lock"
    if not path.exists():
        return None
    lock = FileLock(path)
    try:
        return None if lock.try_share() else lock.signature()
    finally:
        lock.close()
