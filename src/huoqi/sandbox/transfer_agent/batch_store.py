"""The batches in the agent's books: what shall go out, when, under which number, how spoiled."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    batch_no INTEGER PRIMARY KEY, day_on INTEGER NOT NULL, reason TEXT NOT NULL,
    due_us INTEGER NOT NULL, number INTEGER, is_out INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX IF NOT EXISTS batch_waiting ON batch (due_us) WHERE is_out = 0;
CREATE INDEX IF NOT EXISTS batch_day ON batch (day_on);
CREATE TABLE IF NOT EXISTS batch_file (
    batch_no INTEGER NOT NULL, place INTEGER NOT NULL, file_type TEXT NOT NULL,
    day_on INTEGER NOT NULL, spoil TEXT NOT NULL, as_batch INTEGER,
    PRIMARY KEY (batch_no, place)) STRICT;
CREATE INDEX IF NOT EXISTS batch_file_day ON batch_file (day_on, file_type);
CREATE TABLE IF NOT EXISTS strike (
    fault_id TEXT NOT NULL, day_on INTEGER NOT NULL, PRIMARY KEY (fault_id, day_on)) STRICT;
"""
_WAITING_BATCHES = """
    SELECT batch_no, day_on, reason, due_us, number FROM batch
    WHERE is_out = 0 AND due_us <= ? ORDER BY due_us, batch_no
"""
_FIRST_OF = """
    -- The first batch in which a file of a day went out, as it is.
    SELECT b.batch_no, b.number, f.spoil, b.is_out FROM batch_file f JOIN batch b USING (batch_no)
    WHERE f.day_on = ? AND f.file_type = ? AND f.as_batch IS NULL ORDER BY b.batch_no LIMIT 1
"""
_OLDER = """
    SELECT f.day_on, f.batch_no FROM batch_file f JOIN batch b USING (batch_no)
    WHERE f.file_type = ? AND f.day_on < ? AND f.spoil = '' AND f.as_batch IS NULL AND b.is_out
        AND b.number IS NOT NULL
    ORDER BY f.day_on DESC, f.batch_no LIMIT 1
"""
_DROP_CORRECTIONS = """
    -- What never had a number is out without having gone.
    UPDATE batch SET is_out = 1
    WHERE reason = 'correction' AND number IS NULL AND batch_no IN (
        SELECT batch_no FROM batch_file WHERE day_on = ? AND file_type = ?)
"""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file of a batch: its type, its day, how it is spoiled, the batch whose bytes it repeats."""

    file_type: str
    day_on: int
    spoil: str = ""
    as_batch: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that go out together; ``number`` is theirs among the batches of the day."""

    batch_no: int
    day_on: int
    reason: str
    due_us: int
    number: int | None


class Batches:
    """The batches; whoever writes is inside a transaction of the books."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_SCHEMA)

    def add(self, files: Sequence[BatchFile], *, day_on: int, reason: str, due_us: int) -> int:
        """Keep a batch that shall go out, and return its number in the books."""
        sql = "INSERT INTO batch (day_on, reason, due_us) VALUES (?, ?, ?)"
        batch_no = self._db.execute(sql, (day_on, reason, due_us)).lastrowid
        assert batch_no is not None
        rows = [
            (batch_no, place, file.file_type, file.day_on, file.spoil, file.as_batch)
            for place, file in enumerate(files)
        ]
        self._db.executemany("INSERT INTO batch_file VALUES (?, ?, ?, ?, ?, ?)", rows)
        return batch_no

    def due(self, until_us: int) -> list[Batch]:
        """Return the batches that are due and not out yet, in the order in which they are due."""
        return [Batch(*row) for row in self._db.execute(_WAITING_BATCHES, (until_us,))]

    def files_of(self, batch_no: int) -> list[BatchFile]:
        """Return the files of a batch."""
        sql = """SELECT file_type, day_on, spoil, as_batch FROM batch_file
            WHERE batch_no = ? ORDER BY place"""
        return [BatchFile(*row) for row in self._db.execute(sql, (batch_no,))]

    def give_number(self, batch: Batch) -> int:
        """Return the number of a batch among those of its day; it is given once."""
        if batch.number is not None:
            return batch.number
        sql = "SELECT coalesce(max(number), 0) + 1 FROM batch WHERE day_on = ?"
        (number,) = self._db.execute(sql, (batch.day_on,)).fetchone()
        sql = "UPDATE batch SET number = ? WHERE batch_no = ?"
        self._db.execute(sql, (number, batch.batch_no))
        return int(number)

    def number_of(self, batch_no: int) -> int:
        """Return the number under which a batch went out."""
        sql = "SELECT number FROM batch WHERE batch_no = ?"
        (number,) = self._db.execute(sql, (batch_no,)).fetchone()
        return int(number)

    def mark_out(self, batch: Batch) -> None:
        """Write down that a batch is out."""
        sql = "UPDATE batch SET is_out = 1 WHERE batch_no = ?"
        self._db.execute(sql, (batch.batch_no,))

    def went_out(self, file_type: str, *, on: int) -> bool:
        """Tell whether a file of a day went out once."""
        row = self._db.execute(_FIRST_OF, (on, file_type)).fetchone()
        return row is not None and bool(row[3])

    def older_file(self, file_type: str, *, before: int) -> BatchFile | None:
        """Return the last file of a type and of an earlier day that went out as it should."""
        row = self._db.execute(_OLDER, (file_type, before)).fetchone()
        return BatchFile(file_type, row[0], "", row[1]) if row else None

    def drop_corrections(self, file_type: str, *, on: int) -> None:
        """Let no correction follow of a file that was asked for meanwhile."""
        self._db.execute(_DROP_CORRECTIONS, (on, file_type))

    def strikes(self, fault_id: str, *, on: int, most: int | None) -> bool:
        """Tell whether a fault spoils a day, and write it down; without a limit all days are."""
        sql = "SELECT day_on FROM strike WHERE fault_id = ?"
        used = {row[0] for row in self._db.execute(sql, (fault_id,))}
        if on not in used and (most is None or len(used) < most):
            self._db.execute("INSERT INTO strike VALUES (?, ?)", (fault_id, on))
            return True
        return on in used

    def uses(self) -> dict[str, int]:
        """Return how many days each fault has spoiled."""
        sql = "SELECT fault_id, count(*) FROM strike GROUP BY fault_id"
        return dict(self._db.execute(sql).fetchall())


def us_of(at: datetime) -> int:
    """Return an instant in microseconds since 1970.

    >>> us_of(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def instant_of(us: int) -> datetime:
    """Return the instant of so many microseconds since 1970.

    >>> us_of(instant_of(1_431_306_000_000_000))
    1431306000000000
    """
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
