"""What goes to the manager: a trading day's orders after the cut-off, a day's fast transfers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from huoqi.events.operations import EventDraft, emit
from huoqi.fund._store import days as days_store
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund._store import products as products_store
from huoqi.fund.events import emit_orders
from huoqi.fund.holdings import Span, earned_units_of, positions_of
from huoqi.fund.managers.port import ManagerOrder, ManagerSide
from huoqi.fund.orders import FundOrder, Origin, Side, Speed
from huoqi.fund.rules.large_redemption import GateRule, OtherFlows, RedemptionRequest, gate
from huoqi.fund.rules.order_states import (
    PurchaseEvent,
    PurchaseState,
    RedemptionEvent,
    RedemptionState,
    next_purchase_state,
    next_redemption_state,
)
from huoqi.fund.shelf import terms_of_fund
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id

ONE_DAY = timedelta(days=1)
PCT_BP = 100


def orders_to_send(work: Work, *, fund: str, t_day: date) -> list[ManagerOrder]:
    """Return the orders of a trading day, and older ones that never left, for the manager.

    Redeem-all orders take the income in that was published since; the advance provider's units
    of the day become its own redemption. Repeating gives the same orders until they are marked.
    """
    terms = terms_of_fund(work, fund=fund)
    _redeem_advanced(work, fund=fund, t_day=t_day)
    orders = store.orders_to_send(work, fund=fund, t_day=t_day)
    refreshed = _with_published_income(work, orders)
    changed = [new for new, old in zip(refreshed, orders, strict=True) if new != old]
    store.save_orders(work, changed)
    if terms.rules.get("fund.large_redemption"):
        rule = terms.rule("fund.large_redemption")
        _tell_large_day(work, refreshed, fund=fund, percent=rule.figure("large_above_pct") or 10)
    return [_manager_order(order, at=work.at) for order in refreshed]


def mark_sent(work: Work, *, fund: str, sent: Sequence[ManagerOrder]) -> list[FundOrder]:
    """Write down that the manager acknowledged orders; those already answered stay."""
    held = store.lock_orders_of_ids(work, [order.order_id for order in sent])
    changed = []
    for order in held.values():
        assert order.fund == fund
        if isinstance(order.state, PurchaseState):
            if order.state is PurchaseState.PAID:
                state = next_purchase_state(order.state, event=PurchaseEvent.SENT_TO_MANAGER)
                changed.append(replace(order, state=state, sent_at=work.at))
        elif order.state in {RedemptionState.ACCEPTED, RedemptionState.DEFERRED}:
            following = next_redemption_state(order.state, event=RedemptionEvent.SENT_TO_MANAGER)
            changed.append(replace(order, state=following, sent_at=work.at))
    store.save_orders(work, changed)
    emit_orders(work, changed)
    return changed


def transfers_of_day(work: Work, *, fund: str, on: date) -> list[ManagerOrder]:
    """Return a calendar day's fast transfers as the manager has to know them before its figures."""
    providers = products_store.advance_holders(work, fund=fund)
    return [
        ManagerOrder(
            order_id=event.event_id,
            fund=fund,
            side=(
                ManagerSide.FAST_REDEEM
                if event.kind == "fast_redemption"
                else ManagerSide.FAST_RETURN
            ),
            customer_no=event.customer_no,
            amount_fen=abs(event.delta_e2),
            units_e2=abs(event.delta_e2),
            t_day=on,
            submitted_at=work.at,
            effective_on=on,
            counter_no=providers[event.shard],
        )
        for event in holdings_store.events_of_day(work, fund=fund, on=on)
        if event.kind in {"fast_redemption", "fast_return"}
    ]


def _redeem_advanced(work: Work, *, fund: str, t_day: date) -> None:
    """Make one redemption a shard of the units that the advance provider got up to this T.

    Only orders whose cash has arrived count: a payout that fails gives its units back.
    """
    paid = store.orders_advanced(work, fund=fund, t_day=t_day)
    if not paid:
        return
    providers = products_store.advance_holders(work, fund=fund)
    terms = terms_of_fund(work, fund=fund)
    confirm_on = terms.calendar.next_trading_day(t_day)
    made = []
    for shard in sorted({order.shard for order in paid}):
        covered = [order for order in paid if order.shard == shard]
        made.append(_provider_order(covered, customer_no=providers[shard], t_day=t_day, at=work.at))
        made[-1] = replace(made[-1], confirm_on=confirm_on, earns_on=confirm_on - ONE_DAY)
        store.save_orders(work, [replace(o, advance_order_id=made[-1].order_id) for o in covered])
    store.insert_orders(work, made)
    holdings_store.move_ordered(work, [(o.holding_key, o.units_e2 or 0) for o in made])
    emit_orders(work, made)


def _provider_order(
    covered: Sequence[FundOrder], *, customer_no: int, t_day: date, at: datetime
) -> FundOrder:
    first = covered[0]
    units_e2 = sum(order.done_fen for order in covered)
    return FundOrder(
        shard=first.shard,
        order_id=derived_id(first.order_id, action="fund.provider_redemption"),
        customer_no=customer_no,
        fund=first.fund,
        side=Side.REDEMPTION,
        speed=Speed.NORMAL,
        origin=Origin.ADVANCE_PROVIDER,
        takes_all=False,
        state=RedemptionState.ACCEPTED,
        reason=None,
        amount_fen=None,
        units_e2=units_e2,
        card_id=None,
        money_order_id=None,
        parent_order_id=None,
        placed_at=at,
        t_day=t_day,
        confirm_on=t_day,
        earns_on=t_day,
        visible_on=None,
        cash_on=None,
        rest_e2=units_e2,
    )


def _with_published_income(work: Work, orders: Sequence[FundOrder]) -> list[FundOrder]:
    """Return the orders, redeem-all ones with the income that was published since they were fixed.

    Days count once: those taken in move the order's first unknown day on.
    """
    waiting = [o for o in orders if o.takes_all and o.all_from_on and o.all_until_on]
    held = holdings_store.lock_holdings(work, [order.holding_key for order in waiting])
    spans = [
        Span(held[o.holding_key], o.all_from_on, o.all_until_on)
        for o in waiting
        if o.all_from_on and o.all_until_on
    ]
    free = {
        key: position.available_e2
        for key, position in positions_of(work, held.values(), on=shanghai_date(work.at)).items()
    }
    grown: dict[UUID, FundOrder] = {}
    for order, incomes in zip(waiting, earned_units_of(work, spans), strict=True):
        # What another order has taken of that income already is not taken twice.
        gained_e2 = min(sum(incomes.values()), free[order.holding_key])
        grown[order.order_id] = _grown(order, gained_e2, until=max(incomes, default=None))
        free[order.holding_key] -= max(0, gained_e2)
    holdings_store.move_ordered(
        work,
        [(o.holding_key, (grown[o.order_id].units_e2 or 0) - (o.units_e2 or 0)) for o in waiting],
    )
    return [grown.get(order.order_id, order) for order in orders]


def _grown(order: FundOrder, gained_e2: int, *, until: date | None) -> FundOrder:
    assert order.units_e2 is not None
    assert order.rest_e2 is not None
    if until is None or order.rest_e2 + gained_e2 <= 0:
        return order
    return replace(
        order,
        units_e2=order.units_e2 + gained_e2,
        rest_e2=order.rest_e2 + gained_e2,
        all_from_on=until + ONE_DAY,
    )


def _tell_large_day(work: Work, orders: Sequence[FundOrder], *, fund: str, percent: int) -> None:
    """Warn when the day's net redemptions exceed a share of the last published day's units."""
    until_on = days_store.published_until(work, fund=fund)
    if until_on is None:
        return
    days = days_store.days_between(work, fund=fund, first_on=until_on, last_on=until_on)
    day = days[until_on]
    requests = [
        RedemptionRequest(place, order.rest_e2 or 0, defers=True)
        for place, order in enumerate(orders)
        if order.side is Side.REDEMPTION
    ]
    bought_e2 = sum(o.amount_fen or 0 for o in orders if o.side is Side.PURCHASE)
    judged = gate(
        requests,
        previous_units_e2=day.total_units_e2 + day.total_income_fen,
        others=OtherFlows(purchased_e2=bought_e2),
        rule=GateRule(percent * PCT_BP, None),
    )
    if judged.is_large:
        data: dict[str, int | str | bool | None] = {
            "fund": fund,
            "on": shanghai_date(work.at).isoformat(),
            "net_redemption_e2": judged.net_redemption_e2,
            "order_count": len(requests),
        }
        emit(work, EventDraft("fund.large_redemption", fund, data=data))


def _manager_order(order: FundOrder, *, at: datetime) -> ManagerOrder:
    is_purchase = order.side is Side.PURCHASE
    units_e2 = (order.amount_fen if is_purchase else order.rest_e2) or 0
    return ManagerOrder(
        order_id=order.order_id,
        fund=order.fund,
        side=ManagerSide.PURCHASE if is_purchase else ManagerSide.REDEEM,
        customer_no=order.customer_no,
        amount_fen=units_e2,
        units_e2=units_e2,
        t_day=order.t_day,
        submitted_at=at,
        takes_income=order.takes_all,
    )
