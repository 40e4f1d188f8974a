"""SQL of the monitor of bank statements: a line a bank and day, pages, lines, and once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huoqi.kit.db import Row, Work

_FIGURES = """
    LEFT JOIN LATERAL (
        -- The newest page of each number, of the statement that gave the day its state.
        SELECT p.statement_id, p.sequence_no, count(*) AS pages,
            sum(p.entry_count)::bigint AS lines,
            sum(p.credit_fen)::bigint AS credit_fen, sum(p.debit_fen)::bigint AS debit_fen,
            CASE WHEN bool_and(p.stated_count = p.entry_count) THEN sum(p.stated_count)
                ELSE max(p.stated_count) END::bigint AS stated_count,
            CASE WHEN bool_and(p.stated_count = p.entry_count) THEN sum(p.stated_credit_fen)
                ELSE max(p.stated_credit_fen) END::bigint AS stated_credit_fen,
            CASE WHEN bool_and(p.stated_count = p.entry_count) THEN sum(p.stated_debit_fen)
                ELSE max(p.stated_debit_fen) END::bigint AS stated_debit_fen,
            (array_agg(p.opening_fen ORDER BY p.page_no))[1] AS opening_fen,
            (array_agg(p.closing_fen ORDER BY p.page_no DESC))[1] AS closing_fen,
            (array_agg(p.sha256 ORDER BY p.page_no DESC))[1] AS sha256
        FROM (
            SELECT DISTINCT ON (x.sequence_no, x.statement_id, x.page_no) x.*
            FROM bank_statement x
            WHERE x.bank = d.bank AND x.last_on BETWEEN d.on_date AND d.on_date + 40
                AND x.first_on <= d.on_date AND x.state = d.state
            ORDER BY x.sequence_no, x.statement_id, x.page_no, x.received_at DESC, x.page_id
        ) p
        GROUP BY p.statement_id, p.sequence_no
        ORDER BY max(p.received_at) DESC, p.sequence_no DESC LIMIT 1
    ) s ON true
"""
_LINE = """
    d.bank, d.on_date, d.state, d.reason, d.expected_at, d.arrived_at, d.pulled_at, d.pull_wanted,
    s.statement_id, s.sequence_no, coalesce(s.pages, 0), s.lines, s.credit_fen, s.debit_fen,
    s.stated_count, s.stated_credit_fen, s.stated_debit_fen, s.opening_fen, s.closing_fen, s.sha256
"""
DAYS = " ".join((
    "SELECT",
    _LINE,
    """
    FROM (
        (SELECT bank, on_date, state, reason, expected_at, arrived_at, pulled_at, pull_wanted
         FROM bank_day
         WHERE (%(bank)s::text IS NULL OR bank = %(bank)s)
            AND (%(on)s::date IS NULL OR on_date = %(on)s)
            AND (%(state)s::text IS NULL OR state = %(state)s)
            AND (on_date < %(before_on)s OR (on_date = %(before_on)s AND bank > %(after_bank)s))
         ORDER BY on_date DESC, bank LIMIT %(limit)s)
        UNION ALL
        -- What comes next, of banks of which nothing is known of that day yet.
        SELECT c.bank, c.complete_on + 1, 'expected', '', c.next_at, NULL, '{}', false
        FROM bank_statement_cursor c
        WHERE (%(bank)s::text IS NULL OR c.bank = %(bank)s)
            AND (%(on)s::date IS NULL OR c.complete_on + 1 = %(on)s)
            AND (%(state)s::text IS NULL OR 'expected' = %(state)s)
            AND (c.complete_on + 1 < %(before_on)s
                OR (c.complete_on + 1 = %(before_on)s AND c.bank > %(after_bank)s))
            AND NOT EXISTS (
                SELECT FROM bank_day k WHERE k.bank = c.bank AND k.on_date = c.complete_on + 1
            )
    ) d
    """,
    _FIGURES,
    "ORDER BY d.on_date DESC, d.bank LIMIT %(limit)s",
))
PAGES = """
    -- Uses bank_statement_day.
    SELECT page_id, bank, account, statement_id, page_no, is_last_page, sequence_no, first_on,
        last_on, opening_fen, closing_fen, stated_count, stated_credit_fen, stated_debit_fen,
        entry_count, credit_fen, debit_fen, sha256, state, reason, received_at
    FROM bank_statement
    WHERE bank = %(bank)s AND last_on BETWEEN %(on)s AND %(on)s + 40 AND first_on <= %(on)s
    ORDER BY received_at, sequence_no, page_no, page_id
"""
ENTRIES = """
    SELECT page_id, line_no, bank_ref, entry_id, amount_fen, is_credit, is_reversal, booked_on,
        value_on, reason, order_id, event
    FROM bank_statement_entry
    WHERE page_id = %(page)s AND line_no > %(after)s ORDER BY line_no LIMIT %(limit)s
"""
WANT = """
    UPDATE bank_day SET pull_wanted = true, pulled_at = CASE WHEN pull_wanted THEN pulled_at
        ELSE pulled_at || %(at)s::timestamptz END
    WHERE bank = %(bank)s AND on_date = %(on)s AND state <> 'complete'
"""
DUE_NOW = """
    UPDATE bank_statement_cursor SET next_at = least(next_at, %(at)s) WHERE bank = %(bank)s
"""
WANTED = "SELECT bank, on_date FROM bank_day WHERE pull_wanted ORDER BY on_date, bank"
ASKED = """
    UPDATE bank_day SET pull_wanted = false
    WHERE (bank, on_date) IN (SELECT * FROM unnest(%(banks)s::text[], %(ons)s::date[]))
"""


@dataclass(frozen=True, slots=True)
class DayFilter:
    """Which days are wanted; None takes all."""

    bank: str | None = None
    on: date | None = None
    state: str | None = None


def days(
    work: Work, wanted: DayFilter, *, before: tuple[date, str] | None, limit: int
) -> list[Row]:
    """Return banks' days with the figures of their statements, the newest day first."""
    before_on, after_bank = before or (date.max, "")
    params = {
        "bank": wanted.bank,
        "on": wanted.on,
        "state": wanted.state,
        "before_on": before_on,
        "after_bank": after_bank,
        "limit": limit,
    }
    return work.rows(DAYS, params)


def pages(work: Work, *, bank: str, on: date) -> list[Row]:
    """Return every page that came of a bank's day, in the order in which they came."""
    return work.rows(PAGES, {"bank": bank, "on": on})


def entries(work: Work, page_id: UUID, *, after: int, limit: int) -> list[Row]:
    """Return lines of a page."""
    return work.rows(ENTRIES, {"page": page_id, "after": after, "limit": limit})


def want(work: Work, *, bank: str, on: date) -> bool:
    """Note that a day's statement is to be asked for again, now; tell whether it can be."""
    if not work.run(WANT, {"bank": bank, "on": on, "at": work.at}):
        return False
    work.run(DUE_NOW, {"bank": bank, "at": work.at})
    return True


def wanted(work: Work) -> list[tuple[str, date]]:
    """Return banks and days whose statements are to be asked for again."""
    return [(row[0], row[1]) for row in work.rows(WANTED)]


def asked(work: Work, days: Sequence[tuple[str, date]]) -> None:
    """Note that statements were asked for again."""
    if days:
        work.run(ASKED, {"banks": [bank for bank, _ in days], "ons": [on for _, on in days]})
