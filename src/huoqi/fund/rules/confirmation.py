"""The dates of an order: the trading day it belongs to, when it is confirmed, from when it earns.

Fund page, section 6. All follows from the instant and the trading calendar; the cut-off is dated
policy and comes as an argument. For a purchase the instant is the success of its payment.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.kit.dates import SHANGHAI

# In force for every fund that we know of; an operator's policy row wins over it.
CUT_OFF_1500 = time(15, 0)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """The calendar days between a trading day and its confirmation, and why there are many.

    ``waiting_days`` counts from the submission. A customer is warned when a holiday, not just a
    weekend, lies between submission and confirmation.
    """

    days: int
    waiting_days: int
    holidays: tuple[date, ...]

    @property
    def needs_warning(self) -> bool:
        """Tell whether a holiday run delays the order."""
        return bool(self.holidays)


@dataclass(frozen=True, slots=True)
class PurchaseDates:
    """What a customer is told before confirming a purchase."""

    t_day: date
    confirmed_on: date
    earns_from: date
    visible_on: date
    gap: Gap


@dataclass(frozen=True, slots=True)
class RedemptionDates:
    """What a customer is told before confirming a redemption.

    ``last_income_on`` is included: the units still earn on that date.
    """

    t_day: date
    confirmed_on: date
    last_income_on: date
    gap: Gap


def t_day(at: datetime, *, calendar: TradingCalendar, cut_off: time) -> date:
    """Return the trading day to which an order of this instant belongs.

    The cut-off itself already belongs to the next one: 15:00:00 is too late.
    """
    assert at.tzinfo is not None
    local = at.astimezone(SHANGHAI)
    if local.time() < cut_off:
        return calendar.trading_day_from(local.date())
    return calendar.next_trading_day(local.date())


def cut_off_at(t: date, *, cut_off: time) -> datetime:
    """Return the instant at which a trading day stops taking orders."""
    return datetime.combine(t, cut_off, tzinfo=SHANGHAI)


def purchase_dates(at: datetime, *, calendar: TradingCalendar, cut_off: time) -> PurchaseDates:
    """Return the dates of a purchase; raise CalendarHorizon when T or T+1 is not loaded."""
    t = t_day(at, calendar=calendar, cut_off=cut_off)
    confirmed_on = calendar.next_trading_day(t)
    return PurchaseDates(
        t_day=t,
        confirmed_on=confirmed_on,
        earns_from=confirmed_on,
        visible_on=confirmed_on + ONE_DAY,
        gap=_gap(at, t=t, confirmed_on=confirmed_on, calendar=calendar),
    )


def normal_redemption_dates(
    at: datetime, *, calendar: TradingCalendar, cut_off: time
) -> RedemptionDates:
    """Return the dates of a normal redemption: it earns up to the day before its confirmation."""
    t = t_day(at, calendar=calendar, cut_off=cut_off)
    confirmed_on = calendar.next_trading_day(t)
    gap = _gap(at, t=t, confirmed_on=confirmed_on, calendar=calendar)
    return RedemptionDates(t, confirmed_on, confirmed_on - ONE_DAY, gap)


def fast_redemption_dates(
    at: datetime, *, calendar: TradingCalendar, cut_off: time
) -> RedemptionDates:
    """Return the dates of a fast redemption: nothing is earned on its own calendar day.

    T and confirmation are those of the settlement with the register; the cash comes at once.
    """
    t = t_day(at, calendar=calendar, cut_off=cut_off)
    confirmed_on = calendar.next_trading_day(t)
    gap = _gap(at, t=t, confirmed_on=confirmed_on, calendar=calendar)
    return RedemptionDates(t, confirmed_on, at.astimezone(SHANGHAI).date() - ONE_DAY, gap)


def _gap(at: datetime, *, t: date, confirmed_on: date, calendar: TradingCalendar) -> Gap:
    """Return how long the money waits, and the holidays on the way."""
    submitted_on = at.astimezone(SHANGHAI).date()
    holidays = calendar.closed_weekdays(since=submitted_on, until=confirmed_on)
    return Gap((confirmed_on - t).days, (confirmed_on - submitted_on).days, tuple(holidays))
