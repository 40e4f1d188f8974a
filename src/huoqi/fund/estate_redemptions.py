"""Redeeming what somebody who has died holds: to the account's own cash, which nobody is paid."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund.events import emit_orders
from huoqi.fund.holdings import Position, positions_of
from huoqi.fund.leaving import Owner
from huoqi.fund.orders import FundOrder, Origin, Side, Speed
from huoqi.fund.products import Terms
from huoqi.fund.rules.confirmation import normal_redemption_dates
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.fund.rules.trading_days import CalendarHorizon
from huoqi.fund.shelf import terms_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id

_ESTATE = UUID("f2000000-0000-7000-8000-000000000000")


def redeem_estates(work: Work, owners: Sequence[Owner]) -> list[FundOrder]:
    """Place a normal redemption of all free units of some owners; return the orders made.

    Safe to call every night: a holding with orders under way waits for them, and a fund that is
    suspended waits for its day. When confirmed, the cash lies on the owner's account.
    """
    on = shanghai_date(work.at)
    held = holdings_store.holdings_of_all(work, owners)
    locked = holdings_store.lock_holdings(work, sorted(row.key for row in held))
    positions = positions_of(work, locked.values(), on=on)
    open_orders, _ = store.open_orders_of(work, owners)
    terms = terms_of(work, funds=sorted({key[1] for key in positions}))
    orders = []
    for (shard, fund, customer_no), position in sorted(positions.items()):
        of_fund = terms.get(fund)
        waits = (shard, customer_no) in open_orders
        if of_fund is None or waits or not position.available_e2:
            continue
        if not of_fund.product.state.takes_redemptions:
            continue
        try:
            orders.append(_order(work, position, terms=of_fund, on=on))
        except CalendarHorizon:
            continue  # no date is promised beyond the calendar; it waits until that is longer
    if orders:
        store.insert_orders(work, orders)
        holdings_store.move_ordered(
            work, [(order.holding_key, order.units_e2 or 0) for order in orders]
        )
        emit_orders(work, orders)
    return orders


def _order(work: Work, position: Position, *, terms: Terms, on: date) -> FundOrder:
    dates = normal_redemption_dates(work.at, calendar=terms.calendar, cut_off=terms.cut_off)
    shard, fund, customer_no = position.row.key
    units_e2 = position.available_e2
    return FundOrder(
        shard=shard,
        order_id=_id_of(shard, fund, customer_no, on=on),
        customer_no=customer_no,
        fund=fund,
        side=Side.REDEMPTION,
        speed=Speed.NORMAL,
        origin=Origin.ESTATE,
        takes_all=False,
        state=RedemptionState.ACCEPTED,
        reason=None,
        amount_fen=None,
        units_e2=units_e2,
        card_id=None,
        money_order_id=None,
        parent_order_id=None,
        placed_at=work.at,
        t_day=dates.t_day,
        confirm_on=dates.confirmed_on,
        earns_on=dates.last_income_on,
        visible_on=None,
        cash_on=dates.confirmed_on,
        rest_e2=units_e2,
    )


def _id_of(shard: int, fund: str, customer_no: int, *, on: date) -> UUID:
    return derived_id(_ESTATE, action=f"{shard}|{fund}|{customer_no}|{on.isoformat()}")
