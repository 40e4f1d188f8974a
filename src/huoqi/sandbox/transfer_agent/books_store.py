"""The agent's books: accounts, orders, unit changes, days and batches, in one SQLite file.

All figures are integers, columns of a day are int64; days are ordinals, instants are microseconds
since 1970. What is in the books is what the files say: files are made from them, never kept.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huoqi.sandbox.transfer_agent.answering import PURCHASE, REDEMPTION, Answer, Trade
from huoqi.sandbox.transfer_agent.batch_store import Batches

Int64 = NDArray[np.int64]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS account (
    account_no INTEGER PRIMARY KEY, opened_on INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS intake (
    digest TEXT PRIMARY KEY, name TEXT NOT NULL, index_digest TEXT NOT NULL,
    answer_name TEXT NOT NULL, answer TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS intake_name ON intake (name, index_digest);
CREATE TABLE IF NOT EXISTS application (
    serial TEXT PRIMARY KEY, account_no INTEGER NOT NULL, told_on INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS application_told ON application (told_on);
CREATE TABLE IF NOT EXISTS trade (
    serial TEXT NOT NULL, order_on INTEGER NOT NULL, fund TEXT NOT NULL, business TEXT NOT NULL,
    account_no INTEGER NOT NULL, target_no INTEGER NOT NULL, amount_fen INTEGER NOT NULL,
    units_e2 INTEGER NOT NULL, defers INTEGER NOT NULL, takes_income INTEGER NOT NULL,
    held_back INTEGER NOT NULL, told_on INTEGER, code TEXT NOT NULL DEFAULT '',
    done_e2 INTEGER NOT NULL DEFAULT 0, done_fen INTEGER NOT NULL DEFAULT 0,
    deferred_e2 INTEGER NOT NULL DEFAULT 0, income_fen INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (serial, order_on)) STRICT;
CREATE INDEX IF NOT EXISTS trade_waiting ON trade (fund, order_on) WHERE told_on IS NULL;
CREATE INDEX IF NOT EXISTS trade_told ON trade (told_on);
CREATE TABLE IF NOT EXISTS change (
    fund TEXT NOT NULL, day_on INTEGER NOT NULL, account_no INTEGER NOT NULL,
    delta_e2 INTEGER NOT NULL, income_fen INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS change_day ON change (fund, day_on);
CREATE TABLE IF NOT EXISTS confirmed (day_on INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS day (
    fund TEXT NOT NULL, day_on INTEGER NOT NULL, rate_e5 INTEGER NOT NULL,
    yield_e3 INTEGER NOT NULL, status TEXT NOT NULL, earning_e2 INTEGER NOT NULL,
    income_fen INTEGER NOT NULL, accounts BLOB NOT NULL, basis BLOB NOT NULL,
    incomes BLOB NOT NULL, units BLOB NOT NULL, accrued BLOB NOT NULL,
    PRIMARY KEY (fund, day_on)) STRICT;
"""
_ADD_TRADE = """
    INSERT INTO trade (serial, order_on, fund, business, account_no, target_no, amount_fen,
        units_e2, defers, takes_income, held_back)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_TRADE = """
    SELECT serial, order_on, fund, business, account_no, target_no, amount_fen, units_e2, defers,
        takes_income FROM trade WHERE serial = ? AND order_on = ?
"""
_EARLIER = """
    -- What waits of a redemption comes again under its number, on a later day.
    SELECT count(*), coalesce(sum(deferred_e2 = 0 OR order_on > ?), 0)
    FROM trade WHERE serial = ? AND order_on <> ?
"""
_WAITING = """
    SELECT serial, order_on, fund, business, account_no, amount_fen, units_e2, defers,
        takes_income, held_back
    FROM trade WHERE fund = ? AND told_on IS NULL AND order_on < ? ORDER BY serial, order_on
"""
_ANSWER = """
    UPDATE trade SET told_on = ?, code = ?, done_e2 = ?, done_fen = ?, deferred_e2 = ?,
        income_fen = ? WHERE serial = ? AND order_on = ?
"""
_ANSWERED = """
    SELECT serial, order_on, fund, business, account_no, amount_fen, units_e2, defers,
        takes_income, code, done_e2, done_fen, deferred_e2, income_fen
    FROM trade WHERE told_on = ? AND business <> '098' ORDER BY serial, order_on
"""
_CASH = """
    SELECT fund, business, sum(done_fen + income_fen) FROM trade
    WHERE told_on = ? AND business <> '098' AND code = '0000'
    GROUP BY fund, business HAVING sum(done_fen + income_fen) > 0 ORDER BY fund, business
"""
_CHANGES = """
    SELECT account_no, sum(delta_e2), sum(income_fen) FROM change WHERE fund = ? AND day_on = ?
    GROUP BY account_no ORDER BY account_no
"""
_SINCE = """
    SELECT account_no, sum(delta_e2) FROM change WHERE fund = ? AND day_on > ? GROUP BY account_no
"""
_DAY = """
    SELECT rate_e5, yield_e3, status, earning_e2, income_fen, accounts, basis, incomes, units,
        accrued FROM day WHERE fund = ? AND day_on = ?
"""
_RATES = "SELECT day_on, rate_e5 FROM day WHERE fund = ? AND day_on BETWEEN ? AND ?"


@dataclass(frozen=True, slots=True)
class Day:
    """A closed day of a fund: what it published, and its register, in account order.

    ``accrued_fen`` is empty where income becomes units each day.
    """

    rate_e5: int
    yield_e3: int
    status: str
    earning_e2: int
    income_fen: int
    accounts: Int64
    basis_e2: Int64
    incomes_fen: Int64
    units_e2: Int64
    accrued_fen: Int64


@dataclass(frozen=True, slots=True)
class Intake:
    """A batch that was taken or refused: how it was answered."""

    digest: str
    name: str
    index_digest: str
    answer_name: str
    answer: str


class Books:
    """The books in a file; every change happens in a transaction, whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        self.batches = Batches(self._db)
        self._days: dict[tuple[str, int], Day] = {}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def promise(self) -> Iterator[None]:
        """Be a transaction that outlives a power cut once it is done, as all before it then do."""
        self._db.execute("PRAGMA synchronous = FULL")
        try:
            with self.transaction():
                yield
        finally:
            self._db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes of the block, or none if it is left by an error.

        A process that is killed loses nothing of it; a machine without power may lose the last
        ones, which are then made again: what we told others is written by `promise`.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
                self._days.clear()

    def note(self, name: str) -> int | None:
        """Return a figure that was noted."""
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_note(self, name: str, value: int) -> None:
        """Note a figure."""
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    # Taking in.

    def intake_of(self, digest: str) -> Intake | None:
        """Return how a batch of these bytes was answered."""
        sql = "SELECT * FROM intake WHERE digest = ?"
        row = self._db.execute(sql, (digest,)).fetchone()
        return Intake(*row) if row else None

    def intake_named(self, name: str, *, index_digest: str) -> Intake | None:
        """Return how a batch was answered whose files may be removed already."""
        sql = "SELECT * FROM intake WHERE name = ? AND index_digest = ? ORDER BY rowid DESC"
        row = self._db.execute(sql, (name, index_digest)).fetchone()
        return Intake(*row) if row else None

    def add_intake(self, intake: Intake) -> None:
        """Keep how a batch was answered."""
        values = (
            intake.digest, intake.name, intake.index_digest, intake.answer_name, intake.answer,
        )  # fmt: skip
        self._db.execute("INSERT OR REPLACE INTO intake VALUES (?, ?, ?, ?, ?)", values)

    def open_accounts(self, accounts: Iterable[int], *, on: int) -> None:
        """Open accounts that are not open yet."""
        rows = [(account, on) for account in accounts]
        self._db.executemany("INSERT OR IGNORE INTO account VALUES (?, ?)", rows)

    def add_application(self, serial: str, *, account_no: int) -> bool:
        """Keep who asked for an account; tell whether that fits what was told before."""
        sql = "SELECT account_no FROM application WHERE serial = ?"
        row = self._db.execute(sql, (serial,)).fetchone()
        if row is None:
            sql = "INSERT INTO application VALUES (?, ?, NULL)"
            self._db.execute(sql, (serial, account_no))
            return True
        return bool(row[0] == account_no)

    def answer_applications(self, *, on: int) -> int:
        """Put those that wait into a day's answers and return how many these are."""
        sql = "UPDATE application SET told_on = ? WHERE told_on IS NULL"
        return self._db.execute(sql, (on,)).rowcount

    def applications_told(self, on: int) -> list[tuple[str, int]]:
        """Return the applications answered on a day, with their accounts."""
        sql = "SELECT serial, account_no FROM application WHERE told_on = ? ORDER BY serial"
        return self._db.execute(sql, (on,)).fetchall()

    def trade_row(self, serial: str, order_on: int) -> tuple[object, ...] | None:
        """Return an order as it was told, None if it is not known."""
        row: tuple[object, ...] | None = self._db.execute(_TRADE, (serial, order_on)).fetchone()
        return row

    def may_come_again(self, serial: str, order_on: int) -> bool:
        """Tell whether a number that is known of other days can name an order of this one."""
        known, against = self._db.execute(_EARLIER, (order_on, serial, order_on)).fetchone()
        return not known or not against

    def add_trade(self, row: Sequence[object], *, held_back: int, told_on: int | None) -> None:
        """Keep a new order; one with a day is answered at once, in no file."""
        self._db.execute(_ADD_TRADE, (*row, held_back))
        if told_on is not None:
            sql = "UPDATE trade SET told_on = ?, code = '0000' WHERE serial = ? AND order_on = ?"
            self._db.execute(sql, (told_on, row[0], row[1]))

    # A trading day's answers.

    def is_confirmed(self, on: int) -> bool:
        """Tell whether a day's answers were given."""
        sql = "SELECT 1 FROM confirmed WHERE day_on = ?"
        return self._db.execute(sql, (on,)).fetchone() is not None

    def mark_confirmed(self, on: int) -> None:
        """Write down that a day's answers are given."""
        self._db.execute("INSERT INTO confirmed VALUES (?)", (on,))

    def waiting_trades(self, *, fund: str, before: int) -> list[Trade]:
        """Return unanswered orders of the days before a day, by their numbers."""
        rows = self._db.execute(_WAITING, (fund, before)).fetchall()
        return [_trade(row[:9], held_back=row[9]) for row in rows]

    def hold_back(self, trades: Sequence[Trade]) -> None:
        """Count down how many more files some orders are kept out of."""
        sql = "UPDATE trade SET held_back = held_back - 1 WHERE serial = ? AND order_on = ?"
        self._db.executemany(sql, [(t.serial, t.order_on) for t in trades])

    def add_answers(self, answers: Sequence[Answer], *, on: int) -> None:
        """Keep a day's answers, and what they change in the register."""
        self._db.executemany(
            _ANSWER,
            [
                (on, a.code, a.units_e2, a.amount_fen, a.deferred_e2, a.income_fen, a.trade.serial,
                 a.trade.order_on)
                for a in answers
            ],
        )  # fmt: skip
        sign = {PURCHASE: 1, REDEMPTION: -1}
        self.add_changes([
            (a.trade.fund, on, a.trade.account_no, sign[a.trade.business] * a.units_e2,
             a.income_fen)
            for a in answers
            if a.units_e2
        ])  # fmt: skip

    def answered(self, on: int) -> list[Answer]:
        """Return the answers of a day, in the order of their numbers."""
        return [
            Answer(_trade(row[:9], held_back=0), *row[9:])
            for row in self._db.execute(_ANSWERED, (on,))
        ]

    def cash(self, on: int) -> list[tuple[str, str, int]]:
        """Return the cash of a day's answers by fund and business."""
        return self._db.execute(_CASH, (on,)).fetchall()

    # The register.

    def add_changes(self, rows: Sequence[tuple[str, int, int, int, int]]) -> None:
        """Keep unit changes: fund, day, account, units, accrued income paid with them."""
        self._db.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?)", rows)

    def changes(self, *, fund: str, on: int) -> list[tuple[int, int, int]]:
        """Return by account what a day changes: units, and accrued income that was paid."""
        return self._db.execute(_CHANGES, (fund, on)).fetchall()

    def changes_since(self, *, fund: str, on: int) -> dict[int, int]:
        """Return by account how units changed after a day."""
        return dict(self._db.execute(_SINCE, (fund, on)).fetchall())

    def day(self, *, fund: str, on: int) -> Day | None:
        """Return a closed day."""
        if (fund, on) not in self._days:
            row = self._db.execute(_DAY, (fund, on)).fetchone()
            if row is None:
                return None
            self._remember(fund, on, Day(*row[:5], *(_unpacked(column) for column in row[5:])))
        return self._days[fund, on]

    def add_day(self, day: Day, *, fund: str, on: int) -> None:
        """Keep a closed day."""
        columns = (day.accounts, day.basis_e2, day.incomes_fen, day.units_e2, day.accrued_fen)
        figures = (day.rate_e5, day.yield_e3, day.status, day.earning_e2, day.income_fen)
        packed = [_packed(column) for column in columns]
        sql = "INSERT INTO day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        self._db.execute(sql, (fund, on, *figures, *packed))
        self._remember(fund, on, day)

    def _remember(self, fund: str, on: int, day: Day) -> None:
        """Keep the last day looked at of each fund: one of a million holders has 40 MB."""
        self._days = {key: kept for key, kept in self._days.items() if key[0] != fund}
        self._days[fund, on] = day

    def rates(self, *, fund: str, first_on: int, last_on: int) -> Mapping[int, int]:
        """Return the income per 10,000 units of closed days."""
        return dict(self._db.execute(_RATES, (fund, first_on, last_on)).fetchall())


def _trade(row: tuple[Any, ...], *, held_back: int) -> Trade:  # The statement decides the types.
    serial, order_on, fund, business, account_no, amount_fen, units_e2, defers, takes = row
    return Trade(
        serial=serial,
        order_on=order_on,
        fund=fund,
        business=business,
        account_no=account_no,
        amount_fen=amount_fen,
        units_e2=units_e2,
        defers=bool(defers),
        takes_income=bool(takes),
        held_back=held_back,
    )


def _packed(values: Int64) -> bytes:
    return values.astype("<i8").tobytes()


def _unpacked(raw: bytes) -> Int64:
    return np.frombuffer(raw, dtype="<i8").astype(np.int64)
