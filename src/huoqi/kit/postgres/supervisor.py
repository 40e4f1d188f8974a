"""The embedded cluster as its users see it: start, stop, and back again when it was killed."""

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from huoqi.kit.postgres import process
from huoqi.kit.postgres.account import (
    Account,
    Places,
    account_for,
    account_for_initdb,
    settle,
    within_reach,
)
from huoqi.kit.postgres.binaries import Binaries, PostgresUnavailable, find_binaries
from huoqi.kit.postgres.configuring import configure
from huoqi.kit.postgres.locks import PAUSE_S, AlreadyRunning, FileLock, owned
from huoqi.kit.postgres.settings import Profile

USER = "huoqi"
DATABASE = "huoqi"
LOCK_TIMEOUT_S = 180.0
ANSWER_TIMEOUT_S = 60.0
WATCH_PAUSE_S = 0.3
BUILTIN_LOCALE_MAJOR = 17

_PASSING = (PostgresUnavailable, AlreadyRunning, psycopg.Error, OSError)

Say = Callable[[str], None]


@dataclass(frozen=True)
class ClusterStatus:
    """What a look at the cluster showed; ``pid`` is None when no server runs."""

    initialised: bool
    pid: int | None
    ready: bool
    dsn: str
    data: Path
    log: Path


def _silent(message: str) -> None:
    """Say nothing."""


class EmbeddedPostgres:
    """A PostgreSQL of our own on one data folder, without TCP, shared by all who start it.

    Several processes may start it: the first launches the server, the others join, the last
    one to stop shuts it down. While any of them lives, a killed server is started again. What
    they hold are locks on files, so a killed process leaves nothing to clean up.
    """

    def __init__(
        self, data_dir: Path, *, profile: Profile = Profile.DURABLE, say: Say = _silent
    ) -> None:
        self._data_dir = data_dir.resolve()
        self._profile = profile
        self._say = say
        self._users: FileLock | None = None
        self._places: Places | None = None
        self._watch: threading.Thread | None = None
        self._leaving = threading.Event()

    def start(self) -> str:
        """Return the connection string of the running server, starting it when needed."""
        if self._users is not None:
            return _dsn(self._settled())
        account = account_for(self._data_dir)
        self._places = settle(self._data_dir, account)
        self._users = self._join(self._places)
        with contextlib.ExitStack() as undo:
            undo.callback(self.stop)
            self._ensure(account)
            undo.pop_all()
        self._leaving.clear()
        self._watch = threading.Thread(target=self._keep_alive, args=(account,), daemon=True)
        self._watch.start()
        return _dsn(self._places)

    def stop(self) -> None:
        """Leave the server; the last user out stops it gracefully."""
        self._leaving.set()
        if self._watch is not None:
            self._watch.join()
            self._watch = None
        if self._users is None:
            return
        try:
            if self._users.try_own():
                process.halt(self._settled())
        finally:
            process.reap()
            self._users.close()
            self._users = None

    def cluster_status(self) -> ClusterStatus:
        """Return what stands and runs now, without starting anything."""
        places = self._places or settle(self._data_dir, account_for(self._data_dir))
        pid = process.running_pid(places)
        return ClusterStatus(
            initialised=(places.data / "PG_VERSION").exists(),
            pid=pid,
            ready=pid is not None and process.is_ready(places),
            dsn=_dsn(places),
            data=places.data,
            log=places.log,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _settled(self) -> Places:
        assert self._places is not None
        return self._places

    def _join(self, places: Places) -> FileLock:
        """Return our share of the users' lock; whoever holds it alone is stopping the server."""
        lock = FileLock(places.home / "users.lock")
        deadline = time.monotonic() + LOCK_TIMEOUT_S
        while not lock.try_share():
            if time.monotonic() > deadline:
                lock.close()
                raise PostgresUnavailable(f"{places.home} is still being stopped by another.")
            time.sleep(PAUSE_S)
        return lock

    def _keep_alive(self, account: Account) -> None:
        """Start the server again whenever it is found dead, until we leave."""
        while not self._leaving.wait(WATCH_PAUSE_S):
            process.reap()
            if process.is_lost(self._settled()):
                self._say("The database was killed; starting it again.")
                # Said here, told to callers by their own connections, tried again in a moment.
                with contextlib.suppress(*_PASSING):
                    self._ensure(account)

    def _ensure(self, account: Account) -> None:
        """Make the cluster if it is not there, and the server run."""
        places = self._settled()
        with owned(places.home / "start.lock", timeout_s=LOCK_TIMEOUT_S):
            if _joins_running(places):
                return
            binaries = within_reach(
                find_binaries(os.environ, major=_major(places)), account, places.home
            )
            if not (places.data / "PG_VERSION").exists():
                self._say(f"Making the database (PostgreSQL {binaries.major}) …")
                draft = _draft(places, account, binaries)
                if self._profile is Profile.DURABLE:
                    os.sync()  # Once for all files; initdb's own way is a sync a file.
                draft.rename(places.data)
            configure(places, account, binaries, profile=self._profile)
            process.launch(places, account, binaries)
            _ensure_database(places)


def _joins_running(places: Places) -> bool:
    """Return True once a server that runs already answers, False when there is none.

    One that was killed this moment still looks alive; only an answer proves it. One that nobody
    can reach is ended.
    """
    begun = time.monotonic()
    ready_since = None
    while time.monotonic() < begun + process.START_TIMEOUT_S:
        process.reap()
        if process.running_pid(places) is None:
            return False
        if process.is_lost(places):
            process.halt(places)
            return False
        if process.is_ready(places):
            if _answers(places):
                return True
            ready_since = ready_since or time.monotonic()
            if time.monotonic() > ready_since + ANSWER_TIMEOUT_S:
                break
        time.sleep(PAUSE_S)
    raise PostgresUnavailable(
        f"PostgreSQL (process {process.running_pid(places)}) runs and does not answer; see "
        f"{places.log}. End it with kill -INT and start again."
    )


def _answers(places: Places) -> bool:
    try:
        with psycopg.connect(_dsn(places), dbname="postgres", connect_timeout=5) as link:
            link.execute("SELECT 1")
    except psycopg.OperationalError as error:
        return any(sign in str(error) for sign in ("too many clients", "connection slots"))
    return True


def _dsn(places: Places) -> str:
    return make_conninfo(host=str(places.socket_dir), user=USER, dbname=DATABASE)


def _major(places: Places) -> int | None:
    stamp = places.data / "PG_VERSION"
    return int(stamp.read_text()) if stamp.exists() else None


def _draft(places: Places, account: Account, binaries: Binaries) -> Path:
    """Return the folder of a new cluster, to be moved in place whole, so that no half one stays."""
    draft = places.home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    maker = account_for_initdb(account)
    maker.own(draft)
    if binaries.major >= BUILTIN_LOCALE_MAJOR:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C"]
    answer = maker.run(
        [
            binaries.program("initdb"),
            *("-D", str(draft), "-U", USER, "--auth=trust", "--encoding=UTF8"),
            *("--data-checksums", "--no-instructions", "--no-sync", *locale),
        ],
        cwd=draft,
    )
    if answer.returncode != 0:
        raise PostgresUnavailable(f"initdb failed: {answer.stderr.strip() or answer.stdout}")
    account.own_tree(draft)
    return draft


def _ensure_database(places: Places) -> None:
    admin = make_conninfo(_dsn(places), dbname="postgres")
    with psycopg.connect(admin, autocommit=True) as link:
        known = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
        if known.fetchone() is None:
            link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
