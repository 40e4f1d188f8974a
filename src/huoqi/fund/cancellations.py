"""Taking an order back before the cut-off of its trading day."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace

from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund._store import products as products_store
from huoqi.fund._store.day_use import UseMove, move_use
from huoqi.fund.collecting import refund
from huoqi.fund.events import emit_orders
from huoqi.fund.orders import CancelRequest, FundOrder
from huoqi.fund.rules.confirmation import cut_off_at
from huoqi.fund.rules.order_states import (
    PurchaseEvent,
    PurchaseState,
    RedemptionEvent,
    RedemptionState,
    next_purchase_state,
    next_redemption_state,
)
from huoqi.fund.shelf import terms_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments import operations as payments

BY_CUSTOMER = "cancelled_by_customer"
_CANCELLED = {PurchaseState.CANCELLED, PurchaseState.REFUNDED, RedemptionState.CANCELLED}


class OrderNotFound(DomainError):
    """The customer has no order with this id."""

    code: ClassVar[str] = "fund.order_not_found"


class OrderNotCancellable(DomainError):
    """The order is in a state in which it cannot be taken back any more."""

    code: ClassVar[str] = "fund.order_not_cancellable"


class CutOffPassed(DomainError):
    """The cut-off of the order's trading day has passed, so it is the manager's now."""

    code: ClassVar[str] = "fund.cut_off_passed"


def cancel_orders(work: Work, requests: Sequence[CancelRequest]) -> list[FundOrder | DomainError]:
    """Take orders back before the cut-off; paid money is refunded, ordered units are free again.

    One result a request, in order; a cancelled order answers itself again. Errors: OrderNotFound,
    OrderNotCancellable, CutOffPassed, and what payments answer for a collection under way.
    """
    held = store.lock_orders(work, [(r.shard, r.order_id) for r in requests])
    done: dict[tuple[int, object], FundOrder] = {}
    results: list[FundOrder | DomainError] = []
    for request in requests:
        key = (request.shard, request.order_id)
        order = done.get(key) or held.get(key)
        try:
            done[key] = _cancel(work, order, request)
            results.append(done[key])
        except DomainError as refusal:
            results.append(refusal)
    return results


def _cancel(work: Work, order: FundOrder | None, request: CancelRequest) -> FundOrder:
    if order is None or order.customer_no != request.customer_no:
        raise OrderNotFound(order_id=str(request.order_id))
    if order.state in _CANCELLED or order.reason == BY_CUSTOMER:
        return order
    if order.state is PurchaseState.PLACED:
        return _unpaid(work, order)
    if order.state not in {PurchaseState.PAID, RedemptionState.ACCEPTED, RedemptionState.DEFERRED}:
        raise OrderNotCancellable(order_id=str(order.order_id), state=order.state.value)
    terms = terms_of(work, funds=[order.fund])[order.fund]
    if work.at >= cut_off_at(order.t_day, cut_off=terms.cut_off):
        raise CutOffPassed(order_id=str(order.order_id), t_day=order.t_day.isoformat())
    if isinstance(order.state, PurchaseState):
        fund_nos = products_store.fund_numbers(work)
        marked = replace(order, reason=BY_CUSTOMER)
        event = PurchaseEvent.CANCELLED_BEFORE_CUT_OFF
        return refund(work, [marked], event=event, fund_nos=fund_nos)[0]
    return _redemption(work, order)


def _unpaid(work: Work, order: FundOrder) -> FundOrder:
    """Stop a collection that no bank was told of."""
    assert order.money_order_id is not None
    (answer,) = payments.cancel_orders(work, [(order.shard, order.money_order_id)])
    if isinstance(answer, DomainError):
        raise answer
    state = next_purchase_state(PurchaseState.PLACED, event=PurchaseEvent.PAYMENT_FAILED)
    after = replace(order, state=state, reason=BY_CUSTOMER, ended_at=work.at)
    used_on = shanghai_date(order.placed_at)
    back_fen = -(order.amount_fen or 0)
    move_use(work, [UseMove(order.holding_key, used_on, bought_fen=back_fen)])
    store.save_orders(work, [after])
    emit_orders(work, [after])
    return after


def _redemption(work: Work, order: FundOrder) -> FundOrder:
    assert isinstance(order.state, RedemptionState)
    event = RedemptionEvent.CANCELLED_BEFORE_CUT_OFF
    after = replace(
        order,
        state=next_redemption_state(order.state, event=event),
        reason=BY_CUSTOMER,
        rest_e2=0,
        all_from_on=None,
        all_until_on=None,
        ended_at=work.at,
    )
    holdings_store.move_ordered(work, [(order.holding_key, -(order.rest_e2 or 0))])
    store.save_orders(work, [after])
    emit_orders(work, [after])
    return after
