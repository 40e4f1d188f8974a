"""SQL of what is matched: lines of complete statements, and sent orders that no line names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huoqi.kit.db import Work

_LINE = """
    s.bank, s.last_on, e.page_id, e.line_no, e.amount_fen, e.is_credit, e.is_reversal, e.shard,
    e.order_id, e.bank_ref, e.entry_id, s.statement_id, s.sha256
"""
LINES_OF_DAYS = """
    -- Uses bank_statement_day.
    SELECT $line
    FROM unnest(%(banks)s::text[], %(ons)s::date[]) AS w (bank, last_on)
    JOIN bank_statement s ON s.bank = w.bank AND s.last_on = w.last_on AND s.state = 'complete'
    JOIN bank_statement_entry e USING (page_id)
    ORDER BY s.bank, s.last_on, s.sequence_no, s.page_no, e.line_no
""".replace("$line", _LINE)
LINES_OF_ORDERS = """
    -- Uses bank_statement_entry_order.
    SELECT $line
    FROM bank_statement_entry e JOIN bank_statement s USING (page_id)
    WHERE e.order_id = ANY(%(orders)s) AND s.state = 'complete'
    ORDER BY s.bank, s.last_on, s.sequence_no, s.page_no, e.line_no
""".replace("$line", _LINE)
LINE = """
    SELECT $line
    FROM bank_statement_entry e JOIN bank_statement s USING (page_id)
    WHERE s.bank = %(bank)s AND s.sha256 = %(sha256)s AND e.line_no = %(line)s
        AND s.statement_id = %(statement)s
""".replace("$line", _LINE)
UNNAMED = """
    -- Uses money_order_sent; an order that a line of a statement that still waits names is no news.
    SELECT DISTINCT o.shard, o.order_id
    FROM unnest(%(banks)s::text[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
        AS w (bank, since, until)
    JOIN money_order o ON o.bank = w.bank AND o.sent_at >= w.since AND o.sent_at < w.until
    WHERE o.sent_at >= %(since)s AND o.sent_at < %(until)s
        AND o.state IN ('SENT', 'UNKNOWN', 'DISPUTED', 'SUCCEEDED')
        AND NOT EXISTS (
            SELECT FROM bank_statement_entry e JOIN bank_statement s USING (page_id)
            WHERE e.order_id = o.order_id AND s.bank = o.bank AND s.state = 'complete'
        )
    ORDER BY o.shard, o.order_id
"""
LINES_OF_KEYS = """
    SELECT $line
    FROM unnest(%(pages)s::uuid[], %(lines)s::integer[]) AS w (page_id, line_no)
    JOIN bank_statement_entry e USING (page_id, line_no) JOIN bank_statement s USING (page_id)
    WHERE s.state = 'complete'
""".replace("$line", _LINE)
CONTRADICTED = """
    SELECT DISTINCT bank, last_on, statement_id FROM bank_statement
    WHERE state = 'contradicted' AND last_on >= %(since)s ORDER BY bank, last_on, statement_id
"""
DAYS = """
    SELECT d.bank, d.on_date, d.state, d.reason, d.expected_at, d.arrived_at
    FROM bank_day d JOIN bank_statement_cursor c USING (bank)
    WHERE d.on_date > c.complete_on AND d.state <> 'complete' ORDER BY d.bank, d.on_date
"""
STATES_ON = """
    SELECT c.bank, coalesce(d.state, CASE WHEN c.complete_on >= %(on)s THEN 'complete' ELSE '' END),
        coalesce(d.reason, ''), d.arrived_at
    FROM bank_statement_cursor c LEFT JOIN bank_day d ON d.bank = c.bank AND d.on_date = %(on)s
    ORDER BY c.bank
"""
SAME_MONEY = """
    -- Orders of a bank that moved as much, that way, and that no complete statement names.
    SELECT o.shard, o.order_id FROM money_order o
    WHERE o.bank = %(bank)s AND o.direction = %(direction)s AND o.amount_fen = %(amount)s
        AND o.sent_at >= %(since)s AND o.sent_at < %(until)s
        AND o.state IN ('SENT', 'UNKNOWN', 'DISPUTED', 'SUCCEEDED')
        AND NOT EXISTS (
            SELECT FROM bank_statement_entry e JOIN bank_statement s USING (page_id)
            WHERE e.order_id = o.order_id AND s.bank = o.bank AND s.state = 'complete'
        )
    ORDER BY o.sent_at, o.shard, o.order_id LIMIT %(limit)s
"""
BEGAN = """
    -- Uses bank_statement_day.
    SELECT bank, min(first_on) FROM bank_statement
    WHERE bank = ANY(%s) AND state = 'complete' GROUP BY bank
"""
STOP = """
    INSERT INTO payout_stop (reason, unexplained_fen, stopped_at) VALUES (%s, %s, %s)
    ON CONFLICT (one) DO UPDATE SET reason = excluded.reason,
        unexplained_fen = excluded.unexplained_fen
"""
LIFT = "DELETE FROM payout_stop"
STOPPED = "SELECT reason, unexplained_fen, stopped_at FROM payout_stop"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of a complete statement; ``on`` is the day that its statement ends with."""

    bank: str
    on: date
    page_id: UUID
    line_no: int
    amount_fen: int
    is_credit: bool
    is_reversal: bool
    shard: int | None
    order_id: UUID | None
    bank_ref: str
    entry_id: str
    statement_id: str
    sha256: bytes

    @property
    def key(self) -> tuple[UUID, int]:
        """Return what finds the line."""
        return self.page_id, self.line_no

    @property
    def signed_fen(self) -> int:
        """Return by how much it moves our account."""
        return self.amount_fen if self.is_credit else -self.amount_fen


@dataclass(frozen=True, slots=True)
class PayoutStop:
    """Why payouts do not leave, by how much, and since when."""

    reason: str
    unexplained_fen: int
    stopped_at: datetime


def lines_of_days(work: Work, days: Sequence[tuple[str, date]]) -> list[StatementLine]:
    """Return the lines of complete statements that end with some banks' days."""
    if not days:
        return []
    params = {"banks": [bank for bank, _ in days], "ons": [on for _, on in days]}
    return [StatementLine(*row) for row in work.rows(LINES_OF_DAYS, params)]


def lines_of_orders(work: Work, order_ids: Sequence[UUID]) -> list[StatementLine]:
    """Return every line of a complete statement that names some orders."""
    if not order_ids:
        return []
    rows = work.rows(LINES_OF_ORDERS, {"orders": list(order_ids)})
    return [StatementLine(*row) for row in rows]


def line(
    work: Work, *, bank: str, statement_id: str, sha256: bytes, line_no: int
) -> StatementLine | None:
    """Return a line by bank, statement, digest of its page and place on it."""
    params = {"bank": bank, "statement": statement_id, "sha256": sha256, "line": line_no}
    row = work.row(LINE, params)
    return StatementLine(*row) if row else None


def unnamed(
    work: Work, periods: Sequence[tuple[str, datetime, datetime]]
) -> list[tuple[int, UUID]]:
    """Return orders sent to banks in some periods that may have moved money and no line names."""
    if not periods:
        return []
    banks, sinces, untils = zip(*periods, strict=True)
    params = {"banks": list(banks), "sinces": list(sinces), "untils": list(untils)}
    rows = work.rows(UNNAMED, params | {"since": min(sinces), "until": max(untils)})
    return [(row[0], row[1]) for row in rows]


def same_money(work: Work, parameters: dict[str, object]) -> list[tuple[int, UUID]]:
    """Return orders that a line without our reference may mean."""
    return [(row[0], row[1]) for row in work.rows(SAME_MONEY, parameters)]


def days_waiting(work: Work) -> list[tuple[str, date, str, str, datetime, datetime | None]]:
    """Return banks' days that are late, incomplete or refused: state, reason, expected, arrived."""
    return [(r[0], r[1], r[2], r[3], r[4], r[5]) for r in work.rows(DAYS)]


def day_states(work: Work, *, on: date) -> dict[str, tuple[str, str, datetime | None]]:
    """Return by bank state and reason of a day's statement; empty text while it is not due."""
    return {row[0]: (row[1], row[2], row[3]) for row in work.rows(STATES_ON, {"on": on})}


def lines_of_keys(work: Work, keys: Sequence[tuple[UUID, int]]) -> list[StatementLine]:
    """Return lines of complete statements by page and place."""
    if not keys:
        return []
    params = {"pages": [page for page, _ in keys], "lines": [number for _, number in keys]}
    return [StatementLine(*row) for row in work.rows(LINES_OF_KEYS, params)]


def pages_contradicted(work: Work, *, since: date) -> list[tuple[str, date, str]]:
    """Return bank, day and statement of pages that came once more with another text."""
    return [(r[0], r[1], r[2]) for r in work.rows(CONTRADICTED, {"since": since})]


def began(work: Work, banks: Sequence[str]) -> dict[str, date]:
    """Return by bank the first day of its first statement that is complete."""
    return {row[0]: row[1] for row in work.rows(BEGAN, (list(banks),))}


def stop_payouts(work: Work, *, reason: str, unexplained_fen: int) -> None:
    """Let no payout leave."""
    work.run(STOP, (reason, unexplained_fen, work.at))


def lift_stop(work: Work) -> None:
    """Let payouts leave again."""
    work.run(LIFT)


def payout_stop(work: Work) -> PayoutStop | None:
    """Return why payouts do not leave; None where they do."""
    row = work.row(STOPPED)
    return PayoutStop(*row) if row else None
