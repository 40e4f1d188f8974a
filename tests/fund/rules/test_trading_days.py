"""The calendar answers inside what was loaded and refuses to guess beyond."""

from dataclasses import replace
from datetime import date

import pytest

from huoqi.fund.rules.trading_days import (
    AlreadyShut,
    CalendarHorizon,
    CalendarNotice,
    CalendarSource,
    ClosureNotice,
    ClosureOutside,
    ClosureTooLate,
    NoticeNotLater,
    NoticeTooFar,
    TradingCalendar,
    calendar_of_closures,
    extended,
    with_closures,
)
from huoqi.kit.errors import DomainError

# Labour Day and National Day of one year, shortened.
YEAR_2015 = CalendarSource(date(2015, 1, 1), date(2015, 12, 31), source="notice", version="1")
CALENDAR = calendar_of_closures(
    [
        date(2015, 1, 1),
        date(2015, 5, 1),
        date(2015, 10, 1),
        date(2015, 10, 2),
        date(2015, 12, 31),
    ],
    loaded=YEAR_2015,
)


def test_a_weekend_and_a_holiday_are_no_trading_days() -> None:
    open_days = [on for on in range(1, 10) if CALENDAR.is_trading_day(date(2015, 5, on))]

    assert open_days == [4, 5, 6, 7, 8]


def test_the_next_trading_day_is_always_later() -> None:
    assert CALENDAR.next_trading_day(date(2015, 9, 30)) == date(2015, 10, 5)
    assert CALENDAR.next_trading_day(date(2015, 10, 5)) == date(2015, 10, 6)


def test_the_previous_trading_day_is_always_earlier() -> None:
    assert CALENDAR.previous_trading_day(date(2015, 10, 5)) == date(2015, 9, 30)
    assert CALENDAR.previous_trading_day(date(2015, 10, 3)) == date(2015, 9, 30)


def test_an_open_day_is_its_own_trading_day() -> None:
    assert CALENDAR.trading_day_from(date(2015, 5, 4)) == date(2015, 5, 4)
    assert CALENDAR.trading_day_from(date(2015, 5, 1)) == date(2015, 5, 4)


@pytest.mark.parametrize("asked_on", [date(2014, 12, 31), date(2016, 1, 1)])
def test_a_date_that_nobody_loaded_is_refused(asked_on: date) -> None:
    with pytest.raises(CalendarHorizon) as refused:
        CALENDAR.is_trading_day(asked_on)

    assert refused.value.code == "calendar.beyond_horizon"
    assert refused.value.params == {
        "asked_on": asked_on.isoformat(),
        "first_loaded_on": "2015-01-01",
        "last_loaded_on": "2015-12-31",
    }


def test_the_first_and_the_last_loaded_date_are_known() -> None:
    assert not CALENDAR.is_trading_day(date(2015, 1, 1))
    assert not CALENDAR.is_trading_day(date(2015, 12, 31))


def test_an_exchange_opens_monday_to_friday_and_says_where_it_said_so() -> None:
    week = CalendarSource(date(2015, 5, 11), date(2015, 5, 18), source="notice", version="7")

    loaded = calendar_of_closures([date(2015, 5, 13)], loaded=week)

    assert [on.day for on in loaded.trading_days] == [11, 12, 14, 15, 18]
    assert (loaded.source, loaded.version) == ("notice", "7")


@pytest.mark.parametrize(
    "days",
    [
        (date(2015, 5, 5), date(2015, 5, 5), date(2015, 5, 6)),
        (date(2015, 5, 5), date(2015, 5, 4), date(2015, 5, 6)),
        (date(2015, 5, 3), date(2015, 5, 5), date(2015, 5, 6)),
        (date(2015, 5, 4), date(2015, 5, 5), date(2015, 5, 8)),
    ],
    ids=["twice", "out of order", "before the first", "after the last"],
)
def test_trading_days_ascend_within_what_is_loaded(days: tuple[date, ...]) -> None:
    with pytest.raises(AssertionError):
        TradingCalendar(days, date(2015, 5, 4), date(2015, 5, 7), source="slip", version="0")


def test_the_day_after_the_last_trading_day_is_unknown() -> None:
    with pytest.raises(CalendarHorizon) as refused:
        CALENDAR.next_trading_day(date(2015, 12, 30))

    assert refused.value.params["asked_on"] == "2015-12-30"


def test_the_day_before_the_first_trading_day_is_unknown() -> None:
    with pytest.raises(CalendarHorizon):
        CALENDAR.previous_trading_day(date(2015, 1, 2))


def test_a_calendar_without_trading_days_knows_none() -> None:
    shut = TradingCalendar((), date(2015, 1, 1), date(2015, 1, 3), source="none", version="0")

    assert not shut.is_trading_day(date(2015, 1, 2))


def test_closed_weekdays_leave_the_weekends_out() -> None:
    holidays = CALENDAR.closed_weekdays(since=date(2015, 9, 30), until=date(2015, 10, 5))

    assert holidays == [date(2015, 10, 1), date(2015, 10, 2)]


def test_the_alarm_rings_45_days_before_the_end() -> None:
    assert CALENDAR.alarm_on == date(2015, 11, 16)


def _notice(last_on: date, *closed_on: date) -> CalendarNotice:
    return CalendarNotice(last_on, closed_on, "notice 2 of the exchange", "2")


def test_a_notice_adds_its_days_and_its_name() -> None:
    longer = extended(
        CALENDAR,
        notice=_notice(date(2016, 1, 8), date(2016, 1, 1), date(2016, 1, 2)),
    )

    assert longer.next_trading_day(date(2015, 12, 30)) == date(2016, 1, 4)
    assert longer.trading_days[-1] == longer.last_loaded_on == date(2016, 1, 8)
    assert longer.first_loaded_on == date(2015, 1, 1)
    assert (longer.source, longer.version) == ("notice 2 of the exchange", "2")
    assert longer.alarm_on == date(2015, 11, 24)


@pytest.mark.parametrize("last_on", [date(2015, 6, 1), date(2015, 12, 31)])
def test_a_notice_changes_nothing_that_is_loaded(last_on: date) -> None:
    with pytest.raises(NoticeNotLater) as refused:
        extended(CALENDAR, notice=_notice(last_on))

    assert refused.value.params == {"last_loaded_on": "2015-12-31"}


def test_the_first_day_after_the_last_one_is_added_too() -> None:
    before = calendar_of_closures(
        [], loaded=CalendarSource(date(2015, 5, 4), date(2015, 5, 5), source="notice", version="1")
    )

    longer = extended(before, notice=_notice(date(2015, 5, 7)))

    assert [on.day for on in longer.trading_days] == [4, 5, 6, 7]


def test_the_last_day_of_a_notice_may_be_a_closure() -> None:
    longer = extended(CALENDAR, notice=_notice(date(2016, 1, 8), date(2016, 1, 8)))

    assert longer.trading_days[-1] == date(2016, 1, 7)
    assert longer.last_loaded_on == date(2016, 1, 8)


def test_nobody_announces_more_than_two_years() -> None:
    assert extended(CALENDAR, notice=_notice(date(2017, 12, 31))).last_loaded_on == date(
        2017, 12, 31
    )
    with pytest.raises(NoticeTooFar) as refused:
        extended(CALENDAR, notice=_notice(date(2018, 1, 1)))

    assert refused.value.params == {"latest_on": "2017-12-31"}


@pytest.mark.parametrize("on", [date(2015, 12, 31), date(2016, 1, 9)])
def test_a_closure_belongs_to_the_days_that_are_added(on: date) -> None:
    with pytest.raises(ClosureOutside) as refused:
        extended(CALENDAR, notice=_notice(date(2016, 1, 8), on))

    assert refused.value.params == {"on": on.isoformat(), "last_loaded_on": "2015-12-31"}


STORM = ClosureNotice((date(2015, 6, 2),), "notice 3 of the exchange", "3")


def test_a_day_that_is_called_off_is_no_trading_day_any_more() -> None:
    after = with_closures(CALENDAR, notice=STORM, first_on=date(2015, 6, 2))

    assert after.next_trading_day(date(2015, 6, 1)) == date(2015, 6, 3)
    assert after.last_loaded_on == CALENDAR.last_loaded_on
    assert len(after.trading_days) == len(CALENDAR.trading_days) - 1
    assert (after.source, after.version) == ("notice 3 of the exchange", "3")


@pytest.mark.parametrize(
    ("on", "refusal", "figures"),
    [
        (date(2014, 12, 31), ClosureOutside, {"last_loaded_on": "2015-12-31"}),
        (date(2016, 1, 4), ClosureOutside, {"last_loaded_on": "2015-12-31"}),
        (date(2015, 1, 1), ClosureTooLate, {"first_on": "2015-06-02"}),
        (date(2015, 6, 1), ClosureTooLate, {"first_on": "2015-06-02"}),
        (date(2015, 6, 6), AlreadyShut, {}),
        (date(2015, 12, 31), AlreadyShut, {}),
    ],
)
def test_only_loaded_trading_days_that_lie_ahead_can_be_called_off(
    on: date, refusal: type[DomainError], figures: dict[str, str]
) -> None:
    with pytest.raises(refusal) as refused:
        with_closures(CALENDAR, notice=replace(STORM, closed_on=(on,)), first_on=date(2015, 6, 2))

    assert refused.value.params == {"on": on.isoformat(), **figures}
