"""The unit of work: one transaction, one business instant, one source of ids."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import IntEnum
from typing import Any, ClassVar, LiteralString, TypeVar
from uuid import UUID

import psycopg
from psycopg import errors as pg_errors
from psycopg_pool import ConnectionPool

import huoqi.kit.columns  # noqa: F401 - teaches the driver how columns are sent
from huoqi.kit.clock import Clock, Connection, SystemClock
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import Ids, RandomIds
from huoqi.kit.reconnecting import WaitingConnection

Answer = TypeVar("Answer")
Row = tuple[Any, ...]  # the statement decides the column types
Params = Sequence[object] | Mapping[str, object]

_TRIES = 6


class Stage(IntEnum):
    """What is done before a commit, in this order: what everybody's locks are needed for is last.

    READY takes no such lock; POST locks shards of the ledger, TELL the head of the event log.
    """

    READY = 0
    POST = 1
    TELL = 2


class Work:
    """One transaction at one business instant; operations take it and never commit.

    Attributes: ``conn`` the psycopg connection inside the transaction; ``at`` the business
    instant (UTC); ``ids`` the maker of ids; ``actor`` who asks (``customer:…``, ``staff:…``,
    ``system``); ``request_id`` for traces; ``origins`` the request and its idempotency key by the
    object that it made, where one batch carries many requests.
    """

    def __init__(
        self,
        conn: Connection,
        *,
        at: datetime,
        ids: Ids,
        actor: str = "system",
        kept: "Kept | None" = None,
    ) -> None:
        assert at.tzinfo is not None
        self.conn = conn
        self.at = at
        self.ids = ids
        self.actor = actor
        self.request_id = ""
        self.origins: dict[str, tuple[str, str]] = {}
        self._hooks: dict[Stage, dict[str, Callable[[Work], None]]] = {each: {} for each in Stage}
        self._buffers: dict[str, list[object]] = {}
        self._kept = kept or Kept()
        # One cursor serves all statements, each read to its end: a new one costs a fifth of a read.
        self._cursor: psycopg.Cursor[Row] | None = None

    def new_id(self) -> UUID:
        """Return a fresh id at this unit's instant."""
        return self.ids.new(self.at)

    def rows(self, sql: str, params: Params = ()) -> list[Row]:
        """Return all rows of a statement."""
        return self._execute(sql, params).fetchall()

    def row(self, sql: str, params: Params = ()) -> Row | None:
        """Return the first row of a statement, or None."""
        return self._execute(sql, params).fetchone()

    def run(self, sql: str, params: Params = ()) -> int:
        """Run a statement and return how many rows it touched."""
        return self._execute(sql, params).rowcount

    def copy_in(self, sql: str, rows: bytes) -> None:
        """Send rows in the form of a COPY ... FROM STDIN."""
        with self.conn.cursor() as cursor, cursor.copy(_literal(sql)) as copy:
            copy.write(rows)

    def raw_rows(self, sql: str, params: Params = ()) -> list[list[bytes | None]]:
        """Return rows in the form in which they came, binary: for columns by the million."""
        with self.conn.cursor(binary=True) as cursor:
            found = cursor.execute(_literal(sql), params).pgresult
            assert found is not None
            return [
                [found.get_value(row, field) for field in range(found.nfields)]
                for row in range(found.ntuples)
            ]

    def _execute(self, sql: str, params: Params) -> "psycopg.Cursor[Row]":
        if self._cursor is None:
            self._cursor = self.conn.cursor()
        return self._cursor.execute(_literal(sql), params)

    def kept(self, name: str, read: Callable[[], Answer]) -> Answer:
        """Return what was read under a name before, or read it now.

        For terms that hardly ever change: kept for this unit of work, in the time machine's own
        units for the journey. Whoever changes such terms calls ``forget``.
        """
        found = self._kept.values.get(name, _ABSENT)
        if found is _ABSENT:
            found = self._kept.values[name] = read()
        answer: Answer = found  # type: ignore[assignment] # the name says what it is
        return answer

    def forget(self) -> None:
        """Drop what was kept, since this unit of work changes it; its journey reads it again."""
        self._kept.is_stale = True
        self._kept = Kept()

    def run_many(self, sql: str, many: Sequence[Params]) -> None:
        """Run a statement for each set of parameters, in one pipeline."""
        if many:
            self.conn.cursor().executemany(_literal(sql), many)

    def before_commit(
        self, name: str, hook: Callable[["Work"], None], *, stage: Stage = Stage.READY
    ) -> list[object]:
        """Return the named buffer; ``hook`` runs once, just before the commit, in its stage."""
        self._hooks[stage].setdefault(name, hook)
        return self._buffers.setdefault(name, [])

    def flush(self) -> None:
        """Run what waits for the commit, by stage, first registered first, until nothing waits."""
        while (stage := next(filter(self._hooks.__getitem__, Stage), None)) is not None:
            # A hook may itself leave something for the commit, such as an event.
            hooks, self._hooks[stage] = self._hooks[stage], {}
            for hook in hooks.values():
                hook(self)

    def settle(self, name: str) -> None:
        """Run the hook of one name now, if it waits, so that what it does can be seen."""
        for hooks in self._hooks.values():
            hook = hooks.pop(name, None)
            if hook is not None:
                hook(self)

    def buffer(self, name: str) -> list[object]:
        """Return what a named buffer holds."""
        return self._buffers.setdefault(name, [])


def _literal(sql: str) -> LiteralString:
    # psycopg wants a literal; ours are constants of _store modules, and S608 keeps them so.
    return sql  # type: ignore[return-value, unused-ignore] # mypy counts a str as one


class Kept:
    """What was read of terms that hardly ever change; stale once a unit of work changed some."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.is_stale = False


_ABSENT = object()


class StillInUse(DomainError):
    """Units of work are open that did not end in time; nothing was closed."""

    code: ClassVar[str] = "database.still_in_use"


def _keep_prepared(conn: Connection) -> None:
    # A day of a fund house knows more statements than the hundred that the driver would keep.
    conn.prepared_max = 1_000


class _Gate:
    """Counts who is inside, and lets nobody in while it is shut."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._inside = 0
        self._is_shut = False

    @contextmanager
    def entered(self) -> Iterator[None]:
        with self._change:
            self._change.wait_for(lambda: not self._is_shut)
            self._inside += 1
        try:
            yield
        finally:
            with self._change:
                self._inside -= 1
                self._change.notify_all()

    @contextmanager
    def shut(self, *, timeout_s: int) -> Iterator[None]:
        with self._change:
            self._change.wait_for(lambda: not self._is_shut)
            self._is_shut = True
            if not self._change.wait_for(lambda: self._inside == 0, timeout_s):
                self._is_shut = False
                self._change.notify_all()
                raise StillInUse(count=self._inside)
        try:
            yield
        finally:
            with self._change:
                self._is_shut = False
                self._change.notify_all()


class Database:
    """A pool of connections with a clock; ``work()`` opens a unit of work."""

    def __init__(
        self, dsn: str, *, clock: Clock | None = None, ids: Ids | None = None, size: int = 8
    ) -> None:
        self.dsn = dsn
        self.clock: Clock = clock or SystemClock()
        self.ids: Ids = ids or RandomIds()
        self._size = size
        self._gate = _Gate()
        self._pool = self._open_pool()
        # Kept open between journeys: a new connection would have to prepare everything again.
        self._late_pool: ConnectionPool[Connection] | None = None
        self._late_depth = 0
        self._known_at: datetime | None = None
        self._kept: Kept | None = None
        self._mover: int | None = None
        self._is_mover_inside = False

    def _open_pool(
        self, *, options: str = "", size: int | None = None
    ) -> ConnectionPool[Connection]:
        return ConnectionPool(
            self.dsn,
            min_size=1,
            max_size=size or self._size,
            open=True,
            timeout=30,
            configure=_keep_prepared,
            connection_class=WaitingConnection,
            kwargs={"prepare_threshold": 2, "options": f"-c timezone=UTC{options}"},
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
        if self._late_pool is not None:
            self._late_pool.close()
            self._late_pool = None

    @contextmanager
    def flushing_late(self) -> Iterator[None]:
        """Let units of work of the time machine commit without waiting for the disk.

        For work that nobody is told of before it ends: a crash may undo its last commits, all
        from some instant on, never one in the middle. The first ordinary commit after the block
        brings everything before it to the disk.
        """
        if self._late_pool is None:
            # One connection, so that every statement is prepared once and not by turns.
            self._late_pool = self._open_pool(options=" -c synchronous_commit=off", size=1)
        self._late_depth += 1
        try:
            yield
        finally:
            self._late_depth -= 1
            if not self._late_depth:
                self._known_at = self._kept = self._mover = None

    @property
    def is_flushing_late(self) -> bool:
        """Tell whether the time machine is on its way, alone and one unit of work after another."""
        return self._late_depth > 0

    def tell_time(self, at: datetime) -> None:
        """Take the instant to which the time machine moved the clock, until the outer block ends.

        Its own units of work then need not read the clock, which nobody else may move meanwhile.
        """
        assert self._late_depth, "only inside flushing_late()"
        self._known_at = at
        self._mover = threading.get_ident()

    def forget(self) -> None:
        """Drop what the journey has kept of terms, after somebody else acted on its way."""
        self._kept = None

    def _kept_now(self, *, while_advancing: bool) -> Kept | None:
        """Return what the journey keeps, for units of work of its own thread.

        Nobody else changes terms while the clock moves; who only looks on reads for himself.
        """
        if not self._is_mover(while_advancing=while_advancing):
            return None
        if self._kept is None or self._kept.is_stale:
            self._kept = Kept()
        return self._kept

    def _is_mover(self, *, while_advancing: bool) -> bool:
        return while_advancing and threading.get_ident() == self._mover

    @contextmanager
    def _connected(self, *, while_advancing: bool) -> Iterator[Connection]:
        """Yield a connection: to the mover its own, unless a unit around this one has it."""
        late_pool = self._late_pool
        if (
            late_pool is None
            or self._is_mover_inside
            or not self._is_mover(while_advancing=while_advancing)
        ):
            with self._pool.connection() as conn:
                yield conn
            return
        self._is_mover_inside = True
        try:
            with late_pool.connection() as conn:
                yield conn
        finally:
            self._is_mover_inside = False

    @contextmanager
    def disconnected(self, *, timeout_s: int = 60) -> Iterator[None]:
        """Close every connection while the block runs; who asks for one meanwhile waits.

        For work on the database as a whole (copying or renaming it), which nobody may be
        connected to. Raises StillInUse when open units of work do not end in time.
        """
        with self._gate.shut(timeout_s=timeout_s):
            self.close()
            try:
                yield
            finally:
                self._pool = self._open_pool()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yield a raw connection with its transaction; for simulated parties and checks."""
        with self._gate.entered(), self._connected(while_advancing=True) as conn:
            yield conn

    @contextmanager
    def work(self, *, actor: str = "system", while_advancing: bool = False) -> Iterator[Work]:
        """Yield a unit of work; commit when the block ends, roll back when it raises."""
        with self._gate.entered(), self._connected(while_advancing=while_advancing) as conn:
            known_at = self._known_at if while_advancing else None
            at = known_at or self.clock.read(conn, while_advancing=while_advancing)
            kept = self._kept_now(while_advancing=while_advancing)
            work = Work(conn, at=at, ids=self.ids, actor=actor, kept=kept)
            yield work
            work.flush()

    @contextmanager
    def note(self, *, actor: str) -> Iterator[Work]:
        """Yield a unit of work for a record that moves no money and cannot wait for the clock.

        Such as that somebody read private fields, which is on the disk before they are handed
        out: never in the mover's own pool, and with ids that do not shift those of a journey.
        """
        with self._gate.entered(), self._pool.connection() as conn:
            at = self.clock.read(conn, while_advancing=True)
            work = Work(conn, at=at, ids=RandomIds(), actor=actor)
            yield work
            work.flush()

    def run(
        self,
        body: Callable[[Work], Answer],
        *,
        actor: str = "system",
        while_advancing: bool = False,
    ) -> Answer:
        """Run a body in a unit of work, again if it lost a race (deadlock, serialisation)."""
        for attempt in range(_TRIES):
            try:
                with self.work(actor=actor, while_advancing=while_advancing) as work:
                    return body(work)
            except (pg_errors.DeadlockDetected, pg_errors.SerializationFailure):
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")


def connect(dsn: str, *, autocommit: bool = False) -> Connection:
    """Return one connection outside the pool."""
    return psycopg.connect(dsn, autocommit=autocommit, options="-c timezone=UTC")
