"""Income of a redeem-all order that was published late: redeemed and paid out by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund.events import emit_orders
from huoqi.fund.orders import FundOrder, Origin, Side, Speed
from huoqi.fund.products import Terms
from huoqi.fund.rules.confirmation import RedemptionDates, normal_redemption_dates
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id


@dataclass(frozen=True, slots=True)
class LateIncome:
    """Income of a redeem-all order that was published after its units were fixed.

    ``since`` is the first day whose income is not in it.
    """

    parent: FundOrder
    units_e2: int
    takes_all: bool
    since: date


def place_late_income(work: Work, found: Sequence[LateIncome], *, terms: Terms) -> list[FundOrder]:
    """Place a normal redemption of each late income; nobody has to ask for it."""
    at = work.at
    dates = normal_redemption_dates(at, calendar=terms.calendar, cut_off=terms.cut_off)
    placed = [_late_order(late, dates=dates, at=at) for late in found]
    store.insert_orders(work, placed)
    holdings_store.move_ordered(work, [(o.holding_key, o.units_e2 or 0) for o in placed])
    emit_orders(work, placed)
    return placed


def _late_order(late: LateIncome, *, dates: RedemptionDates, at: datetime) -> FundOrder:
    parent = late.parent
    return FundOrder(
        shard=parent.shard,
        order_id=derived_id(parent.order_id, action="fund.late_income"),
        customer_no=parent.customer_no,
        fund=parent.fund,
        side=Side.REDEMPTION,
        speed=Speed.NORMAL,
        origin=Origin.LATE_INCOME,
        takes_all=late.takes_all,
        state=RedemptionState.ACCEPTED,
        reason=None,
        amount_fen=None,
        units_e2=late.units_e2,
        card_id=parent.card_id,
        money_order_id=None,
        parent_order_id=parent.order_id,
        placed_at=at,
        t_day=dates.t_day,
        confirm_on=dates.confirmed_on,
        earns_on=dates.last_income_on,
        visible_on=None,
        cash_on=dates.confirmed_on,
        rest_e2=late.units_e2,
        all_from_on=late.since if late.takes_all else None,
        all_until_on=dates.last_income_on if late.takes_all else None,
    )
