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
                f"Another {name} already runs on {data_dir}. Stop it first, "
                "or set HUOQI_DATA to another folder."
            )
        yield
    finally:
        lock.close()
