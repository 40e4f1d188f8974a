"""The trading calendar: which dates the exchange is open, as far as anyone has loaded them.

A trading day is a session of the Shanghai exchange, not an official workday. Nothing is guessed
beyond the last loaded day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from huoqi.kit.errors import DomainError

ALARM_DAYS = 45
# Exchanges announce one year at a time; more than two would be a guess.
EXTENSION_DAYS_MOST = 731


class CalendarHorizon(DomainError):
    """The answer lies outside the loaded calendar; an operator has to extend it."""

    code: ClassVar[str] = "calendar.beyond_horizon"


class NoticeNotLater(DomainError):
    """The notice does not reach beyond what is loaded; loaded days are not changed."""

    code: ClassVar[str] = "calendar.not_later"


class NoticeTooFar(DomainError):
    """The notice reaches further than exchanges announce."""

    code: ClassVar[str] = "calendar.too_far"


class ClosureOutside(DomainError):
    """A closure is not among the days that the notice adds."""

    code: ClassVar[str] = "calendar.closure_outside"


class ClosureTooLate(DomainError):
    """The day has begun or is past: what happened on it stands; ``first_on`` can be called off."""

    code: ClassVar[str] = "calendar.closure_too_late"


class AlreadyShut(DomainError):
    """The exchange is shut on that day in any case."""

    code: ClassVar[str] = "calendar.already_shut"


@dataclass(frozen=True, slots=True)
class TradingCalendar:
    """An exchange's trading days between the first and the last loaded date, both included."""

    trading_days: tuple[date, ...]
    first_loaded_on: date
    last_loaded_on: date
    source: str
    version: str

    def __post_init__(self) -> None:
        """Hold what every question below relies on."""
        assert all(a < b for a, b in zip(self.trading_days, self.trading_days[1:], strict=False))
        assert not self.trading_days or self.first_loaded_on <= self.trading_days[0]
        assert not self.trading_days or self.trading_days[-1] <= self.last_loaded_on

    @property
    def alarm_on(self) -> date:
        """Return the date from which operators are asked to extend the calendar."""
        return self.last_loaded_on - timedelta(days=ALARM_DAYS)

    def is_trading_day(self, on: date) -> bool:
        """Tell whether the exchange is open on a date; raise CalendarHorizon outside."""
        self._within(on)
        at = bisect_left(self.trading_days, on)
        return at < len(self.trading_days) and self.trading_days[at] == on

    def next_trading_day(self, after: date) -> date:
        """Return the first trading day later than a date; raise CalendarHorizon outside."""
        self._within(after)
        at = bisect_right(self.trading_days, after)
        if at == len(self.trading_days):
            raise self._beyond(after)
        return self.trading_days[at]

    def previous_trading_day(self, before: date) -> date:
        """Return the last trading day earlier than a date; raise CalendarHorizon outside."""
        self._within(before)
        at = bisect_left(self.trading_days, before)
        if at == 0:
            raise self._beyond(before)
        return self.trading_days[at - 1]

    def trading_day_from(self, on: date) -> date:
        """Return the date itself when the exchange is open, else the next trading day."""
        return on if self.is_trading_day(on) else self.next_trading_day(on)

    def closed_weekdays(self, *, since: date, until: date) -> list[date]:
        """Return the holidays of a period: Monday to Friday, exchange shut, ``until`` excluded."""
        days = (since + timedelta(days=n) for n in range((until - since).days))
        return [on for on in days if on.weekday() < 5 and not self.is_trading_day(on)]

    def _within(self, on: date) -> None:
        """Refuse a date that nobody has loaded."""
        if not self.first_loaded_on <= on <= self.last_loaded_on:
            raise self._beyond(on)

    def _beyond(self, on: date) -> CalendarHorizon:
        """Return the refusal of a question about a date."""
        return CalendarHorizon(
            asked_on=on.isoformat(),
            first_loaded_on=self.first_loaded_on.isoformat(),
            last_loaded_on=self.last_loaded_on.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """Where a calendar comes from, and which dates it speaks about."""

    first_loaded_on: date
    last_loaded_on: date
    source: str
    version: str


def calendar_of_closures(
    closed_weekdays: Iterable[date], *, loaded: CalendarSource
) -> TradingCalendar:
    """Return the calendar of an exchange that opens Monday to Friday but on the given dates.

    >>> week = CalendarSource(date(2015, 5, 1), date(2015, 5, 5), source="notice", version="1")
    >>> calendar_of_closures([date(2015, 5, 1)], loaded=week).trading_days
    (datetime.date(2015, 5, 4), datetime.date(2015, 5, 5))
    """
    closed = frozenset(closed_weekdays)
    span = (loaded.last_loaded_on - loaded.first_loaded_on).days + 1
    days = (loaded.first_loaded_on + timedelta(days=n) for n in range(span))
    return TradingCalendar(
        tuple(on for on in days if on.weekday() < 5 and on not in closed),
        loaded.first_loaded_on,
        loaded.last_loaded_on,
        loaded.source,
        loaded.version,
    )


@dataclass(frozen=True, slots=True)
class CalendarNotice:
    """What an exchange announced: up to which date, when it is shut, where and in which version.

    Closures may name weekends, which are shut in any case.
    """

    last_on: date
    closed_on: tuple[date, ...]
    source: str
    version: str


@dataclass(frozen=True, slots=True)
class ClosureNotice:
    """Loaded trading days that an exchange called off later, where and in which version."""

    closed_on: tuple[date, ...]
    source: str
    version: str


def with_closures(
    calendar: TradingCalendar, *, notice: ClosureNotice, first_on: date
) -> TradingCalendar:
    """Return a calendar without the days of a notice, none of them before ``first_on``.

    Errors: ClosureOutside, ClosureTooLate, AlreadyShut.

    >>> may = CalendarSource(date(2015, 5, 1), date(2015, 5, 6), source="notice", version="1")
    >>> storm = ClosureNotice((date(2015, 5, 5),), "storm", "1a")
    >>> loaded = calendar_of_closures([], loaded=may)
    >>> after = with_closures(loaded, notice=storm, first_on=date(2015, 5, 5))
    >>> [on.day for on in after.trading_days]
    [1, 4, 6]
    """
    last_on = calendar.last_loaded_on
    for on in notice.closed_on:
        if not calendar.first_loaded_on <= on <= last_on:
            raise ClosureOutside(on=on.isoformat(), last_loaded_on=last_on.isoformat())
        if on < first_on:
            raise ClosureTooLate(on=on.isoformat(), first_on=first_on.isoformat())
        if not calendar.is_trading_day(on):
            raise AlreadyShut(on=on.isoformat())
    closed = frozenset(notice.closed_on)
    return TradingCalendar(
        tuple(on for on in calendar.trading_days if on not in closed),
        calendar.first_loaded_on,
        last_on,
        notice.source,
        notice.version,
    )


def extended(calendar: TradingCalendar, *, notice: CalendarNotice) -> TradingCalendar:
    """Return a calendar with the days of a notice after its last loaded one.

    Errors: NoticeNotLater, NoticeTooFar, ClosureOutside.

    >>> may = CalendarSource(date(2015, 5, 1), date(2015, 5, 4), source="notice", version="1")
    >>> june = CalendarNotice(date(2015, 5, 7), (date(2015, 5, 6),), "notice", "2")
    >>> [on.day for on in extended(calendar_of_closures([], loaded=may), notice=june).trading_days]
    [1, 4, 5, 7]
    """
    last_on = calendar.last_loaded_on
    if notice.last_on <= last_on:
        raise NoticeNotLater(last_loaded_on=last_on.isoformat())
    latest_on = last_on + timedelta(days=EXTENSION_DAYS_MOST)
    if notice.last_on > latest_on:
        raise NoticeTooFar(latest_on=latest_on.isoformat())
    for on in notice.closed_on:
        if not last_on < on <= notice.last_on:
            raise ClosureOutside(on=on.isoformat(), last_loaded_on=last_on.isoformat())
    added = CalendarSource(
        last_on + timedelta(days=1), notice.last_on, source=notice.source, version=notice.version
    )
    return TradingCalendar(
        calendar.trading_days + calendar_of_closures(notice.closed_on, loaded=added).trading_days,
        calendar.first_loaded_on,
        notice.last_on,
        notice.source,
        notice.version,
    )
