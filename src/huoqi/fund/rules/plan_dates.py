"""When a periodic plan buys: its nominal dates, and the trading day on which each is placed."""

import calendar
from datetime import date, datetime, timedelta
from enum import StrEnum

from huoqi.fund.rules.trading_days import CalendarHorizon, TradingCalendar
from huoqi.kit.dates import shanghai_at, shanghai_date

#: Purchases of plans are placed then, well before the cut-off.
HOUR, MINUTE = 9, 30
#: After so many misses in a row a plan pauses by itself.
MISSES_MOST = 3
_DAY = timedelta(days=1)


class Every(StrEnum):
    """How often a plan buys."""

    TRADING_DAY = "trading_day"
    WEEK = "week"
    MONTH = "month"


def is_possible(every: Every, *, on_day: int | None) -> bool:
    """Tell whether a plan names its day as it has to: none, 1 to 7 from Monday, or 1 to 31.

    >>> is_possible(Every.WEEK, on_day=8)
    False
    """
    if every is Every.TRADING_DAY:
        return on_day is None
    return on_day is not None and 1 <= on_day <= (7 if every is Every.WEEK else 31)


def date_after(day: date, *, every: Every, on_day: int | None) -> date:
    """Return the first nominal date later than a day; a month too short has its last day instead.

    >>> date_after(date(2015, 1, 31), every=Every.MONTH, on_day=31).isoformat()
    '2015-02-28'
    >>> date_after(date(2015, 5, 11), every=Every.WEEK, on_day=1).isoformat()
    '2015-05-18'
    """
    assert is_possible(every, on_day=on_day)
    if every is Every.TRADING_DAY or on_day is None:
        return day + _DAY
    if every is Every.WEEK:
        return day + timedelta(days=(on_day - day.isoweekday() - 1) % 7 + 1)
    in_month = _of_month(day.year, day.month, on_day)
    if in_month > day:
        return in_month
    later = day.replace(day=28) + timedelta(days=4)
    return _of_month(later.year, later.month, on_day)


def due_at(next_on: date, *, now: datetime, sessions: TradingCalendar) -> datetime | None:
    """Return when the purchase for a nominal date is placed, from now on; None beyond the horizon.

    What is past is placed on the first trading day from today on.
    """
    day = max(next_on, shanghai_date(now))
    try:
        if not sessions.is_trading_day(day):
            day = sessions.next_trading_day(day)
    except CalendarHorizon:
        return None
    return shanghai_at(day, hour=HOUR, minute=MINUTE)


def _of_month(year: int, month: int, on_day: int) -> date:
    return date(year, month, min(on_day, calendar.monthrange(year, month)[1]))
