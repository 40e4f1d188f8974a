"""Payouts that did not arrive: what can be done about each, and sending it to another card."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from huoqi.fund._store import orders as orders_store
from huoqi.fund._store import payouts as store
from huoqi.fund.events import emit_payouts
from huoqi.fund.orders import OrderKey, Payout, PayoutKind, PayoutState
from huoqi.fund.payouts import LIMITS_OF_A_DAY, retried, retry_request
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.operations import create_orders
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import orders_of_keys


class PayoutNotFound(DomainError):
    """The customer has no payout with this id."""

    code: ClassVar[str] = "fund.payout_not_found"


class PayoutNotWaiting(DomainError):
    """The payout is on its way, has arrived, or was given back: nothing waits to be sent."""

    code: ClassVar[str] = "fund.payout_not_waiting"


class PayoutHeld(DomainError):
    """The bank took back what the payout would refund: people look at it first."""

    code: ClassVar[str] = "fund.payout_held"


class NextStep(StrEnum):
    """What a payout waits for."""

    BANK = "wait_for_bank"
    RETRY = "retry_to_a_card"
    RETRY_OR_WAIT = "retry_or_wait_until_tomorrow"
    SUPPORT = "ask_support"
    NOTHING = "nothing"


# What a refund is refused with whose collection the bank took back, or gave back before.
_NEEDS_PEOPLE = "payment.refund_exceeds_original"
_SENDABLE = frozenset({NextStep.RETRY, NextStep.RETRY_OR_WAIT})


@dataclass(frozen=True, slots=True)
class PayoutRetry:
    """A customer's wish to have a payout that did not arrive sent to a bound card."""

    shard: int
    customer_no: int
    payout_id: UUID
    card_id: UUID

    @property
    def key(self) -> OrderKey:
        """Return what finds the payout."""
        return self.shard, self.payout_id


def retry_payouts(work: Work, requests: Sequence[PayoutRetry]) -> list[Payout | DomainError]:
    """Send payouts again whose cash waits on their customer's account; one result a request.

    Each try is a money order of its own. A refused one changes nothing, so that another card may
    be named. Errors: PayoutNotFound, PayoutNotWaiting, PayoutHeld, those of ``create_orders``.
    """
    held = store.lock_payouts(work, list(dict.fromkeys(request.key for request in requests)))
    steps = next_steps(work, list(held.values()))
    results: list[Payout | DomainError] = [PayoutNotFound()] * len(requests)
    fresh: dict[OrderKey, int] = {}
    for place, request in enumerate(requests):
        payout = held.get(request.key)
        if payout is None or payout.customer_no != request.customer_no:
            continue
        refusal = _refusal(payout, steps[request.key])
        results[place] = refusal or PayoutNotWaiting(state=str(PayoutState.SENT))
        if refusal is None:
            fresh.setdefault(request.key, place)
    wishes = [
        retry_request(held[key], card_id=requests[place].card_id) for key, place in fresh.items()
    ]
    answers = create_orders(work, wishes) if wishes else []
    for (key, place), answer in zip(fresh.items(), answers, strict=True):
        results[place] = answer if isinstance(answer, DomainError) else retried(held[key], answer)
    sent = [result for result in results if isinstance(result, Payout)]
    store.save_payouts(work, sent)
    emit_payouts(work, sent)
    return results


def next_steps(work: Work, payouts: Sequence[Payout]) -> dict[OrderKey, NextStep]:
    """Return what each payout waits for, by shard and payout."""
    waiting = [p for p in payouts if p.state in {PayoutState.FAILED, PayoutState.BLOCKED}]
    keys = sorted({(payout.shard, payout.order_id) for payout in waiting})
    orders = orders_store.orders(work, keys) if keys else {}
    paid_by = {
        key: (order.shard, order.money_order_id)
        for key, order in orders.items()
        if order.money_order_id is not None
    }
    collections = orders_of_keys(work, sorted(paid_by.values())) if paid_by else {}
    found = {}
    for payout in payouts:
        key = (payout.shard, payout.order_id)
        order = orders.get(key)
        if order is None:
            step = NextStep.BANK if payout.state is PayoutState.SENT else NextStep.NOTHING
        elif order.state is RedemptionState.FAILED:
            step = NextStep.NOTHING  # a fast redemption that was undone: its units are back
        else:
            collection = collections.get(paid_by[key]) if key in paid_by else None
            step = _step(payout, collection)
        found[payout.shard, payout.payout_id] = step
    return found


def _step(payout: Payout, collection: MoneyOrder | None) -> NextStep:
    """Return what can be done about cash that waits on the customer's account."""
    was_taken_back = collection is not None and collection.returned
    if payout.kind is PayoutKind.REFUND and was_taken_back:
        return NextStep.SUPPORT
    if payout.reason == _NEEDS_PEOPLE:
        return NextStep.SUPPORT
    is_resumed = payout.state is PayoutState.BLOCKED and payout.reason in LIMITS_OF_A_DAY
    return NextStep.RETRY_OR_WAIT if is_resumed else NextStep.RETRY


def _refusal(payout: Payout, step: NextStep) -> DomainError | None:
    if step in _SENDABLE:
        return None
    if step is NextStep.SUPPORT:
        return PayoutHeld()
    return PayoutNotWaiting(state=str(payout.state))
