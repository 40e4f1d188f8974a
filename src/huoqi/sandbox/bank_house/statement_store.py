"""Statements that banks outside write: a head a bank and day, lines from their own books."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from huoqi.payments.banks.simulated.statement_days import DAY, Desk, Written, written
from huoqi.payments.banks.simulated.statement_making import Moved, Sheet, lines_of, made
from huoqi.payments.banks.simulated.truth import Faults
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.statements import Statement, StatementEntry
from huoqi.sandbox.bank_house.instants import us_of
from huoqi.sandbox.bank_house.telling import ToldDesk

SCHEMA = """
CREATE TABLE IF NOT EXISTS statement (
    bank TEXT NOT NULL, day_on INTEGER NOT NULL, sequence_no INTEGER NOT NULL,
    opening_fen INTEGER NOT NULL, closing_fen INTEGER NOT NULL, ready_us INTEGER NOT NULL,
    is_heard INTEGER NOT NULL DEFAULT 0, spoils TEXT NOT NULL,
    PRIMARY KEY (bank, day_on)) STRICT;
"""
_LAST = """
    SELECT day_on, sequence_no, closing_fen FROM statement WHERE bank = ?
    ORDER BY day_on DESC LIMIT 1
"""
_MOVED = """
    SELECT i.bank_ref, i.direction, i.amount_fen, count(*) * i.listed, 0 AS is_return,
        e.executed_us AS at_us
    FROM execution e JOIN instruction i USING (bank_ref)
    WHERE i.bank = ?1 AND e.executed_us >= ?2 AND e.executed_us < ?3 AND i.listed > 0
    GROUP BY i.bank_ref, e.executed_us
    UNION ALL
    SELECT bank_ref, direction, amount_fen, 1, 1, executed_us
    FROM instruction WHERE bank = ?1 AND returns_on = ?4
    ORDER BY 5, 6, 1
"""
_BALANCE_BEFORE = """
    SELECT coalesce(sum(
        (CASE i.direction WHEN 'COLLECT' THEN 1 ELSE -1 END) * i.amount_fen
        * ((SELECT count(*) FROM execution e
            WHERE e.bank_ref = i.bank_ref AND e.executed_us < ?2) * i.listed
           - coalesce(i.returns_on < ?3, 0))
    ), 0)
    FROM instruction i WHERE i.bank = ?1 AND i.executed_us < ?2
"""
_READY = """
    SELECT day_on, sequence_no, opening_fen, spoils FROM statement
    WHERE bank = ? AND NOT is_heard AND ready_us <= ? ORDER BY day_on LIMIT ?
"""
_AGAIN = """
    -- With the right totals; lines that are wrong stay so, since later balances rest on them.
    UPDATE statement SET is_heard = 0, spoils = json_remove(spoils, '$.statement_wrong_total')
    WHERE bank = ? AND day_on = ? AND ready_us <= ?
"""


class StatementBooks:
    """What a bank has written, over the same file as its other books."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.executescript(SCHEMA)

    def given_out(
        self, told: ToldDesk, *, at: datetime, faults: Faults, limit: int
    ) -> list[Statement]:
        """Return statements that nobody has heard; those that are due are written first."""
        row = self._db.execute(_LAST, (told.bank,)).fetchone()
        last = (None, None, None) if row is None else (date.fromordinal(row[0]), *row[1:])
        desk = Desk(told.bank, told.account, told.ready, told.cut_off, *last)
        self._write(desk, at=at, faults=faults)
        rows = self._db.execute(_READY, (desk.bank, us_of(at), limit)).fetchall()
        found = []
        for day_on, sequence_no, opening_fen, spoils in rows:
            on = date.fromordinal(day_on)
            sheet = Sheet(desk.bank, desk.account, on, sequence_no, opening_fen)
            found.append(made(sheet, self._lines(desk, on), json.loads(spoils)))
        return found

    def were_heard(self, bank: str, sequences: Sequence[int]) -> None:
        """Keep which statements were stored for good."""
        sql = "UPDATE statement SET is_heard = 1 WHERE bank = ? AND sequence_no = ?"
        self._db.executemany(sql, [(bank, sequence_no) for sequence_no in sequences])

    def give_again(self, bank: str, *, on: date, at: datetime) -> bool:
        """Let a statement come again, with the right totals; tell whether there is one."""
        found = self._db.execute(_AGAIN, (bank, on.toordinal(), us_of(at)))
        return found.rowcount > 0

    def _write(self, desk: Desk, *, at: datetime, faults: Faults) -> None:
        sequence_no, balance_fen = desk.sequence_no or 0, desk.closing_fen
        for on in desk.days_until(at):
            if balance_fen is None:
                balance_fen = self._balance_before(desk, on=on)
            sequence_no += 1
            sheet = Sheet(desk.bank, desk.account, on, sequence_no, balance_fen)
            page = written(sheet, self._lines(desk, on), desk=desk, faults=faults)
            balance_fen = page.statement.head.closing_fen
            self._add(page)

    def _lines(self, desk: Desk, on: date) -> list[StatementEntry]:
        since_us, until_us = us_of(desk.begins_at(on)), us_of(desk.begins_at(on + DAY))
        rows = self._db.execute(_MOVED, (desk.bank, since_us, until_us, on.toordinal()))
        moved = [Moved(row[0], Direction(row[1]), row[2], row[3], bool(row[4])) for row in rows]
        return lines_of(moved, on=on)

    def _balance_before(self, desk: Desk, *, on: date) -> int:
        params = (desk.bank, us_of(desk.begins_at(on)), on.toordinal())
        balance_fen: int = self._db.execute(_BALANCE_BEFORE, params).fetchone()[0]
        return balance_fen

    def _add(self, page: Written) -> None:
        head = page.statement.head
        self._db.execute(
            "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
            (
                head.bank, head.last_on.toordinal(), head.sequence_no, head.opening_fen,
                head.closing_fen, us_of(page.ready_at), json.dumps(page.spoils),
            ),
        )  # fmt: skip
