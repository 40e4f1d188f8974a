"""Learning about orders: evidence is appended once, reduced, and carried out in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.ledger.queries import shards
from huoqi.payments._store import banks, cards, orders
from huoqi.payments._store import callbacks as callback_store
from huoqi.payments.banks.port import Callback, Instruction
from huoqi.payments.operations.applying import Step, apply_steps
from huoqi.payments.operations.health import note_health
from huoqi.payments.orders import (
    Evidence,
    MoneyOrder,
    OrderKey,
    OrderOutcome,
    order_of_reference,
)
from huoqi.payments.rules.bank_profiles import Direction, Offices
from huoqi.payments.rules.reducer import TERMINAL
from huoqi.payments.rules.replies import Reply, event_of, reason_of

_LOST = "card.lost"


def record_evidence(work: Work, batch: Sequence[Evidence]) -> list[OrderOutcome]:
    """Take in evidence and return the news: orders that ended, or whose money came back, now.

    Evidence that was known, or of an order that does not exist, changes nothing. The caller hands
    the news to the domain that asked for the orders, in this same transaction.
    """
    return _record(work, batch, offices=banks.offices_on(work, on=shanghai_date(work.at)))


def _record(work: Work, batch: Sequence[Evidence], *, offices: Offices) -> list[OrderOutcome]:
    before = orders.lock(work, sorted({item.key for item in batch}))
    known = [item for item in batch if item.key in before]
    fresh = orders.add_evidence(work, known)
    steps = []
    for item in known:
        if (*item.key, item.evidence_id) in fresh:
            fresh.discard((*item.key, item.evidence_id))
            steps.append(Step(before[item.key], item.event, reason=item.reason))
    after = apply_steps(work, steps, offices=offices)
    cards.block(work, [(o.shard, o.card_id) for o in after if o.reason == _LOST])
    return [
        _outcome(order)
        for order in after
        if _ended_now(before[order.key], order) or order.returned > before[order.key].returned
    ]


def record_replies(
    work: Work,
    instructions: Sequence[Instruction],
    replies: Sequence[Reply],
    *,
    source: str,
) -> list[OrderOutcome]:
    """Take in a bank's replies to a batch of sends or queries and return the news."""
    offices = banks.offices_on(work, on=shanghai_date(work.at))
    batch = []
    for instruction, reply in zip(instructions, replies, strict=True):
        profile = offices.profile(instruction.bank, instruction.direction, instruction.channel)
        said = _Said(
            key=instruction.key,
            evidence_id=f"{source}-{instruction.queries}",
            source=source,
            expected_fen=instruction.amount_fen,
            not_found_is_final=profile is not None and profile.not_found_is_final,
        )
        batch.append(_evidence(said, reply))
    note_health(work, instructions, replies, source=source, offices=offices)
    return _record(work, batch, offices=offices)


def record_callbacks(work: Work, callbacks: Sequence[Callback]) -> list[OrderOutcome]:
    """Take in callbacks whose signature was checked; return the news.

    A callback never proves absence, so "not found" in one is no refusal whatever the profile says.
    """
    references = {c.bank_ref: order_of_reference(c.bank_ref) for c in callbacks}
    named = [order_id for order_id in references.values() if order_id is not None]
    found = orders.of_order_ids(work, named, shards=shards(work)) if named else {}
    batch = []
    for callback in callbacks:
        order_id = references[callback.bank_ref]
        order = found.get(order_id) if order_id else None
        if order is None or order.bank != callback.bank:
            continue
        said = _Said(
            key=order.key,
            evidence_id=f"callback-{callback.callback_id}",
            source="callback",
            expected_fen=order.amount_fen,
            not_found_is_final=False,
        )
        batch.append(_evidence(said, callback.reply))
    stored = [(each.bank, each.callback_id) for each in callbacks if each.is_stored]
    if stored:
        callback_store.take(work, stored)
    return record_evidence(work, batch)


@dataclass(frozen=True, slots=True)
class _Said:
    key: OrderKey
    evidence_id: str
    source: str
    expected_fen: int
    not_found_is_final: bool


def _evidence(said: _Said, reply: Reply) -> Evidence:
    event = event_of(
        reply, expected_fen=said.expected_fen, not_found_is_final=said.not_found_is_final
    )
    return Evidence(
        shard=said.key[0],
        order_id=said.key[1],
        evidence_id=said.evidence_id,
        source=said.source,
        event=event,
        # What a broken bank sends may hold anything; only a code's worth of it is kept.
        code=reply.code[:8] if reply.code.isalnum() else "",
        reason=reason_of(reply),
        amount_fen=reply.amount_fen,
    )


def _ended_now(before: MoneyOrder, after: MoneyOrder) -> bool:
    return before.state not in TERMINAL and after.state in TERMINAL


def _outcome(order: MoneyOrder) -> OrderOutcome:
    assert order.decided_at is not None, "only an ended order is news"
    return OrderOutcome(
        shard=order.shard,
        order_id=order.order_id,
        intent_id=order.intent_id,
        customer_no=order.customer_no,
        purpose=order.purpose,
        direction=Direction(order.direction),
        amount_fen=order.amount_fen,
        state=order.state,
        returned=order.returned,
        reason=order.reason,
        decided_at=order.decided_at,
    )
