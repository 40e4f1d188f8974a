"""SQL of how far each bank's statements have come, and how it stands with each bank's day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from huoqi.kit.db import Work
from huoqi.payments.statements import BankCursor

START = """
    INSERT INTO bank_statement_cursor (bank, complete_on, proved_on, next_at)
    SELECT bank, %(on)s, %(on)s, %(next_at)s FROM bank_account ORDER BY bank
    ON CONFLICT (bank) DO NOTHING
"""

CURSORS = """
    SELECT bank, complete_on, proved_on, next_at, sequence_no, closing_fen, tries
    FROM bank_statement_cursor ORDER BY bank
"""
LOCK_CURSORS = """
    -- Ascending banks: two who take statements in meet in one order.
    SELECT bank, complete_on, proved_on, next_at, sequence_no, closing_fen, tries
    FROM bank_statement_cursor WHERE bank = ANY(%s) ORDER BY bank FOR UPDATE
"""
SAVE_CURSORS = """
    UPDATE bank_statement_cursor c SET complete_on = n.complete_on, proved_on = n.proved_on,
        next_at = n.next_at, sequence_no = n.sequence_no, closing_fen = n.closing_fen,
        tries = n.tries
    FROM unnest(%(banks)s::text[], %(completes)s::date[], %(proveds)s::date[],
        %(nexts)s::timestamptz[], %(sequences)s::bigint[], %(closings)s::bigint[],
        %(tries)s::integer[])
        AS n (bank, complete_on, proved_on, next_at, sequence_no, closing_fen, tries)
    WHERE c.bank = n.bank
"""
# The time of day from which a bank's statements can be had, and how late it may still execute.
TERMS = """
    SELECT a.bank, max(p.statement_ready_at) FILTER (WHERE p.effective_until > %(on)s),
        coalesce(max(p.late_execution_days), 0)
    FROM bank_account a LEFT JOIN bank_profile p ON p.bank = a.bank
        AND p.effective_from <= %(on)s AND p.effective_until > %(since)s
    GROUP BY a.bank
"""

ADD_DAYS = """
    INSERT INTO bank_day AS d (bank, on_date, state, reason, expected_at, arrived_at)
    SELECT n.* FROM unnest(%(banks)s::text[], %(ons)s::date[], %(states)s::text[],
        %(reasons)s::text[], %(expecteds)s::timestamptz[], %(arriveds)s::timestamptz[]) AS n
    ON CONFLICT (bank, on_date) DO UPDATE SET state = excluded.state, reason = excluded.reason,
        arrived_at = coalesce(excluded.arrived_at, d.arrived_at)
    WHERE d.state <> 'complete'
"""
NOTE_LATE = """
    -- A day of which something came already says more than that it is late.
    INSERT INTO bank_day (bank, on_date, state, expected_at)
    SELECT n.bank, n.on_date, 'late', n.expected_at
    FROM unnest(%(banks)s::text[], %(ons)s::date[], %(expecteds)s::timestamptz[])
        AS n (bank, on_date, expected_at)
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class StatementTerms:
    """From when on a bank's statements can be had, and how many days late it may execute."""

    ready_at: time | None
    late_days: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """A bank's day as its statement goes."""

    bank: str
    on: date
    state: str
    reason: str
    expected_at: datetime
    arrived_at: datetime | None


def start(work: Work, *, on: date, next_at: datetime) -> None:
    """Let all before a day count as done; banks that have begun stay as they are."""
    work.run(START, {"on": on, "next_at": next_at})


def cursors(work: Work) -> list[BankCursor]:
    """Return how far each bank's statements have come."""
    return [BankCursor(*row) for row in work.rows(CURSORS)]


def lock_cursors(work: Work, banks: Collection[str]) -> dict[str, BankCursor]:
    """Return the cursors of some banks, locked; nobody else takes their statements in meanwhile."""
    return {row[0]: BankCursor(*row) for row in work.rows(LOCK_CURSORS, (sorted(banks),))}


def save_cursors(work: Work, changed: Sequence[BankCursor]) -> None:
    """Write how far banks have come."""
    if changed:
        params: Mapping[str, object] = {
            "banks": [c.bank for c in changed],
            "completes": [c.complete_on for c in changed],
            "proveds": [c.proved_on for c in changed],
            "nexts": [c.next_at for c in changed],
            "sequences": [c.sequence_no for c in changed],
            "closings": [c.closing_fen for c in changed],
            "tries": [c.tries for c in changed],
        }
        work.run(SAVE_CURSORS, params)


def terms(work: Work, *, since: date, on: date) -> dict[str, StatementTerms]:
    """Return by bank what holds on a day, and the most that held since another one."""
    rows = work.rows(TERMS, {"since": since, "on": on})
    return {row[0]: StatementTerms(row[1], row[2]) for row in rows}


def save_days(work: Work, days: Sequence[DayRow]) -> None:
    """Write how it stands with banks' days; a complete one stays complete."""
    if days:
        work.run(
            ADD_DAYS,
            {
                "banks": [d.bank for d in days],
                "ons": [d.on for d in days],
                "states": [d.state for d in days],
                "reasons": [d.reason for d in days],
                "expecteds": [d.expected_at for d in days],
                "arriveds": [d.arrived_at for d in days],
            },
        )


def note_late(work: Work, days: Sequence[DayRow]) -> None:
    """Write days whose statement was asked for in vain."""
    if days:
        work.run(
            NOTE_LATE,
            {
                "banks": [d.bank for d in days],
                "ons": [d.on for d in days],
                "expecteds": [d.expected_at for d in days],
            },
        )
