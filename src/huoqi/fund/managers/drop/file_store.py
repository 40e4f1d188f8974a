"""SQL for the files that pass between us and a manager: expected, sent, arrived, refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from huoqi.kit.db import Row, Work
from huoqi.kit.errors import Param

Direction = Literal["in", "out"]
FileState = Literal[
    "expected", "late", "arrived", "accepted", "refused", "absorbed", "sent", "acknowledged"
]

_COLUMNS = """
    SELECT file_id, agent, direction, day_on, file_type, name, batch_no, state, expected_at,
        arrived_at, sent_at, ended_at, sha256, size_bytes, record_count, code, facts, place,
        pulled_at, pull_wanted
    FROM manager_file
"""
_LISTED = (
    _COLUMNS
    + """
    -- Uses manager_file_day_idx, newest day first.
    WHERE (%(day)s::date IS NULL OR day_on = %(day)s)
        AND (%(state)s::text IS NULL OR state = %(state)s)
        AND (%(type)s::text IS NULL OR file_type = %(type)s)
        AND (%(before_on)s::date IS NULL OR (day_on, file_id) < (%(before_on)s, %(before_id)s))
    ORDER BY day_on DESC, file_id DESC LIMIT %(limit)s
"""
)
_BY_ID = _COLUMNS + " WHERE file_id = %s"
_OF_DAY = (
    _COLUMNS
    + """
    WHERE agent = %s AND direction = %s AND day_on = %s AND file_type = %s
    ORDER BY batch_no, file_id
"""
)
_WAITING = (
    _COLUMNS
    + """
    -- Uses manager_file_waiting_idx.
    WHERE agent = %s AND direction = %s
        AND (state IN ('expected', 'late', 'arrived', 'sent') OR pull_wanted)
    ORDER BY day_on, file_type, batch_no, file_id
"""
)
_OF_DIGEST = (
    _COLUMNS
    + """
    -- Uses manager_file_digest_idx; what was only refused has not counted.
    WHERE sha256 = %s AND agent = %s AND direction = 'in' AND state = 'accepted'
    ORDER BY file_id LIMIT 1
"""
)
_SAVE = """
    INSERT INTO manager_file (file_id, agent, direction, day_on, file_type, name, batch_no, state,
        expected_at, arrived_at, sent_at, ended_at, sha256, size_bytes, record_count, code, facts,
        place, pulled_at, pull_wanted)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (file_id) DO UPDATE SET name = excluded.name, batch_no = excluded.batch_no,
        state = excluded.state, expected_at = excluded.expected_at,
        arrived_at = excluded.arrived_at, sent_at = excluded.sent_at,
        ended_at = excluded.ended_at, sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
        record_count = excluded.record_count, code = excluded.code, facts = excluded.facts,
        place = excluded.place, pulled_at = excluded.pulled_at,
        pull_wanted = excluded.pull_wanted
"""
_LAST_DAY = """
    SELECT max(day_on) FROM manager_file
    WHERE agent = %s AND direction = 'in' AND file_type = %s AND state = 'accepted'
"""
_LAST_TOLD = """
    -- On a day whose answers were taken in the orders of that T are told after them.
    SELECT file_id FROM manager_file
    WHERE agent = %(agent)s AND direction = 'out' AND file_type = '03'
        AND day_on < %(before)s AND day_on >= coalesce((
            SELECT max(day_on) FROM manager_file
            WHERE agent = %(agent)s AND direction = 'in' AND file_type = '04'
                AND state = 'accepted' AND day_on < %(before)s), '-infinity')
"""
_LAST_BATCH = """
    SELECT max(batch_no) FROM manager_file WHERE agent = %s AND direction = %s AND day_on = %s
"""
_FIRST = "SELECT min(day_on) FROM manager_file WHERE agent = %s AND direction = 'in'"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('manager files ' || %s, 0))"
_ANY = "SELECT EXISTS (SELECT FROM manager_file)"
_PULL = "UPDATE manager_file SET pull_wanted = true WHERE file_id = %s"


@dataclass(frozen=True, slots=True)
class ManagerFileRow:
    """One file, in or out; ``place`` is where it lies, from the folder's root."""

    file_id: UUID
    agent: str
    direction: Direction
    day_on: date
    file_type: str
    name: str
    batch_no: int
    state: FileState
    expected_at: datetime | None = None
    arrived_at: datetime | None = None
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    sha256: str = ""
    size_bytes: int | None = None
    record_count: int | None = None
    code: str = ""
    facts: Mapping[str, Param] = field(default_factory=dict)
    place: str = ""
    pulled_at: tuple[datetime, ...] = ()
    pull_wanted: bool = False

    @property
    def can_be_pulled(self) -> bool:
        """Tell whether the manager can be asked for it again: its own file, not a mere repeat."""
        return self.direction == "in" and self.state != "absorbed"


@dataclass(frozen=True, slots=True)
class FileFilter:
    """Which files are wanted; None is any."""

    day: date | None = None
    state: FileState | None = None
    file_type: str | None = None


def listed(
    work: Work, wanted: FileFilter, *, before: tuple[date, UUID] | None, limit: int
) -> list[ManagerFileRow]:
    """Return files, those of the newest day first."""
    return _rows(
        work.rows(
            _LISTED,
            {
                "day": wanted.day,
                "state": wanted.state,
                "type": wanted.file_type,
                "before_on": before[0] if before else None,
                "before_id": before[1] if before else None,
                "limit": limit,
            },
        )
    )


def of_id(work: Work, file_id: UUID) -> ManagerFileRow | None:
    """Return a file, None where there is none of this id."""
    row = work.row(_BY_ID, (file_id,))
    return _row(row) if row else None


def of_day(
    work: Work, *, agent: str, direction: Direction, on: date, file_type: str
) -> list[ManagerFileRow]:
    """Return all of a day's files of a type, the first batch first."""
    return _rows(work.rows(_OF_DAY, (agent, direction, on, file_type)))


def waiting(work: Work, *, agent: str, direction: Direction) -> list[ManagerFileRow]:
    """Return what is waited for, the oldest day first, and what shall be had again."""
    return _rows(work.rows(_WAITING, (agent, direction)))


def accepted_of_digest(work: Work, *, agent: str, sha256: str) -> ManagerFileRow | None:
    """Return the file of these bytes that was taken in before."""
    row = work.row(_OF_DIGEST, (bytes.fromhex(sha256), agent))
    return _row(row) if row else None


def last_accepted_on(work: Work, *, agent: str, file_type: str) -> date | None:
    """Return the last day of which a file of a type was taken in."""
    row = work.row(_LAST_DAY, (agent, file_type))
    return row[0] if row else None


def last_batch(work: Work, *, agent: str, direction: Direction, on: date) -> int:
    """Return the number of a day's last batch; 0 before the first."""
    row = work.row(_LAST_BATCH, (agent, direction, on))
    return (row[0] or 0) if row else 0


def last_told(work: Work, *, agent: str, before: date) -> list[UUID]:
    """Return the files of orders whose answers should come on a day: told since the last ones."""
    return [row[0] for row in work.rows(_LAST_TOLD, {"agent": agent, "before": before})]


def save(work: Work, rows: Sequence[ManagerFileRow]) -> None:
    """Write files as they stand now."""
    work.run_many(_SAVE, [_params(row) for row in rows])


def are_any(work: Work) -> bool:
    """Tell whether anything was ever written down of files."""
    row = work.row(_ANY)
    return bool(row and row[0])


def first_on(work: Work, *, agent: str) -> date | None:
    """Return the first day of which a file of an agent was ever waited for."""
    row = work.row(_FIRST, (agent,))
    return row[0] if row else None


def lock(work: Work, *, agent: str) -> None:
    """Let one caller at a time work on an agent's folder."""
    work.run(_LOCK, (agent,))


def want_pull(work: Work, file_id: UUID) -> None:
    """Ask for a file again at the next opportunity."""
    work.run(_PULL, (file_id,))


def _rows(rows: Sequence[Row]) -> list[ManagerFileRow]:
    return [_row(row) for row in rows]


def _row(row: Row) -> ManagerFileRow:
    found = list(row)
    found[12] = bytes(row[12]).hex() if row[12] is not None else ""
    found[18] = tuple(row[18])
    return ManagerFileRow(*found)


def _params(row: ManagerFileRow) -> tuple[object, ...]:
    return (
        row.file_id,
        row.agent,
        row.direction,
        row.day_on,
        row.file_type,
        row.name,
        row.batch_no,
        row.state,
        row.expected_at,
        row.arrived_at,
        row.sent_at,
        row.ended_at,
        bytes.fromhex(row.sha256) if row.sha256 else None,
        row.size_bytes,
        row.record_count,
        row.code,
        Jsonb(dict(row.facts)),
        row.place,
        list(row.pulled_at),
        row.pull_wanted,
    )
