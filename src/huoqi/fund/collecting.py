"""How the collections of purchases ended: paid, tried again, failed, given back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import structs

from huoqi.fund import postings
from huoqi.fund._store import orders as store
from huoqi.fund._store import products as products_store
from huoqi.fund._store.day_use import UseMove, move_use
from huoqi.fund.debts import open_debt
from huoqi.fund.events import emit_orders
from huoqi.fund.orders import FundOrder, PayoutKind
from huoqi.fund.payouts import PayoutPlan, pay_from_settlement
from huoqi.fund.purchases import PURPOSE, Dates
from huoqi.fund.rules.order_states import PurchaseEvent, PurchaseState, next_purchase_state
from huoqi.fund.rules.trading_days import CalendarHorizon
from huoqi.fund.shelf import terms_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id
from huoqi.ledger.operations import post_later
from huoqi.ledger.rules.transfers import Transfer
from huoqi.payments.operations import try_again
from huoqi.payments.orders import MoneyOrder, OrderOutcome, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import State

REVERSED = "reversed_by_bank"


@dataclass(frozen=True, slots=True)
class _Settled:
    order: FundOrder
    is_paid: bool = False
    refund_reason: str | None = None


def settle_collections(work: Work, outcomes: Sequence[OrderOutcome]) -> None:
    """Take in how the collections of purchases ended: paid with their final dates, or failed."""
    if not outcomes:
        return
    held = store.lock_orders(work, [(o.shard, o.intent_id) for o in outcomes])
    fund_nos = products_store.fund_numbers(work)
    dates = Dates(terms_of(work, funds=[order.fund for order in held.values()]))
    again = try_again(work, outcomes, renew=_next_collection)
    switched = [_switched(held[o.shard, o.intent_id], o) for o in again.values()]
    store.save_orders(work, switched)
    settled = []
    for outcome in outcomes:
        order = held.get((outcome.shard, outcome.intent_id))
        if outcome.order_id in again:
            continue
        if order is not None and order.money_order_id == outcome.order_id:
            if order.state is PurchaseState.PLACED:
                settled.append(_settle(order, outcome, dates=dates))
            elif outcome.returned:
                _reversed(work, order, outcome)
    paid = [each.order for each in settled if each.is_paid]
    moved = [_cash_transfer(order, fund_no=fund_nos[order.fund]) for order in paid]
    # Taken and given back before anybody told us: the cash that came pays what is owed for it.
    undone = [each.order for each in settled if each.order.reason == REVERSED]
    post_later(work, [*moved, *(_given_back(order, at=work.at) for order in undone)])
    store.pay_purchases(work, [s.order for s in settled if s.is_paid and not s.refund_reason])
    store.save_orders(work, [s.order for s in settled if s.refund_reason or not s.is_paid])
    ids = {order.order_id: [cash.id] for order, cash in zip(paid, moved, strict=True)}
    emit_orders(work, [each.order for each in settled], transfer_ids=ids)
    _give_limits_back(work, [each.order for each in settled if not each.is_paid])
    late = [each.order for each in settled if each.refund_reason]
    refund(work, late, event=PurchaseEvent.CANCELLED_BEFORE_CUT_OFF, fund_nos=fund_nos)


def _next_collection(refused: MoneyOrder) -> OrderRequest:
    """Return the collection of a purchase's next try: another channel, the same card and sum."""
    attempt = refused.attempt + 1
    return OrderRequest(
        shard=refused.shard,
        order_id=derived_id(refused.intent_id, action=f"fund.collect.{attempt}"),
        customer_no=refused.customer_no,
        intent_id=refused.intent_id,
        direction=Direction.COLLECT,
        purpose=PURPOSE,
        amount_fen=refused.amount_fen,
        card_id=refused.card_id,
        attempt=attempt,
    )


def _switched(order: FundOrder, collection: MoneyOrder) -> FundOrder:
    return structs.replace(order, money_order_id=collection.order_id)


def _settle(order: FundOrder, outcome: OrderOutcome, *, dates: Dates) -> _Settled:
    at = outcome.decided_at
    if outcome.state is not State.SUCCEEDED or outcome.returned:
        # What was taken and given back before anybody told us has bought nothing.
        state = next_purchase_state(PurchaseState.PLACED, event=PurchaseEvent.PAYMENT_FAILED)
        reason = REVERSED if outcome.returned else outcome.reason or outcome.state.lower()
        return _Settled(structs.replace(order, state=state, reason=reason, ended_at=at))
    state = next_purchase_state(PurchaseState.PLACED, event=PurchaseEvent.PAYMENT_SUCCEEDED)
    try:
        final = dates.of(order.fund, at=at)
    except CalendarHorizon as beyond:
        # Paid after the last cut-off that is known: no date can be promised, the money goes back.
        paid = structs.replace(order, state=state, paid_at=at, reason=beyond.code)
        return _Settled(paid, is_paid=True, refund_reason=beyond.code)
    return _Settled(
        structs.replace(
            order,
            state=state,
            paid_at=at,
            t_day=final.t_day,
            confirm_on=final.confirmed_on,
            earns_on=final.earns_from,
            visible_on=final.visible_on,
        ),
        is_paid=True,
    )


def _cash_transfer(order: FundOrder, *, fund_no: int) -> Transfer:
    assert order.amount_fen is not None
    assert order.paid_at is not None
    return postings.purchase_cash(
        order.order_id,
        shard=order.shard,
        customer_no=order.customer_no,
        fund_no=fund_no,
        amount_fen=order.amount_fen,
        on=shanghai_date(order.paid_at),
    )


def _given_back(order: FundOrder, *, at: datetime) -> Transfer:
    return postings.debt_paid(
        order.order_id,
        shard=order.shard,
        customer_no=order.customer_no,
        amount_fen=order.amount_fen or 0,
        on=shanghai_date(at),
    )


def _give_limits_back(work: Work, failed: Sequence[FundOrder]) -> None:
    moves = [
        UseMove(
            order.holding_key, shanghai_date(order.placed_at), bought_fen=-(order.amount_fen or 0)
        )
        for order in failed
    ]
    move_use(work, moves)


def _reversed(work: Work, order: FundOrder, outcome: OrderOutcome) -> None:
    """Keep units up to a collection that the bank took back, until the debt is settled."""
    if order.reason == REVERSED:
        return
    open_debt(work, order, amount_fen=outcome.amount_fen)
    marked = structs.replace(order, reason=REVERSED)
    store.save_orders(work, [marked])
    emit_orders(work, [marked], what="reversed")


def refund(
    work: Work,
    orders: Sequence[FundOrder],
    *,
    event: PurchaseEvent,
    fund_nos: dict[str, int],
) -> list[FundOrder]:
    """Take paid purchases back in full, for a reason that the order names."""
    if not orders:
        return []
    changed = []
    for order in orders:
        assert isinstance(order.state, PurchaseState)
        state = next_purchase_state(order.state, event=event)
        changed.append(structs.replace(order, state=state, ended_at=work.at))
    store.save_orders(work, changed)
    emit_orders(work, changed)
    on = shanghai_date(work.at)
    plans = [PayoutPlan(o, PayoutKind.REFUND, o.amount_fen or 0, on) for o in changed]
    pay_from_settlement(work, plans, fund_nos=fund_nos)
    return changed
