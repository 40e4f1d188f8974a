"""The desk: one place at which due work is worked off, whoever and however many ask for it.

It is a session lock of PostgreSQL, so it is free again the moment its holder dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from psycopg import errors as pg_errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from huoqi.kit.clock import Connection
from huoqi.kit.db import connect
from huoqi.kit.errors import DomainError

_LOCK = 0x6465736B
_TRY = "SELECT pg_try_advisory_lock(%s)"
_TAKE = "SELECT pg_advisory_lock(%s)"
_GIVE_BACK = "SELECT pg_advisory_unlock(%s)"
_WAIT = "SELECT set_config('lock_timeout', %s, false)"


class DeskBusy(DomainError):
    """Someone else works off what is due and did not finish in time; try again."""

    code: ClassVar[str] = "desk.busy"


def catalogue_name(dsn: str) -> str:
    """Return the name of the small database beside the platform's, which no rewind touches.

    >>> catalogue_name("host=/run dbname=huoqi")
    'huoqi_catalogue'
    """
    return f"{conninfo_to_dict(dsn)['dbname']}_catalogue"


class Desk:
    """Takes and gives back the desk over a connection of its own, opened when first needed.

    The lock lives in the catalogue where there is one, so that the desk can be held while the
    platform's database itself is copied or renamed; else in the platform's database.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._conn: Connection | None = None
        self._is_own = False

    def try_take(self) -> bool:
        """Return whether the desk is ours now; never waits."""
        row = self._connection().execute(_TRY, (_LOCK,)).fetchone()
        assert row is not None
        if row[0] and self._has_moved():
            return self.try_take()
        return bool(row[0])

    def give_back(self) -> None:
        """Let others have the desk; a lost connection has done so already."""
        if self._conn is not None and not self._conn.closed:
            self._conn.execute(_GIVE_BACK, (_LOCK,))

    def close(self) -> None:
        """Close the connection, which gives the desk back too."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    @contextmanager
    def held(self, *, timeout_s: int = 60) -> Iterator[None]:
        """Hold the desk while the block runs; raise DeskBusy when it is not free in time."""
        conn = self._connection()
        try:
            conn.execute(_WAIT, (f"{timeout_s}s",))
            conn.execute(_TAKE, (_LOCK,))
            if self._has_moved():
                conn = self._connection()
                conn.execute(_WAIT, (f"{timeout_s}s",))
                conn.execute(_TAKE, (_LOCK,))
        except pg_errors.LockNotAvailable as error:
            raise DeskBusy(waited_s=timeout_s) from error
        try:
            yield
        finally:
            self.give_back()

    def _connection(self) -> Connection:
        if self._conn is None or self._conn.closed:
            own = connect(self._dsn, autocommit=True)
            self._is_own = not self._catalogue_exists(own)
            if not self._is_own:
                own.close()
                name = catalogue_name(self._dsn)
                own = connect(make_conninfo(self._dsn, dbname=name), autocommit=True)
            self._conn = own
        return self._conn

    def _has_moved(self) -> bool:
        """Leave the platform's database if the catalogue has been made since; tell whether so.

        Whoever makes the catalogue holds the desk of the platform's database meanwhile.
        """
        if not self._is_own or not self._catalogue_exists(self._connection()):
            return False
        self.close()
        return True

    def _catalogue_exists(self, conn: Connection) -> bool:
        name = catalogue_name(self._dsn)
        row = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        return row is not None
