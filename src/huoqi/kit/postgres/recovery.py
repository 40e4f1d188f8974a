"""A cluster that comes out of a base backup and a log: unpacked, replayed, and begun anew.

The server asks for each segment through a file in a folder, and whoever holds the key answers: the
server's own user never gets it.
"""

import os
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from huoqi.kit.postgres import process
from huoqi.kit.postgres.account import Account, Places, account_for, settle, within_reach
from huoqi.kit.postgres.binaries import Binaries, find_binaries
from huoqi.kit.postgres.configuring import configure, write_readable
from huoqi.kit.postgres.settings import Profile

FEED, FEED_SCRIPT = "wal-feed", "feed.sh"
PATIENCE_S = 86_400.0  # A long log takes hours; a server that dies is noticed at once.
_LOOK_S = 0.02
FEED_TEXT = """\
# Ask for a segment of the log: 0 it is there, 1 there is none, above 125 the recovery must end.
feed=../wal-feed
: > "$feed/want.$1" || exit 200
n=0
while [ $n -lt 12000 ]; do
  if [ -e "$feed/have.$1" ]; then mv "$feed/have.$1" "$2" || exit 200; exit 0; fi
  if [ -e "$feed/none.$1" ]; then rm -f "$feed/none.$1"; exit 1; fi
  if [ -e "$feed/fail" ]; then exit 200; fi
  sleep 0.05
  n=$((n+1))
done
exit 200
"""


class Log(Protocol):
    """Where the segments come from."""

    def has(self, name: str) -> bool:
        """Tell whether there is such a segment."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """Yield a segment's contents; whatever it raises ends the recovery."""
        ...


class Feeder:
    """Answers a recovering server from a log, until it is stopped; keeps what went wrong."""

    def __init__(self, places: Places, account: Account, log: Log) -> None:
        self._folder = places.home / FEED
        self._account = account
        self._log = log
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wal-feed", daemon=True)
        self.error: BaseException | None = None
        self.at_end = threading.Event()  # A segment was asked for that there is none of.

    def start(self) -> None:
        """Begin to answer."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700)
        self._account.own(self._folder)
        self._thread.start()

    def stop(self) -> None:
        """End, and let nothing of the log stay."""
        self._ending.set()
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self) -> None:
        with _Caught(self):
            while not self._ending.wait(_LOOK_S):
                for want in sorted(self._folder.glob("want.*")):
                    name = want.name.removeprefix("want.")
                    self._answer(name)
                    want.unlink()

    def _answer(self, name: str) -> None:
        if not self._log.has(name):
            (self._folder / f"none.{name}").touch()
            if not name.endswith(".history"):
                self.at_end.set()
            return
        draft = self._folder / f".{name}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for part in self._log.read(name):
                file.write(part)
        self._account.own(draft)
        draft.rename(self._folder / f"have.{name}")

    def refuse(self, error: BaseException) -> None:
        """Tell the server that it must not go on."""
        self.error = error
        (self._folder / "fail").touch()


class _Caught:
    """Keeps an error of the feeder's thread for whoever waits for the server."""

    def __init__(self, feeder: Feeder) -> None:
        self._feeder = feeder

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if error is not None:
            self._feeder.refuse(error)
        return isinstance(error, Exception)


class Recovery:
    """One cluster in a data folder of its own, on its way out of a backup."""

    def __init__(
        self,
        data_dir: Path,
        *,
        major: int,
        environ: Mapping[str, str],
        profile: Profile = Profile.DURABLE,
    ) -> None:
        self._profile = profile
        self._account = account_for(data_dir)
        self.places = settle(data_dir, self._account)
        found = find_binaries(environ, major=major)
        self._binaries: Binaries = within_reach(found, self._account, self.places.home)

    def unpack(self, tar: BinaryIO) -> None:
        """Put the base in its place, whole; there must be none yet."""
        assert not self.places.data.exists(), "never over an existing one"
        draft = self.places.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        before = os.umask(0o077)
        try:
            with tarfile.open(fileobj=tar, mode="r|") as packed:
                packed.extractall(draft, filter="data")
        finally:
            os.umask(before)
        while tar.read(1 << 20):  # To its end, where it is proven.
            pass
        for inner, _, _ in os.walk(draft):
            Path(inner).chmod(0o700)
        self._account.own_tree(draft)
        draft.rename(self.places.data)

    def replay(self, log: Log, *, until: Mapping[str, str]) -> None:
        """Replay the log up to an instant and begin a new line of history; the server is stopped.

        ``until`` are PostgreSQL's settings of the target; none is the end of the log. Raises what
        the log raised, and PostgresUnavailable with what the server said last.
        """
        target = {"recovery_target_action": "promote", "hot_standby": "off", **until}
        with self._running(log, signal="recovery.signal", more=target):
            pass

    @contextmanager
    def looked_into(self, log: Log) -> Iterator[None]:
        """Run the server at the end of its log inside the block, for reading only."""
        with self._running(log, signal="standby.signal", more={"hot_standby": "on"}) as feeder:
            while not feeder.at_end.wait(_LOOK_S) and feeder.error is None:
                pass
            if feeder.error is not None:
                raise feeder.error
            yield
        (self.places.data / "standby.signal").unlink()

    @contextmanager
    def _running(self, log: Log, *, signal: str, more: Mapping[str, str]) -> Iterator[Feeder]:
        feeder = Feeder(self.places, self._account, log)
        write_readable(self.places.home / FEED_SCRIPT, FEED_TEXT, self._account)
        settings = {
            "restore_command": f'/bin/sh ../{FEED_SCRIPT} "%f" "%p"',
            "recovery_target_timeline": "current",
            "archive_mode": "off",
            **more,
        }
        configure(self.places, self._account, self._binaries, profile=self._profile, more=settings)
        begin = self.places.data / signal
        begin.touch(mode=0o600)
        self._account.own(begin)
        feeder.start()
        try:
            self._launch(feeder)
            yield feeder
        finally:
            process.halt(self.places)
            process.reap()
            feeder.stop()

    def _launch(self, feeder: Feeder) -> None:
        launch: Callable[..., None] = process.launch
        try:
            launch(self.places, self._account, self._binaries, timeout_s=PATIENCE_S)
        finally:
            if feeder.error is not None:
                raise feeder.error
