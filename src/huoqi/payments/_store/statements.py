"""SQL of bank statements: pages, lines, and the orders that they name. A batch a statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from huoqi.kit.db import Row, Work
from huoqi.payments.rules.completeness import (
    STANDING,
    StatementReason,
    StatementState,
    Totals,
    Verdict,
)
from huoqi.payments.rules.statements import StatementEntry, StatementHead
from huoqi.payments.statements import StatementPage

ACCOUNTS = "SELECT bank, account FROM bank_account ORDER BY bank"

_PAGE = """
    page_id, bank, account, statement_id, page_no, is_last_page, sequence_no, first_on, last_on,
    opening_fen, closing_fen, stated_count, stated_credit_fen, stated_debit_fen, entry_count,
    credit_fen, debit_fen, sha256, state, reason, received_at
"""
# Of the names that came in, and of all that wait for a page or for an earlier statement.
NEIGHBOURS = " ".join((
    "SELECT",
    _PAGE,
    """
    -- Uses bank_statement_waiting and bank_statement_name.
    FROM bank_statement s
    WHERE (s.bank = ANY(%(banks)s) AND s.state = 'incomplete')
        OR (s.bank, s.statement_id) IN (
            SELECT * FROM unnest(%(banks)s::text[], %(names)s::text[])
        )
    ORDER BY s.bank, s.sequence_no, s.page_no, s.received_at
    """,
))
ADD_PAGES = """
    INSERT INTO bank_statement (page_id, bank, account, statement_id, page_no, is_last_page,
        sequence_no, first_on, last_on, opening_fen, closing_fen, stated_count, stated_credit_fen,
        stated_debit_fen, entry_count, credit_fen, debit_fen, sha256, state, reason, received_at)
    SELECT n.*, %(at)s
    FROM unnest(%(ids)s::uuid[], %(banks)s::text[], %(accounts)s::text[], %(names)s::text[],
        %(pages)s::integer[], %(lasts)s::boolean[], %(sequences)s::bigint[],
        %(first_ons)s::date[], %(last_ons)s::date[], %(openings)s::bigint[],
        %(closings)s::bigint[], %(stated_counts)s::bigint[], %(stated_credits)s::bigint[],
        %(stated_debits)s::bigint[], %(counts)s::bigint[], %(credits)s::bigint[],
        %(debits)s::bigint[], %(digests)s::bytea[], %(states)s::text[], %(reasons)s::text[]) AS n
"""
SET_STATES = """
    UPDATE bank_statement s SET state = n.state, reason = n.reason
    FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(reasons)s::text[])
        AS n (page_id, state, reason)
    WHERE s.page_id = n.page_id
"""
ADD_ENTRIES = """
    INSERT INTO bank_statement_entry (page_id, line_no, amount_fen, booked_on, value_on, is_credit,
        is_reversal, shard, order_id, bank_ref, entry_id, reason, event)
    SELECT n.*
    FROM unnest(%(pages)s::uuid[], %(lines)s::integer[], %(amounts)s::bigint[], %(bookeds)s::date[],
        %(values)s::date[], %(credits)s::boolean[], %(reversals)s::boolean[],
        %(shards)s::smallint[], %(orders)s::uuid[], %(refs)s::text[], %(entries)s::text[],
        %(reasons)s::text[], %(events)s::text[]) AS n
"""
NAMED_ORDERS = """
    -- A reference holds the order's id but not its shard: one probe a shard.
    SELECT order_id, shard, bank, direction, amount_fen, state FROM money_order
    WHERE order_id = ANY(%(orders)s) AND shard = ANY(%(shards)s::smallint[])
        AND bank_ref IS NOT NULL
"""
BOOKED_BEFORE = """
    -- Uses bank_statement_entry_order.
    SELECT e.order_id, count(*) FILTER (WHERE NOT e.is_reversal),
        count(*) FILTER (WHERE e.is_reversal)
    FROM bank_statement_entry e JOIN bank_statement s USING (page_id)
    WHERE e.order_id = ANY(%(orders)s) AND s.state = ANY(%(standing)s)
    GROUP BY e.order_id
"""
ABSENT = """
    -- Uses money_order_sent; an order that only a refused statement names counts as absent.
    SELECT o.shard, o.order_id
    FROM unnest(%(banks)s::text[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
        AS w (bank, since, until)
    JOIN money_order o ON o.bank = w.bank AND o.sent_at >= w.since AND o.sent_at < w.until
    WHERE o.sent_at >= %(since)s AND o.sent_at < %(until)s
        AND o.state IN ('SENT', 'UNKNOWN', 'DISPUTED', 'SUCCEEDED')
        AND NOT EXISTS (
            SELECT FROM bank_statement_entry e JOIN bank_statement s USING (page_id)
            WHERE e.order_id = o.order_id AND s.bank = o.bank AND s.state = ANY(%(standing)s)
        )
    ORDER BY o.shard, o.order_id
"""
_STANDING = sorted(state.value for state in STANDING)


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page to keep, with what its lines add up to and what it was found worth."""

    page_id: UUID
    head: StatementHead
    counted: Totals
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """An order that a line names."""

    order_id: UUID
    shard: int
    bank: str
    direction: str
    amount_fen: int
    state: str


class HeardLine(NamedTuple):
    """A line with its place, the order that it names if it is one of ours, and what it proved."""

    page_id: UUID
    line_no: int
    entry: StatementEntry
    shard: int | None
    order_id: UUID | None
    event: str


@dataclass(frozen=True, slots=True)
class Absence:
    """Orders of a bank sent in a period; whoever was not booked by now never will be."""

    bank: str
    since: datetime
    until: datetime


def accounts(work: Work) -> dict[str, str]:
    """Return our account number at each bank."""
    return {row[0]: row[1] for row in work.rows(ACCOUNTS)}


def neighbours(work: Work, names: Collection[tuple[str, str]]) -> list[StatementPage]:
    """Return the pages under some names, and all pages of their banks that wait."""
    ordered = sorted(names)
    params = {"banks": [bank for bank, _ in ordered], "names": [name for _, name in ordered]}
    return [page_of(row) for row in work.rows(NEIGHBOURS, params)]


def page_of(row: Row) -> StatementPage:
    """Return the page of a row."""
    head = StatementHead(
        bank=row[1],
        account=row[2],
        statement_id=row[3],
        page_no=row[4],
        is_last_page=row[5],
        sequence_no=row[6],
        first_on=row[7],
        last_on=row[8],
        opening_fen=row[9],
        closing_fen=row[10],
        entry_count=row[11],
        credit_fen=row[12],
        debit_fen=row[13],
        sha256=row[17],
    )
    counted = Totals(row[14], row[15], row[16])
    state, reason = StatementState(row[18]), StatementReason(row[19])
    return StatementPage(row[0], head, counted, state, reason, row[20])


def add_pages(work: Work, pages: Sequence[NewPage]) -> None:
    """Keep pages that came."""
    if not pages:
        return
    heads = [page.head for page in pages]
    work.run(
        ADD_PAGES,
        {
            "at": work.at,
            "ids": [p.page_id for p in pages],
            "banks": [h.bank for h in heads],
            "accounts": [h.account for h in heads],
            "names": [h.statement_id for h in heads],
            "pages": [h.page_no for h in heads],
            "lasts": [h.is_last_page for h in heads],
            "sequences": [h.sequence_no for h in heads],
            "first_ons": [h.first_on for h in heads],
            "last_ons": [h.last_on for h in heads],
            "openings": [h.opening_fen for h in heads],
            "closings": [h.closing_fen for h in heads],
            "stated_counts": [h.entry_count for h in heads],
            "stated_credits": [h.credit_fen for h in heads],
            "stated_debits": [h.debit_fen for h in heads],
            "counts": [p.counted.count for p in pages],
            "credits": [p.counted.credit_fen for p in pages],
            "debits": [p.counted.debit_fen for p in pages],
            "digests": [h.sha256 for h in heads],
            "states": [p.verdict.state.value for p in pages],
            "reasons": [p.verdict.reason.value for p in pages],
        },
    )


def set_states(work: Work, verdicts: Mapping[UUID, Verdict]) -> None:
    """Write what pages that waited are worth now."""
    if verdicts:
        params = {
            "ids": list(verdicts),
            "states": [v.state.value for v in verdicts.values()],
            "reasons": [v.reason.value for v in verdicts.values()],
        }
        work.run(SET_STATES, params)


def add_entries(work: Work, lines: Sequence[HeardLine]) -> None:
    """Keep lines of pages with what each proved."""
    if not lines:
        return
    entries = [line.entry for line in lines]
    work.run(
        ADD_ENTRIES,
        {
            "pages": [line.page_id for line in lines],
            "lines": [line.line_no for line in lines],
            "amounts": [e.amount_fen for e in entries],
            "bookeds": [e.booked_on for e in entries],
            "values": [e.value_on for e in entries],
            "credits": [e.is_credit for e in entries],
            "reversals": [e.is_reversal for e in entries],
            "shards": [line.shard for line in lines],
            "orders": [line.order_id for line in lines],
            "refs": [e.bank_ref for e in entries],
            "entries": [e.entry_id for e in entries],
            "reasons": [e.reason for e in entries],
            "events": [line.event for line in lines],
        },
    )


def named_orders(
    work: Work, order_ids: Sequence[UUID], *, shards: Sequence[int]
) -> dict[UUID, NamedOrder]:
    """Return the sent orders of some ids, whichever of some shards they live on."""
    if not order_ids:
        return {}
    rows = work.rows(NAMED_ORDERS, {"orders": list(order_ids), "shards": list(shards)})
    return {row[0]: NamedOrder(*row) for row in rows}


def booked_before(work: Work, order_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return how often orders were booked and taken back in statements that stand."""
    if not order_ids:
        return {}
    rows = work.rows(BOOKED_BEFORE, {"orders": list(order_ids), "standing": _STANDING})
    return {row[0]: (row[1], row[2]) for row in rows}


def absent(work: Work, periods: Sequence[Absence]) -> list[tuple[int, UUID]]:
    """Return orders of some periods that may have moved money and that no statement names."""
    if not periods:
        return []
    params = {
        "banks": [p.bank for p in periods],
        "sinces": [p.since for p in periods],
        "untils": [p.until for p in periods],
        "since": min(p.since for p in periods),
        "until": max(p.until for p in periods),
        "standing": _STANDING,
    }
    return [(row[0], row[1]) for row in work.rows(ABSENT, params)]
