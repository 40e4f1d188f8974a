"""Market days that are called off later: the calendar, and what it does to orders under way."""

from datetime import date, timedelta

from msgspec.structs import replace

from huoqi.events.operations import EventDraft, emit
from huoqi.fund._store import orders as orders_store
from huoqi.fund._store import products as store
from huoqi.fund.events import emit_orders
from huoqi.fund.orders import FundOrder, Origin, Side
from huoqi.fund.products import EXCHANGE, Terms
from huoqi.fund.rules.order_states import PurchaseState, RedemptionState
from huoqi.fund.rules.trading_days import ClosureNotice, TradingCalendar, with_closures
from huoqi.fund.shelf import load_calendar, products_of, terms_of_fund, trading_calendar
from huoqi.kit.dates import shanghai_at, shanghai_date
from huoqi.kit.db import Work

ONE_DAY = timedelta(days=1)
SHANGHAI_OPENING = 9
_UNSENT = {PurchaseState.PAID, RedemptionState.ACCEPTED, RedemptionState.DEFERRED}


def first_open_to_closure(work: Work) -> date:
    """Return the first date that can still be called off: today before nine, else tomorrow.

    At nine the answers to the orders of the day before take effect; after that the day is one.
    """
    today = shanghai_date(work.at)
    return today if work.at < shanghai_at(today, hour=SHANGHAI_OPENING) else today + ONE_DAY


def checked_closures(work: Work, notice: ClosureNotice) -> TradingCalendar:
    """Return the calendar as it would be; raise what refuses the notice.

    Errors: CalendarMissing, ClosureOutside, ClosureTooLate, AlreadyShut.
    """
    return with_closures(
        trading_calendar(work), notice=notice, first_on=first_open_to_closure(work)
    )


def orders_touched(work: Work, notice: ClosureNotice) -> list[FundOrder]:
    """Return the open orders of which a date falls on a day that is called off."""
    found: list[FundOrder] = []
    for product in products_of(work):
        found += orders_store.orders_dated(work, fund=product.fund, on=notice.closed_on)
    return found


def close_market_days(work: Work, notice: ClosureNotice) -> list[FundOrder]:
    """Call market days off, move the dates of open orders, and tell each; two people decided.

    Returns the orders that moved. Errors: those of ``checked_closures``, CalendarHorizon.
    """
    store.lock_calendar(work, exchange=EXCHANGE)
    touched = orders_touched(work, notice)
    load_calendar(work, checked_closures(work, notice))
    data: dict[str, int | str | bool | None] = {
        "exchange": EXCHANGE,
        "closed_on": " ".join(on.isoformat() for on in sorted(notice.closed_on)),
        "orders_count": len(touched),
    }
    emit(work, EventDraft("calendar.closed", EXCHANGE, data=data))
    terms = {fund: terms_of_fund(work, fund=fund) for fund in {o.fund for o in touched}}
    moved = [_moved(order, terms=terms[order.fund]) for order in touched]
    orders_store.save_orders(work, moved)
    emit_orders(work, moved, what="rescheduled")
    return moved


def _moved(order: FundOrder, *, terms: Terms) -> FundOrder:
    """Return an order with the dates of the new calendar; what the manager has keeps its T."""
    calendar = terms.calendar
    t_day = calendar.trading_day_from(order.t_day) if order.state in _UNSENT else order.t_day
    confirm_on = calendar.next_trading_day(t_day)
    dated = replace(order, t_day=t_day, confirm_on=confirm_on)
    if order.side is Side.PURCHASE:
        return replace(dated, earns_on=confirm_on, visible_on=confirm_on + ONE_DAY)
    last_income_on = confirm_on - ONE_DAY
    dated = replace(dated, earns_on=last_income_on)
    if order.cash_on is not None and order.origin is not Origin.ADVANCE_PROVIDER:
        after_days = terms.rule("fund.redemption_cash").figure("after_confirmation_days") or 0
        dated = replace(dated, cash_on=confirm_on + timedelta(days=after_days))
    if order.all_from_on is not None:
        dated = replace(dated, all_until_on=last_income_on)
    return dated
