"""What came of money orders: purchases paid or failed, payouts arrived, refused or sent back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from huoqi.fund._store import orders as store
from huoqi.fund._store import payouts as payouts_store
from huoqi.fund.advances import give_back_advances
from huoqi.fund.collecting import settle_collections
from huoqi.fund.debts import PURPOSE as DEBT_PURPOSE
from huoqi.fund.debts import settle_debt_collections
from huoqi.fund.events import emit_orders, emit_payouts
from huoqi.fund.holdings import first_open_day
from huoqi.fund.orders import (
    FundOrder,
    OrderKey,
    Payout,
    PayoutKind,
    PayoutState,
    Speed,
)
from huoqi.fund.payouts import PURPOSES, retried, retry_request
from huoqi.fund.purchases import PURPOSE
from huoqi.fund.rules.order_states import (
    PurchaseEvent,
    PurchaseState,
    RedemptionEvent,
    RedemptionState,
    next_purchase_state,
    next_redemption_state,
)
from huoqi.kit.db import Work
from huoqi.payments.operations import try_again
from huoqi.payments.orders import OrderOutcome
from huoqi.payments.rules.reducer import State

RETURNED = "returned_by_bank"


def settle_payments(work: Work, outcomes: Sequence[OrderOutcome]) -> None:
    """Take in the news of money orders; those of other purposes are left alone.

    A purchase's T is fixed by the instant of its payment. A payout that failed for certain gives
    a fast redemption back whole; other cash waits on the customer's account for a new try.
    """
    settle_collections(work, [o for o in outcomes if o.purpose == PURPOSE])
    _settle_payouts(work, [o for o in outcomes if o.purpose in PURPOSES.values()])
    settle_debt_collections(work, [o for o in outcomes if o.purpose == DEBT_PURPOSE])


@dataclass(slots=True)
class _Ends:
    orders: dict[OrderKey, FundOrder]
    payouts: list[Payout] = field(default_factory=list)
    changed: dict[OrderKey, FundOrder] = field(default_factory=dict)
    given_back: list[FundOrder] = field(default_factory=list)


def _settle_payouts(work: Work, outcomes: Sequence[OrderOutcome]) -> None:
    if not outcomes:
        return
    held = payouts_store.lock_payouts(work, [(o.shard, o.intent_id) for o in outcomes])
    keys = sorted({(payout.shard, payout.order_id) for payout in held.values()})
    ends = _Ends(store.lock_orders(work, keys))
    others = _open_payouts(work, keys)
    current = [o for o in outcomes if _is_current(held.get((o.shard, o.intent_id)), o)]
    again = try_again(
        work,
        current,
        renew=lambda order: retry_request(
            held[order.shard, order.intent_id], card_id=order.card_id
        ),
    )
    for outcome in current:
        payout = held[outcome.shard, outcome.intent_id]
        if outcome.order_id in again:
            ends.payouts.append(retried(payout, again[outcome.order_id]))
        else:
            _end_payout(ends, payout, outcome, others=others)
    payouts_store.save_payouts(work, ends.payouts)
    store.save_orders(work, list(ends.changed.values()))
    emit_payouts(work, ends.payouts)
    emit_orders(work, ends.changed.values())
    funds = {order.fund for order in ends.given_back}
    first_open_on = {fund: first_open_day(work, fund=fund) for fund in funds}
    give_back_advances(work, ends.given_back, first_open_on=first_open_on)


def _is_current(payout: Payout | None, outcome: OrderOutcome) -> bool:
    return payout is not None and payout.money_order_id == outcome.order_id


def _open_payouts(work: Work, keys: Sequence[OrderKey]) -> Mapping[OrderKey, set[object]]:
    found: dict[OrderKey, set[object]] = {key: set() for key in keys}
    for payout in payouts_store.payouts_of(work, keys):
        if payout.state is not PayoutState.PAID_OUT:
            found[payout.shard, payout.order_id].add(payout.payout_id)
    return found


def _end_payout(
    ends: _Ends,
    payout: Payout,
    outcome: OrderOutcome,
    *,
    others: Mapping[OrderKey, set[object]],
) -> None:
    key = (payout.shard, payout.order_id)
    order = ends.changed.get(key) or ends.orders[key]
    at = outcome.decided_at
    if outcome.state is State.SUCCEEDED and not outcome.returned:
        ends.payouts.append(replace(payout, state=PayoutState.PAID_OUT, ended_at=at))
        others[key].discard(payout.payout_id)
        after = _paid(order, payout, outcome, is_last=not others[key])
    else:
        reason = RETURNED if outcome.returned else outcome.reason or outcome.state.lower()
        failed = replace(payout, state=PayoutState.FAILED, reason=reason, ended_at=at)
        ends.payouts.append(failed)
        after = _failed(order, failed)
        if after.state is RedemptionState.FAILED and order.speed is Speed.FAST:
            ends.given_back.append(after)
    if after != order:
        ends.changed[key] = after


def _paid(order: FundOrder, payout: Payout, outcome: OrderOutcome, *, is_last: bool) -> FundOrder:
    at = outcome.decided_at
    if payout.kind is PayoutKind.REFUND:
        assert isinstance(order.state, PurchaseState)
        returned = next_purchase_state(order.state, event=PurchaseEvent.MONEY_RETURNED)
        ended_at = at if returned is PurchaseState.REFUNDED else order.ended_at
        refunded_fen = order.refunded_fen + payout.amount_fen
        return structs.replace(order, state=returned, refunded_fen=refunded_fen, ended_at=ended_at)
    assert isinstance(order.state, RedemptionState)
    if not is_last or order.state is not RedemptionState.CONFIRMED:
        return order
    state = next_redemption_state(order.state, event=RedemptionEvent.PAYOUT_SUCCEEDED)
    return structs.replace(order, state=state, paid_at=at, ended_at=at)


def _failed(order: FundOrder, payout: Payout) -> FundOrder:
    """Return the order after a payout failed; only a fast one is undone by it.

    Units of a normal redemption are gone: its cash waits, and the payout is tried again.
    """
    is_undone = order.speed is Speed.FAST and order.state is RedemptionState.CONFIRMED
    if not is_undone:
        return structs.replace(order, reason=payout.reason)
    assert isinstance(order.state, RedemptionState)
    state = next_redemption_state(order.state, event=RedemptionEvent.PAYOUT_FAILED)
    return structs.replace(order, state=state, reason=payout.reason, ended_at=payout.ended_at)
