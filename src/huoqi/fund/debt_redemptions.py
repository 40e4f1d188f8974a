"""The redemption of units that are frozen beside a debt: nobody is paid out, the debt is less."""

from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund.debt_nouns import Debt, Settlement
from huoqi.fund.events import emit_orders
from huoqi.fund.holdings import positions_of
from huoqi.fund.orders import FundOrder, Origin, Side, Speed
from huoqi.fund.products import RedemptionsSuspended
from huoqi.fund.rules.confirmation import normal_redemption_dates
from huoqi.fund.rules.fast_redemption import InsufficientUnits
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.fund.shelf import terms_of_fund
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id


def place_debt_redemption(work: Work, debt: Debt, settlement: Settlement) -> FundOrder:
    """Place a normal redemption of frozen units.

    Errors: RedemptionsSuspended, InsufficientUnits, CalendarHorizon.
    """
    terms = terms_of_fund(work, fund=debt.fund)
    if not terms.product.state.takes_redemptions:
        raise RedemptionsSuspended(fund=debt.fund, state=terms.product.state.value)
    held = holdings_store.lock_holdings(work, [debt.holding_key])
    position = positions_of(work, held.values(), on=shanghai_date(work.at))[debt.holding_key]
    free_e2 = max(0, position.units_e2 - position.row.ordered_e2)
    units_e2 = settlement.amount_fen
    if units_e2 > min(free_e2, debt.frozen_e2):
        raise InsufficientUnits(available_units_e2=min(free_e2, debt.frozen_e2))
    dates = normal_redemption_dates(work.at, calendar=terms.calendar, cut_off=terms.cut_off)
    order = FundOrder(
        shard=debt.shard,
        order_id=derived_id(settlement.settlement_id, action="fund.debt.redeem"),
        customer_no=debt.customer_no,
        fund=debt.fund,
        side=Side.REDEMPTION,
        speed=Speed.NORMAL,
        origin=Origin.DEBT,
        takes_all=False,
        state=RedemptionState.ACCEPTED,
        reason=None,
        amount_fen=None,
        units_e2=units_e2,
        card_id=None,
        money_order_id=None,
        parent_order_id=debt.order_id,
        placed_at=work.at,
        t_day=dates.t_day,
        confirm_on=dates.confirmed_on,
        earns_on=dates.last_income_on,
        visible_on=None,
        cash_on=dates.confirmed_on,
        rest_e2=units_e2,
    )
    store.insert_orders(work, [order])
    holdings_store.move_ordered(work, [(order.holding_key, units_e2)])
    emit_orders(work, [order])
    return order
