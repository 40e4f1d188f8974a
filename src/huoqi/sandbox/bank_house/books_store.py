"""The banks' own books in one SQLite file: cards, instructions, executions, calls, faults.

Amounts are fen; instants are microseconds since 1970, days are ordinals.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from huoqi.payments.banks.port import CardAnswer, CardCheck, CheckAnswer
from huoqi.payments.banks.simulated.deeds import Deed
from huoqi.payments.banks.simulated.truth import KnownCard, KnownDeed, returns_on
from huoqi.sandbox.bank_house.instants import instant_of, us_of
from huoqi.sandbox.bank_house.statement_store import StatementBooks
from huoqi.sandbox.bank_house.telling import ToldDesk, ToldFault

_SCHEMA = """
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS card (
    request_id TEXT PRIMARY KEY, bank TEXT NOT NULL, last_four TEXT NOT NULL,
    answer TEXT NOT NULL, code TEXT NOT NULL, debit_confirmed INTEGER NOT NULL,
    wrong_codes INTEGER NOT NULL DEFAULT 0, locked_until_us INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS instruction (
    bank_ref TEXT PRIMARY KEY, bank TEXT NOT NULL, direction TEXT NOT NULL,
    amount_fen INTEGER NOT NULL, received_us INTEGER NOT NULL, code TEXT NOT NULL,
    executed_us INTEGER, early_code TEXT NOT NULL, returns_on INTEGER,
    -- How often each execution stands in the statement: 0 left out, 2 twice.
    listed INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS instruction_returns ON instruction (bank, returns_on)
    WHERE returns_on IS NOT NULL;
-- How often the money moved: a row each time.
CREATE TABLE IF NOT EXISTS execution (
    bank_ref TEXT NOT NULL REFERENCES instruction, number INTEGER NOT NULL,
    executed_us INTEGER NOT NULL, PRIMARY KEY (bank_ref, number)) STRICT;
CREATE INDEX IF NOT EXISTS execution_time ON execution (executed_us);
CREATE TABLE IF NOT EXISTS call (
    call_id TEXT PRIMARY KEY, bank_ref TEXT NOT NULL REFERENCES instruction,
    code TEXT NOT NULL, amount_fen INTEGER NOT NULL, due_us INTEGER NOT NULL,
    copies_left INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS call_due ON call (due_us, call_id) WHERE copies_left > 0;
CREATE TABLE IF NOT EXISTS fault (
    fault_id TEXT PRIMARY KEY, place INTEGER NOT NULL, told TEXT NOT NULL,
    is_told INTEGER NOT NULL, struck INTEGER NOT NULL DEFAULT 0) STRICT;
"""
_CARD = """
    SELECT request_id, last_four, answer, code, debit_confirmed, wrong_codes, locked_until_us
    FROM card WHERE request_id = ?
"""
_SAVE_CARD = """
    UPDATE card SET answer = ?, debit_confirmed = ?, wrong_codes = ?, locked_until_us = ?
    WHERE request_id = ?
"""
_DEED = """
    SELECT bank_ref, amount_fen, code, (SELECT count(*) FROM execution e WHERE e.bank_ref = ?1),
        executed_us, early_code, bank, direction, returns_on
    FROM instruction WHERE bank_ref = ?1
"""
_CALLS = """
    SELECT c.call_id, i.bank, c.bank_ref, c.code, c.amount_fen
    FROM call c JOIN instruction i USING (bank_ref)
    WHERE c.copies_left > 0 AND c.due_us <= ? ORDER BY c.due_us, c.call_id LIMIT ?
"""
_MOVED = """
    SELECT i.bank_ref, i.bank, i.direction, i.amount_fen, i.returns_on, e.executed_us
    FROM execution e JOIN instruction i USING (bank_ref)
    WHERE e.executed_us <= ? ORDER BY e.executed_us, e.bank_ref, e.number
"""
_TELL_FAULT = """
    INSERT INTO fault (fault_id, place, told, is_told) VALUES (?, ?, ?, 1)
    ON CONFLICT (fault_id) DO UPDATE
    SET place = excluded.place, told = excluded.told, is_told = 1
"""


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call that a bank owes us."""

    call_id: str
    bank: str
    bank_ref: str
    code: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Execution:
    """Money that moved once; ``returns_on`` is the day on which it comes back, as an ordinal."""

    bank_ref: str
    bank: str
    direction: str
    amount_fen: int
    returns_on: int | None
    executed_us: int


class Books:
    """The books in a file: every change is in a transaction, whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        self.statements = StatementBooks(self._db)
        self._lock = threading.RLock()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes of the block, or none; others wait meanwhile."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @contextmanager
    def promise(self) -> Iterator[None]:
        """Be a transaction that outlives a power cut once it is done, as all before it then do.

        What a bank says that it did stays done; the time, and who heard what, may be told again.
        """
        with self._lock:
            self._db.execute("PRAGMA synchronous = FULL")
            try:
                with self.transaction():
                    yield
            finally:
                self._db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let nobody write while the block reads."""
        with self._lock:
            yield

    # Time.

    def told_us(self) -> int | None:
        """Return the latest instant that was told."""
        text = self.note("told_us")
        return int(text) if text else None

    def tell_us(self, us: int) -> None:
        """Keep the latest instant that was told; time never goes back."""
        told = self.told_us()
        if told is None or us > told:
            self.set_note("told_us", str(us))

    def note(self, name: str) -> str:
        """Return what was noted under a name, empty where nothing was."""
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_note(self, name: str, value: str) -> None:
        """Note something under a name."""
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def tell_desks(self, desks: Sequence[ToldDesk]) -> None:
        """Keep which accounts are ours, and when their statements are written."""
        self.set_note("desks", msgspec.json.encode(desks).decode())

    def desk(self, bank: str) -> ToldDesk | None:
        """Return the desk of a bank's statements, None where none was told."""
        desks = msgspec.json.decode(self.note("desks") or "[]", type=list[ToldDesk])
        return next((desk for desk in desks if desk.bank == bank), None)

    # Faults.

    def tell_faults(self, faults: Sequence[ToldFault]) -> None:
        """Take the faults that are armed; how often one has struck stays known."""
        self._db.execute("UPDATE fault SET is_told = 0 WHERE is_told = 1")
        rows = [
            (str(each.fault_id), n, msgspec.json.encode(each).decode())
            for n, each in enumerate(faults)
        ]
        self._db.executemany(_TELL_FAULT, rows)

    def faults(self) -> list[tuple[ToldFault, int]]:
        """Return the armed faults in their order, and how often each has struck."""
        sql = "SELECT told, struck FROM fault WHERE is_told = 1 ORDER BY place"
        rows = self._db.execute(sql).fetchall()
        return [(msgspec.json.decode(told, type=ToldFault), struck) for told, struck in rows]

    def save_strikes(self, fault_id: UUID, struck: int) -> None:
        """Keep how often a fault has struck."""
        sql = "UPDATE fault SET struck = ? WHERE fault_id = ?"
        self._db.execute(sql, (struck, str(fault_id)))

    # Cards.

    def add_card(self, check: CardCheck, says: CardAnswer) -> None:
        """Keep a card that was presented and what was said; once more changes nothing."""
        sql = (
            "INSERT OR IGNORE INTO card"
            " (request_id, bank, last_four, answer, code, debit_confirmed)"
            " VALUES (?, ?, ?, ?, ?, ?)"
        )
        is_confirmed = says.answer is not CheckAnswer.CODE_SENT
        self._db.execute(
            sql,
            (
                str(check.request_id), check.bank, check.number[-4:], str(says.answer), says.code,
                int(is_confirmed),
            ),
        )  # fmt: skip

    def card(self, request_id: UUID) -> KnownCard | None:
        """Return what is known of a card."""
        row = self._db.execute(_CARD, (str(request_id),)).fetchone()
        if row is None:
            return None
        locked = None if row[6] is None else instant_of(row[6])
        return KnownCard(request_id, row[1], row[2], row[3], bool(row[4]), row[5], locked)

    def save_card(self, card: KnownCard) -> None:
        """Keep what a code has changed."""
        locked_us = None if card.locked_until is None else us_of(card.locked_until)
        values = (card.answer, int(card.debit_confirmed), card.wrong_codes, locked_us)
        self._db.execute(_SAVE_CARD, (*values, str(card.request_id)))

    # Instructions.

    def deed(self, bank_ref: str, *, bank: str) -> KnownDeed | None:
        """Return what a bank did about a reference, None where it knows none such."""
        row = self._db.execute(_DEED, (bank_ref,)).fetchone()
        if row is None or row[6] != bank:
            return None
        executed_at = None if row[4] is None else instant_of(row[4])
        return KnownDeed(row[0], row[1], row[2], row[3], executed_at, row[5])

    def add_deed(self, deed: Deed, *, at: datetime) -> None:
        """Keep what a bank does about a new reference, and the calls to come."""
        item, on = deed.instruction, returns_on(deed)
        executed_us = None if deed.executed_at is None else us_of(deed.executed_at)
        self._db.execute(
            "INSERT INTO instruction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                item.bank_ref, item.bank, str(item.direction), item.amount_fen, us_of(at),
                deed.code, executed_us, deed.early_code, None if on is None else on.toordinal(),
                deed.listed,
            ),
        )  # fmt: skip
        for _ in range(deed.times):
            assert deed.executed_at is not None, "money that moves does so at some time"
            self.add_execution(item.bank_ref, at=deed.executed_at)
        self._db.executemany(
            "INSERT INTO call VALUES (?, ?, ?, ?, ?, ?)",
            [
                (f"{item.bank_ref}-{n}", item.bank_ref, call.code, call.amount_fen,
                 us_of(at + call.after), call.copies)
                for n, call in enumerate(deed.calls)
            ],
        )  # fmt: skip

    def add_execution(self, bank_ref: str, *, at: datetime) -> None:
        """Let the money of a reference move once more."""
        sql = (
            "INSERT INTO execution SELECT ?1, coalesce(max(number), 0) + 1, ?2"
            " FROM execution WHERE bank_ref = ?1"
        )
        self._db.execute(sql, (bank_ref, us_of(at)))

    def executions(self, us: int) -> list[Execution]:
        """Return all money that has moved until an instant, oldest first."""
        return [Execution(*row) for row in self._db.execute(_MOVED, (us,))]

    # Calls.

    def calls_due(self, us: int, *, limit: int) -> list[DueCall]:
        """Return calls whose time has come and that were not heard, oldest first."""
        return [DueCall(*row) for row in self._db.execute(_CALLS, (us, limit))]

    def calls_unheard(self, us: int) -> int:
        """Return how many calls should have been heard by an instant."""
        sql = "SELECT count(*) FROM call WHERE copies_left > 0 AND due_us <= ?"
        count: int = self._db.execute(sql, (us,)).fetchone()[0]
        return count

    def next_call_us(self, us: int) -> int | None:
        """Return when the first call after an instant is due."""
        sql = "SELECT min(due_us) FROM call WHERE copies_left > 0 AND due_us > ?"
        found: int | None = self._db.execute(sql, (us,)).fetchone()[0]
        return found

    def call_was_heard(self, call_id: str) -> None:
        """Mark one copy of a call as heard."""
        sql = "UPDATE call SET copies_left = copies_left - 1 WHERE call_id = ? AND copies_left > 0"
        self._db.execute(sql, (call_id,))
