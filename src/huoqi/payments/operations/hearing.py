"""What the lines of statements prove of orders, and what their completeness proves of the rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.db import Work
from huoqi.ledger.queries import shards
from huoqi.payments._store import bank_days
from huoqi.payments._store import orders as orders_store
from huoqi.payments._store import statements as store
from huoqi.payments._store.statements import Absence, NamedOrder, NewPage, Proved
from huoqi.payments.operations.evidence import record_evidence
from huoqi.payments.orders import Evidence, OrderOutcome, order_of_reference
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import Event, State
from huoqi.payments.rules.statement_proof import Booked, entry_names, event_of_entry
from huoqi.payments.statements import BankCursor

_DAY = timedelta(days=1)
_LINES_AT_ONCE = 20_000


def hear_page(work: Work, page: NewPage, *, stands: bool) -> list[OrderOutcome]:
    """Keep the lines of a page, let those of one that stands be heard, and return the news."""
    names = entry_names(page.entries, head=page.head)
    news: list[OrderOutcome] = []
    for first in range(0, len(page.entries), _LINES_AT_ONCE):
        part = slice(first, first + _LINES_AT_ONCE)
        lines = replace(page, entries=page.entries[part])
        news += _hear_lines(work, lines, names[part], first_line=first + 1, stands=stands)
    return news


def _hear_lines(
    work: Work, page: NewPage, names: Sequence[str], *, first_line: int, stands: bool
) -> list[OrderOutcome]:
    named = [order_of_reference(entry.bank_ref) for entry in page.entries]
    ids = sorted({order_id for order_id in named if order_id is not None})
    found = store.named_orders(work, ids, shards=shards(work))
    booked = _booked(found, store.booked_before(work, list(found)))
    proved: list[Proved] = []
    plain: list[Evidence] = []
    telling: list[Evidence] = []
    for entry, order_id, name in zip(page.entries, named, names, strict=True):
        order = found.get(order_id) if order_id is not None else None
        if order is None:
            proved.append(Proved(None, None, ""))
            continue
        event = event_of_entry(entry, booked[order.order_id], bank=page.head.bank)
        is_heard = stands and event is not None
        event_name = event.value if is_heard and event is not None else ""
        proved.append(Proved(order.shard, order.order_id, event_name))
        if event is None or not stands:
            continue
        evidence = Evidence(
            shard=order.shard,
            order_id=order.order_id,
            evidence_id=name,
            source="statement",
            event=event,
            amount_fen=entry.amount_fen,
        )
        # What only agrees with a success changes nothing: it is kept without locking the order.
        is_plain = event is Event.S_BOOKED and order.state == State.SUCCEEDED
        (plain if is_plain else telling).append(evidence)
    store.add_entries(work, page.page_id, page.entries, proved, first_line=first_line)
    orders_store.add_evidence(work, plain)
    return record_evidence(work, telling) if telling else []


def _booked(
    found: dict[UUID, NamedOrder], before: dict[UUID, tuple[int, int]]
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
    work: Work, cursors: Sequence[BankCursor]
) -> tuple[list[BankCursor], list[OrderOutcome]]:
    """Prove orders absent that no complete statement names in time; return cursors and news.

    A bank's order counts as absent once the statements of the day it was sent and of as many days
    as the bank may be late are all complete.
    """
    moved, periods = [], []
    terms = _late_days(work, cursors)
    for cursor in cursors:
        until = cursor.complete_on - timedelta(days=terms.get(cursor.bank, 0))
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


def _late_days(work: Work, cursors: Sequence[BankCursor]) -> dict[str, int]:
    if not cursors:
        return {}
    since: date = min(cursor.proved_on for cursor in cursors)
    on = max(cursor.complete_on for cursor in cursors)
    return {bank: row[1] for bank, row in bank_days.terms(work, since=since, on=on).items()}
