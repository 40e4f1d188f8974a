"""The only SQL of the close: cursors, steps, books and sealed days; breaks in `breaks.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from huoqi.close._store.breaks import Break as Break
from huoqi.close.book import Book, StoredBook, restored, stored
from huoqi.close.rules.due import Cursor, Kind
from huoqi.close.rules.seal import Sealed
from huoqi.close.rules.steps import State, Step
from huoqi.kit.db import Row, Work

CURSORS = "SELECT fund, kind, done_on, again_at FROM close_cursor ORDER BY fund"
FIRST_DAYS = """
    -- The first day closed; before any is, the day that comes first.
    SELECT c.fund, coalesce(
        (SELECT min(d.close_on) FROM close_day d WHERE d.fund = c.fund), c.done_on + 1)
    FROM close_cursor c WHERE c.kind = %s
"""
START_CURSOR = """
    INSERT INTO close_cursor (fund, kind, done_on)
    SELECT %s, k.kind, k.done_on FROM unnest(%s::text[], %s::date[]) AS k(kind, done_on)
    ON CONFLICT DO NOTHING
"""
CURSOR_DONE = """
    -- A day is done once, and only after the day before it of its kind.
    UPDATE close_cursor SET done_on = %s, again_at = NULL, tries = 0, note = ''
    WHERE fund = %s AND kind = %s AND done_on < %s
"""
CURSOR_AGAIN = """
    UPDATE close_cursor SET again_at = %s, tries = tries + 1, note = %s
    WHERE fund = %s AND kind = %s
"""
CURSOR_NOTES = "SELECT fund, kind, done_on, again_at, tries, note FROM close_cursor ORDER BY 1, 2"
WAIVE = """
    INSERT INTO close_step AS s (fund, close_on, step, state, started_at, finished_at, actor, note)
    VALUES (%(fund)s, %(on)s, %(step)s, 'waived', %(at)s, %(at)s, %(actor)s, %(note)s)
    ON CONFLICT (fund, close_on, step) DO UPDATE SET state = excluded.state,
        finished_at = excluded.finished_at, actor = excluded.actor, note = excluded.note
"""
SAVE_STEPS = """
    INSERT INTO close_step AS s (fund, close_on, step, state, done_count, total_count, started_at,
        finished_at, took_ms, left_ms, actor, artefact, note)
    SELECT %(fund)s, %(on)s, x.step, x.state, x.done, x.total, %(at)s,
        CASE WHEN x.state IN ('done', 'waived') THEN %(at)s END, x.took_ms, x.left_ms, %(actor)s,
        x.artefact, x.note
    FROM unnest(%(steps)s::text[], %(states)s::text[], %(done)s::bigint[], %(total)s::bigint[],
        %(took_ms)s::bigint[], %(left_ms)s::bigint[], %(artefacts)s::bytea[], %(notes)s::text[])
        AS x(step, state, done, total, took_ms, left_ms, artefact, note)
    ON CONFLICT (fund, close_on, step) DO UPDATE SET state = excluded.state,
        done_count = excluded.done_count, total_count = excluded.total_count,
        finished_at = excluded.finished_at, took_ms = excluded.took_ms,
        left_ms = excluded.left_ms, actor = excluded.actor, artefact = excluded.artefact,
        note = excluded.note
    WHERE s.state <> 'waived'
"""
STEPS = """
    SELECT step, state, done_count, total_count, started_at, finished_at, took_ms, left_ms, actor,
        artefact, note
    FROM close_step WHERE fund = %s AND close_on = %s
"""
BLOCKED = """
    SELECT fund, close_on, step, note FROM close_step WHERE state = 'blocked'
    ORDER BY close_on, fund
"""
LAST_DAY = """
    SELECT d.close_on, d.root, d.holder_count,
        (SELECT max(s.took_ms) FROM close_step s
         WHERE s.fund = d.fund AND s.close_on = d.close_on)
    FROM close_day d WHERE d.fund = %s ORDER BY d.close_on DESC LIMIT 1
"""
ADD_DAY = """
    INSERT INTO close_day (fund, close_on, holder_count, total_units_e2, total_income_fen,
        book_sha256, chain_sha256, previous_root, root, flags, closed_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
DAYS = """
    SELECT fund, close_on, holder_count, total_units_e2, total_income_fen, book_sha256,
        chain_sha256, previous_root, root, flags, closed_at
    FROM close_day WHERE (%(fund)s::text IS NULL OR fund = %(fund)s)
        AND close_on BETWEEN %(first)s AND %(last)s
    ORDER BY close_on DESC, fund LIMIT %(limit)s
"""
ADD_BOOK = """
    INSERT INTO close_book (fund, close_on, holder_count, total_units_e2, total_accrued_fen,
        accounts, units, accrued, sha256)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
BOOK = """
    SELECT accounts, units, accrued, sha256 FROM close_book WHERE fund = %s AND close_on = %s
"""
DROP_BOOKS = """
    -- Month ends are kept for good: the day after them is the first of a month. What a seal still
    -- to come is made from stays: the book of the last sealed day, and those after it.
    DELETE FROM close_book WHERE fund = %(fund)s AND close_on < %(before)s
        AND extract(day FROM close_on + 1) <> 1
        AND close_on < coalesce(
            (SELECT max(s.close_on) FROM close_seal s WHERE s.fund = %(fund)s),
            (SELECT c.done_on FROM close_cursor c WHERE c.fund = %(fund)s AND c.kind = 'seal'),
            'infinity')
"""


@dataclass(frozen=True, slots=True)
class StepRow:
    """Where one step of a day stands; ``took_ms`` is machine time, the instants business time."""

    step: Step
    state: State
    done_count: int = 0
    total_count: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    took_ms: int = 0
    left_ms: int | None = None
    actor: str = ""
    artefact: bytes | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A sealed day with its root."""

    sealed: Sealed
    root: bytes
    flags: tuple[str, ...]
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last closed day: its root, its size, and how long its computing took."""

    on: date
    root: bytes
    holder_count: int
    took_ms: int | None


@dataclass(frozen=True, slots=True)
class CursorRow:
    """How far a kind of daily work has come, and why it has to be asked for again."""

    fund: str
    kind: Kind
    done_on: date
    again_at: datetime | None
    tries: int
    note: str


def cursors(work: Work) -> dict[str, Cursor]:
    """Return every fund's cursor."""
    found: dict[str, tuple[dict[Kind, date], dict[Kind, datetime]]] = {}
    for fund, kind, done_on, again_at in work.rows(CURSORS):
        done, again = found.setdefault(fund, ({}, {}))
        done[Kind(kind)] = done_on
        if again_at is not None:
            again[Kind(kind)] = again_at
    return {fund: Cursor(fund, done, again) for fund, (done, again) in found.items()}


def first_days(work: Work) -> dict[str, date]:
    """Return the first day of every fund that has begun."""
    return dict(work.rows(FIRST_DAYS, (Kind.CLOSE.value,)))


def start_cursor(work: Work, cursor: Cursor) -> None:
    """Write the cursor of a fund that begins; one that has begun stays."""
    kinds = [kind.value for kind in cursor.done_on]
    work.run(START_CURSOR, (cursor.fund, kinds, list(cursor.done_on.values())))


def mark_done(work: Work, *, fund: str, kind: Kind, on: date) -> None:
    """Say that a kind of daily work is done up to a day."""
    work.run(CURSOR_DONE, (on, fund, kind.value, on))


def ask_again(work: Work, *, fund: str, kind: Kind, at: datetime, note: str) -> None:
    """Say when to ask again for what was not ready, and why."""
    work.run(CURSOR_AGAIN, (at, note, fund, kind.value))


def cursor_rows(work: Work) -> list[CursorRow]:
    """Return every cursor with the reason for asking again."""
    return [CursorRow(r[0], Kind(r[1]), *r[2:]) for r in work.rows(CURSOR_NOTES)]


def save_steps(work: Work, steps: Sequence[StepRow], *, fund: str, on: date) -> None:
    """Write where some steps of a day stand; a waived one stays waived."""
    work.run(
        SAVE_STEPS,
        {
            "fund": fund,
            "on": on,
            "at": work.at,
            "actor": work.actor,
            "steps": [row.step.value for row in steps],
            "states": [row.state.value for row in steps],
            "done": [row.done_count for row in steps],
            "total": [row.total_count for row in steps],
            "took_ms": [row.took_ms for row in steps],
            "left_ms": [row.left_ms for row in steps],
            "artefacts": [row.artefact for row in steps],
            "notes": [row.note for row in steps],
        },
    )


def waive(work: Work, *, fund: str, on: date, step: Step, note: str) -> None:
    """Let a step pass by the decision of two people."""
    params = {"fund": fund, "on": on, "step": step.value, "note": note}
    work.run(WAIVE, params | {"at": work.at, "actor": work.actor})


def steps(work: Work, *, fund: str, on: date) -> dict[Step, StepRow]:
    """Return the steps of a day that have begun."""
    rows = work.rows(STEPS, (fund, on))
    return {Step(row[0]): StepRow(Step(row[0]), State(row[1]), *row[2:]) for row in rows}


def blocked(work: Work) -> list[Row]:
    """Return fund, day, step and note of every step that is blocked."""
    return work.rows(BLOCKED)


def last_day(work: Work, *, fund: str) -> LastDay | None:
    """Return the last closed day."""
    row = work.row(LAST_DAY, (fund,))
    return LastDay(*row) if row else None


def add_day(work: Work, day: ClosedDay) -> None:
    """Write a sealed day."""
    sealed = day.sealed
    totals = (sealed.holder_count, sealed.total_units_e2, sealed.total_income_fen)
    digests = (sealed.book_sha256, sealed.chain_sha256, sealed.previous_root, day.root)
    work.run(ADD_DAY, (sealed.fund, sealed.on, *totals, *digests, list(day.flags), day.closed_at))


def days(
    work: Work, *, fund: str | None, first_on: date, last_on: date, limit: int
) -> list[ClosedDay]:
    """Return sealed days of a period, latest first."""
    params: Mapping[str, object] = {
        "fund": fund,
        "first": first_on,
        "last": last_on,
        "limit": limit,
    }
    return [
        ClosedDay(Sealed(*row[:8]), row[8], tuple(row[9]), row[10])
        for row in work.rows(DAYS, params)
    ]


def add_book(work: Work, book: Book, *, fund: str, on: date) -> bytes:
    """Write the book of a day and return its digest."""
    kept = stored(book)
    totals = (book.holder_count, book.total_units_e2, book.total_accrued_fen)
    columns = (kept.accounts, kept.units_e2, kept.accrued_fen)
    digest = kept.sha256
    work.run(ADD_BOOK, (fund, on, *totals, *columns, digest))
    return digest


def book(work: Work, *, fund: str, on: date) -> Book | None:
    """Return the book of a day if it is kept; raise BookDamaged if its bytes were changed."""
    row = work.row(BOOK, (fund, on))
    return restored(StoredBook(*row[:3]), sha256=row[3]) if row else None


def drop_books(work: Work, *, fund: str, before: date) -> None:
    """Let the books before a date go, but for month ends."""
    work.run(DROP_BOOKS, {"fund": fund, "before": before})
