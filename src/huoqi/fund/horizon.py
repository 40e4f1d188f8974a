"""The end of the trading calendar: how far it reaches, moving it on, asking for that in time."""

from dataclasses import dataclass
from datetime import date

from huoqi.events.operations import EventDraft, emit
from huoqi.fund._store import products as store
from huoqi.fund.products import EXCHANGE
from huoqi.fund.rules.trading_days import CalendarNotice, TradingCalendar, extended
from huoqi.fund.shelf import load_calendar, trading_calendar
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far the loaded calendar reaches, and from when operators are asked to extend it."""

    exchange: str
    first_loaded_on: date
    last_loaded_on: date
    alarm_on: date
    days_left: int
    source: str
    version: str

    @property
    def is_near(self) -> bool:
        """Tell whether it is time to extend the calendar."""
        return self.days_left <= (self.last_loaded_on - self.alarm_on).days


def horizon_of(work: Work) -> Horizon:
    """Return how far the calendar reaches; raise CalendarMissing."""
    calendar = trading_calendar(work)
    return Horizon(
        EXCHANGE,
        calendar.first_loaded_on,
        calendar.last_loaded_on,
        calendar.alarm_on,
        (calendar.last_loaded_on - shanghai_date(work.at)).days,
        calendar.source,
        calendar.version,
    )


def calendar_version(work: Work) -> str:
    """Return a text that changes with every change of the calendar."""
    head = store.calendar_head(work, exchange=EXCHANGE)
    return head.digest[:16] if head else "none"


def extend_calendar(work: Work, notice: CalendarNotice) -> TradingCalendar:
    """Add the days of an exchange's notice after the last loaded one; two people decided.

    Errors: CalendarMissing, NoticeNotLater, NoticeTooFar, ClosureOutside.
    """
    store.lock_calendar(work, exchange=EXCHANGE)
    calendar = extended(trading_calendar(work), notice=notice)
    load_calendar(work, calendar)
    data = {"exchange": EXCHANGE, "last_loaded_on": calendar.last_loaded_on.isoformat()}
    emit(work, EventDraft("calendar.extended", EXCHANGE, data=data))
    return calendar


def keep_longer_calendar(work: Work, shipped: TradingCalendar) -> None:
    """Load the program's own calendar unless one that reaches as far is loaded already.

    What operators added stays, also after the program is started again or replaced.
    """
    head = store.calendar_head(work, exchange=EXCHANGE)
    if head is None or head.last_loaded_on < shipped.last_loaded_on:
        load_calendar(work, shipped)


def tell_horizon(work: Work, calendar: TradingCalendar) -> None:
    """Tell once, from the alarm's date on, that the calendar has to be extended."""
    if shanghai_date(work.at) < calendar.alarm_on:
        return
    if store.mark_alarm(work, exchange=EXCHANGE):
        data: dict[str, int | str | bool | None] = {
            "exchange": EXCHANGE,
            "last_loaded_on": calendar.last_loaded_on.isoformat(),
            "days_left_count": (calendar.last_loaded_on - shanghai_date(work.at)).days,
        }
        emit(work, EventDraft("calendar.horizon_near", EXCHANGE, data=data))
