"""What the lines of statements prove of orders, and what their completeness proves of the rest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.db import Work
from huoqi.ledger.queries import shards
from huoqi.payments._store import orders as orders_store
from huoqi.payments._store import statements as store
from huoqi.payments._store.bank_days import StatementTerms
from huoqi.payments._store.statements import Absence, HeardLine, NamedOrder
from huoqi.payments.operations.evidence import record_evidence
from huoqi.payments.operations.intake import PageInHand
from huoqi.payments.orders import Evidence, OrderOutcome, order_of_reference
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import Event, State
from huoqi.payments.rules.statement_proof import Booked, entry_names, event_of_entry
from huoqi.payments.rules.statements import StatementEntry
from huoqi.payments.statements import BankCursor

_DAY = timedelta(days=1)
_LINES_AT_ONCE = 20_000


class _Line(NamedTuple):
    """A line with the page that it stands on, its place there, and its name as evidence."""

    page: PageInHand
    line_no: int
    entry: StatementEntry
    name: str
    order_id: UUID | None


def hear_pages(work: Work, pages: Sequence[PageInHand]) -> list[OrderOutcome]:
    """Keep the lines of new pages, let those of pages that stand be heard, and return the news."""
    lines = _lines(pages)
    news: list[OrderOutcome] = []
    while part := list(islice(lines, _LINES_AT_ONCE)):
        news += _hear(work, part)
    return news


def _lines(pages: Sequence[PageInHand]) -> Iterator[_Line]:
    for page in pages:
        assert page.statement is not None, "only what came just now is heard"
        entries = page.statement.entries
        names = entry_names(entries, head=page.head)
        for line_no, (entry, name) in enumerate(zip(entries, names, strict=True), start=1):
            yield _Line(page, line_no, entry, name, order_of_reference(entry.bank_ref))


def _hear(work: Work, lines: Sequence[_Line]) -> list[OrderOutcome]:
    ids = sorted({line.order_id for line in lines if line.order_id is not None})
    found = store.named_orders(work, ids, shards=shards(work))
    booked = _booked(found, store.booked_before(work, list(found)))
    plain: list[Evidence] = []
    telling: list[Evidence] = []
    heard: list[HeardLine] = []
    for line in lines:
        order = found.get(line.order_id) if line.order_id is not None else None
        event = None
        if order is not None and line.page.stands:
            event = event_of_entry(line.entry, booked[order.order_id], bank=line.page.head.bank)
        if order is not None and event is not None:
            # What only agrees with a success changes nothing: it is kept without a lock.
            is_plain = event is Event.S_BOOKED and order.state == State.SUCCEEDED
            (plain if is_plain else telling).append(_evidence(line, order, event))
        heard.append(
            HeardLine(
                line.page.page_id,
                line.line_no,
                line.entry,
                order.shard if order else None,
                order.order_id if order else None,
                event.value if event else "",
            )
        )
    store.add_entries(work, heard)
    orders_store.add_evidence(work, plain)
    return record_evidence(work, telling) if telling else []


def _evidence(line: _Line, order: NamedOrder, event: Event) -> Evidence:
    return Evidence(
        shard=order.shard,
        order_id=order.order_id,
        evidence_id=line.name,
        source="statement",
        event=event,
        amount_fen=line.entry.amount_fen,
    )


def _booked(
    found: Mapping[UUID, NamedOrder], before: Mapping[UUID, tuple[int, int]]
) -> dict[UUID, Booked]:
    return {
        order_id: Booked(
            order.bank,
            Direction(order.direction),
            order.amount_fen,
            *before.get(order_id, (0, 0)),
        )
        for order_id, order in found.items()
    }


def prove_absent(
    work: Work, cursors: Sequence[BankCursor], *, terms: Mapping[str, StatementTerms]
) -> tuple[list[BankCursor], list[OrderOutcome]]:
    """Prove orders absent that no complete statement names in time; return cursors and news.

    A bank's order counts as absent once the statements of the day it was sent and of as many days
    as the bank may be late are all complete.
    """
    moved, periods = [], []
    for cursor in cursors:
        until = cursor.complete_on - timedelta(days=terms[cursor.bank].late_days)
        if until > cursor.proved_on:
            since_at = shanghai_midnight(cursor.proved_on + _DAY)
            periods.append(Absence(cursor.bank, since_at, shanghai_midnight(until + _DAY)))
            cursor = replace(cursor, proved_on=until)
        moved.append(cursor)
    evidence = [
        Evidence(*key, "statement-absent", "statement", Event.S_ABSENT_FINAL)
        for key in store.absent(work, periods)
    ]
    return moved, record_evidence(work, evidence) if evidence else []
