"""SQL of banks' days as they are matched: cursors, counts, rulings on lines, safeguarding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from huoqi.kit.db import Work

CURSORS = "SELECT bank, matched_on, closed_on FROM bank_match_cursor ORDER BY bank"
LOCK = CURSORS + " FOR UPDATE"
START = """
    INSERT INTO bank_match_cursor (bank, matched_on, closed_on)
    SELECT n.bank, n.before_on, n.before_on
    FROM unnest(%(banks)s::text[], %(befores)s::date[]) AS n (bank, before_on)
    ON CONFLICT DO NOTHING
"""
MOVE = """
    UPDATE bank_match_cursor c SET matched_on = n.matched_on,
        closed_on = coalesce(least((SELECT min(m.on_date) - 1 FROM bank_match m
            WHERE m.bank = c.bank AND (m.waiting_count > 0 OR m.break_count > 0)),
            n.matched_on), n.matched_on)
    FROM unnest(%(banks)s::text[], %(ons)s::date[]) AS n (bank, matched_on)
    WHERE c.bank = n.bank
"""
UNSETTLED = """
    SELECT bank, on_date FROM bank_match WHERE waiting_count > 0 OR break_count > 0
    ORDER BY bank, on_date
"""
SAVE = """
    INSERT INTO bank_match AS old (bank, on_date, order_count, entry_count, matched_count,
        tail_count, group_count, waiting_count, waiting_fen, break_count, matched_at)
    SELECT n.bank, n.on_date, n.orders, n.entries, n.matched, n.tails, n.groups, n.waiting, n.fen,
        (SELECT count(*) FROM close_break b WHERE b.fund = n.bank AND b.close_on = n.on_date
            AND b.state IN ('open', 'resolving', 'reopened')), %(at)s
    FROM unnest(%(banks)s::text[], %(ons)s::date[], %(orders)s::bigint[], %(entries)s::bigint[],
        %(matched)s::bigint[], %(tails)s::bigint[], %(groups)s::bigint[], %(waiting)s::bigint[],
        %(fens)s::bigint[])
        AS n (bank, on_date, orders, entries, matched, tails, groups, waiting, fen)
    ON CONFLICT (bank, on_date) DO UPDATE SET order_count = excluded.order_count,
        entry_count = excluded.entry_count, matched_count = excluded.matched_count,
        tail_count = excluded.tail_count, group_count = excluded.group_count,
        waiting_count = excluded.waiting_count, waiting_fen = excluded.waiting_fen,
        break_count = excluded.break_count,
        matched_at = excluded.matched_at
"""
COUNT_AGAIN = """
    UPDATE bank_match m SET break_count = (SELECT count(*) FROM close_break b
        WHERE b.fund = m.bank AND b.close_on = m.on_date
            AND b.state IN ('open', 'resolving', 'reopened'))
    WHERE (m.bank, m.on_date) IN (SELECT * FROM unnest(%(banks)s::text[], %(ons)s::date[]))
"""
MATCHES = """
    SELECT m.bank, m.on_date, m.order_count, m.entry_count, m.matched_count, m.tail_count,
        m.group_count, m.waiting_count, m.waiting_fen, m.break_count, m.matched_at,
        m.on_date <= c.closed_on
    FROM bank_match m JOIN bank_match_cursor c USING (bank)
    WHERE m.on_date BETWEEN %(first)s AND %(last)s ORDER BY m.on_date, m.bank
"""
DAYS_WITH_BREAKS = """
    SELECT b.fund, b.close_on FROM close_break b JOIN bank_match_cursor c ON c.bank = b.fund
    WHERE b.close_on > c.matched_on GROUP BY b.fund, b.close_on
    UNION
    SELECT b.fund, b.close_on FROM close_break b
    WHERE (b.fund, b.close_on) IN (SELECT * FROM unnest(%(banks)s::text[], %(ons)s::date[]))
"""
BREAK_STATES = """
    SELECT b.state, count(*) FROM close_break b JOIN bank_match_cursor c ON c.bank = b.fund
    WHERE b.close_on = %s GROUP BY b.state
"""
RULINGS = """
    SELECT page_id, line_no, ruling, amount_fen, shard, order_id FROM bank_line_ruling
    WHERE page_id = ANY(%(pages)s) OR order_id = ANY(%(orders)s)
"""
RULE = """
    INSERT INTO bank_line_ruling (page_id, line_no, ruling, amount_fen, shard, order_id,
        approval_id, ruled_at)
    VALUES (%(page)s, %(line)s, %(ruling)s, %(amount)s, %(shard)s, %(order)s, %(approval)s, %(at)s)
    ON CONFLICT (page_id, line_no) DO UPDATE SET ruling = excluded.ruling,
        amount_fen = excluded.amount_fen, shard = excluded.shard, order_id = excluded.order_id,
        approval_id = excluded.approval_id, ruled_at = excluded.ruled_at
"""
UNRULE = "DELETE FROM bank_line_ruling WHERE page_id = %s AND line_no = %s"
EXPLAINED = """
    -- By bank what breaks explain: ours less theirs. What two people had booked differs no longer;
    -- what they ruled on still stands at the bank.
    SELECT b.fund, sum(b.effect_fen)::bigint FROM close_break b
    JOIN bank_match_cursor c ON c.bank = b.fund
    WHERE b.effect_fen IS NOT NULL AND b.state <> 'cleared'
        AND NOT (b.state = 'resolved' AND b.action IN ('create_entry', 'edit_by_reversal'))
    GROUP BY b.fund
"""
WAITING = """
    SELECT bank, sum(waiting_fen)::bigint FROM bank_match WHERE waiting_count > 0 GROUP BY bank
"""
SAVE_CHECK = """
    INSERT INTO safeguarding_check AS old (on_date, held_fen, booked_fen, owed_fen, own_fen,
        in_transit_fen, breaks_fen, unexplained_fen, banks, checked_at)
    VALUES (%(on)s, %(held)s, %(booked)s, %(owed)s, %(own)s, %(transit)s, %(breaks)s,
        %(unexplained)s, %(banks)s, %(at)s)
    ON CONFLICT (on_date) DO UPDATE SET held_fen = excluded.held_fen,
        booked_fen = excluded.booked_fen, owed_fen = excluded.owed_fen,
        own_fen = excluded.own_fen, in_transit_fen = excluded.in_transit_fen,
        breaks_fen = excluded.breaks_fen, unexplained_fen = excluded.unexplained_fen,
        banks = excluded.banks, checked_at = excluded.checked_at
"""
CHECKS = """
    SELECT on_date, held_fen, booked_fen, owed_fen, own_fen, in_transit_fen, breaks_fen,
        unexplained_fen, banks, checked_at
    FROM safeguarding_check WHERE on_date <= %(until)s ORDER BY on_date DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class MatchCursor:
    """How far a bank's days are matched, and closed without a gap."""

    bank: str
    matched_on: date
    closed_on: date


@dataclass(frozen=True, slots=True)
class MatchedDay:
    """What came of the matching of a bank's day."""

    bank: str
    on: date
    order_count: int
    entry_count: int
    matched_count: int
    tail_count: int
    group_count: int
    waiting_count: int
    waiting_fen: int
    break_count: int = 0
    matched_at: datetime | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What two people ruled on a line: void, another amount, or the order that it means."""

    page_id: UUID
    line_no: int
    ruling: str
    amount_fen: int | None = None
    shard: int | None = None
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SafeguardingCheck:
    """Whether customers' money is at the banks; ``banks`` has the same by bank."""

    on: date
    held_fen: int
    booked_fen: int
    owed_fen: int
    own_fen: int
    in_transit_fen: int
    breaks_fen: int
    unexplained_fen: int
    banks: Mapping[str, Mapping[str, int]]
    checked_at: datetime

    @property
    def is_breach(self) -> bool:
        """Tell whether there is a difference that nobody can explain."""
        return self.unexplained_fen != 0 or any(
            bank["unexplained"] != 0 for bank in self.banks.values()
        )


def cursors(work: Work) -> dict[str, MatchCursor]:
    """Return how far each bank is."""
    return {row[0]: MatchCursor(*row) for row in work.rows(CURSORS)}


def lock_cursors(work: Work) -> dict[str, MatchCursor]:
    """Return how far each bank is; nobody else matches or decides on a bank's day meanwhile."""
    return {row[0]: MatchCursor(*row) for row in work.rows(LOCK)}


def start(work: Work, begun: Mapping[str, date]) -> None:
    """Let banks begin after a day."""
    if begun:
        work.run(START, {"banks": list(begun), "befores": list(begun.values())})


def move(work: Work, matched: Mapping[str, date]) -> None:
    """Keep how far banks are matched, and with it how far they are closed."""
    if matched:
        work.run(MOVE, {"banks": list(matched), "ons": list(matched.values())})


def unsettled(work: Work) -> list[tuple[str, date]]:
    """Return the days of banks on which something is open or waits."""
    return [(row[0], row[1]) for row in work.rows(UNSETTLED)]


def save(work: Work, days: Sequence[MatchedDay]) -> None:
    """Keep what came of days; their open breaks are counted here."""
    if days:
        work.run(
            SAVE,
            {
                "at": work.at,
                "banks": [d.bank for d in days],
                "ons": [d.on for d in days],
                "orders": [d.order_count for d in days],
                "entries": [d.entry_count for d in days],
                "matched": [d.matched_count for d in days],
                "tails": [d.tail_count for d in days],
                "groups": [d.group_count for d in days],
                "waiting": [d.waiting_count for d in days],
                "fens": [d.waiting_fen for d in days],
            },
        )


def count_again(work: Work, days: Sequence[tuple[str, date]]) -> None:
    """Count the open breaks of days anew."""
    if days:
        work.run(COUNT_AGAIN, {"banks": [b for b, _ in days], "ons": [on for _, on in days]})


def matches(work: Work, *, first_on: date, last_on: date) -> list[MatchedDay]:
    """Return what came of the matching of banks' days."""
    return [MatchedDay(*row) for row in work.rows(MATCHES, {"first": first_on, "last": last_on})]


def days_with_breaks(work: Work, days: Sequence[tuple[str, date]]) -> list[tuple[str, date]]:
    """Return which of some days have breaks, and all days with some whose statement is not in."""
    params = {"banks": [bank for bank, _ in days], "ons": [on for _, on in days]}
    return [(row[0], row[1]) for row in work.rows(DAYS_WITH_BREAKS, params)]


def break_states(work: Work, *, on: date) -> dict[str, int]:
    """Return how many breaks of banks' days of a date are in each state."""
    return {row[0]: row[1] for row in work.rows(BREAK_STATES, (on,))}


def rulings(work: Work, *, pages: Sequence[UUID], orders: Sequence[UUID]) -> list[Ruling]:
    """Return what was ruled on lines of pages, and which lines were ruled to be orders'."""
    if not pages and not orders:
        return []
    rows = work.rows(RULINGS, {"pages": list(pages), "orders": list(orders)})
    return [Ruling(*row) for row in rows]


def rule(work: Work, ruling: Ruling, *, approval_id: UUID) -> None:
    """Keep what was ruled on a line."""
    work.run(
        RULE,
        {
            "page": ruling.page_id,
            "line": ruling.line_no,
            "ruling": ruling.ruling,
            "amount": ruling.amount_fen,
            "shard": ruling.shard,
            "order": ruling.order_id,
            "approval": approval_id,
            "at": work.at,
        },
    )


def unrule(work: Work, page_id: UUID, line_no: int) -> None:
    """Take back what was ruled on a line."""
    work.run(UNRULE, (page_id, line_no))


def explained(work: Work) -> dict[str, int]:
    """Return by bank what its breaks explain of the difference between its account and ours."""
    return {row[0]: row[1] for row in work.rows(EXPLAINED)}


def waiting(work: Work) -> dict[str, int]:
    """Return by bank what succeeded on matched days and is still to come in a statement."""
    return {row[0]: row[1] for row in work.rows(WAITING)}


def save_check(work: Work, check: SafeguardingCheck) -> None:
    """Keep a look at customers' money."""
    work.run(
        SAVE_CHECK,
        {
            "on": check.on,
            "held": check.held_fen,
            "booked": check.booked_fen,
            "owed": check.owed_fen,
            "own": check.own_fen,
            "transit": check.in_transit_fen,
            "breaks": check.breaks_fen,
            "unexplained": check.unexplained_fen,
            "banks": Jsonb(check.banks),
            "at": check.checked_at,
        },
    )


def checks(work: Work, *, until: date, limit: int) -> list[SafeguardingCheck]:
    """Return looks at customers' money, the latest day first."""
    return [SafeguardingCheck(*row) for row in work.rows(CHECKS, {"until": until, "limit": limit})]
