"""An order's dates follow from its instant and the exchange's calendar."""

from datetime import date, datetime

import pytest

from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.rules.confirmation import (
    CUT_OFF_1500,
    PurchaseDates,
    cut_off_at,
    fast_redemption_dates,
    normal_redemption_dates,
    purchase_dates,
    t_day,
)
from huoqi.fund.rules.trading_days import CalendarHorizon


def _purchase(at: str) -> PurchaseDates:
    return purchase_dates(datetime.fromisoformat(at), calendar=xshg(), cut_off=CUT_OFF_1500)


def test_monday_before_the_cut_off_earns_on_tuesday_and_shows_on_wednesday() -> None:
    dates = _purchase("2015-05-11T14:59:59.999999+08:00")

    assert dates.t_day == date(2015, 5, 11)
    assert dates.confirmed_on == dates.earns_from == date(2015, 5, 12)
    assert dates.visible_on == date(2015, 5, 13)
    assert (dates.gap.days, dates.gap.needs_warning) == (1, False)


@pytest.mark.parametrize("at", ["2015-05-11T15:00:00+08:00", "2015-05-11T07:00:00+00:00"])
def test_the_cut_off_itself_belongs_to_the_next_trading_day(at: str) -> None:
    assert _purchase(at).t_day == date(2015, 5, 12)


def test_thursday_after_the_cut_off_loses_the_weekend_without_a_holiday_warning() -> None:
    dates = _purchase("2015-05-14T15:00:00+08:00")

    assert dates.earns_from == date(2015, 5, 18)
    assert (dates.gap.days, dates.gap.waiting_days, dates.gap.needs_warning) == (
        3,
        4,
        False,
    )


@pytest.mark.parametrize("at", ["2024-02-08T14:59:00+08:00", "2026-02-12T15:00:00+08:00"])
def test_eleven_days_of_spring_festival_are_warned_of(at: str) -> None:
    gap = _purchase(at).gap

    assert (gap.days, gap.needs_warning) == (11, True)


def test_an_order_given_inside_a_holiday_is_warned_of_too() -> None:
    gap = _purchase("2024-02-09T10:00:00+08:00").gap

    assert (gap.days, gap.waiting_days, gap.needs_warning) == (1, 11, True)


def test_a_friday_redemption_earns_through_sunday() -> None:
    at = datetime.fromisoformat("2015-05-15T14:00:00+08:00")

    dates = normal_redemption_dates(at, calendar=xshg(), cut_off=CUT_OFF_1500)

    assert (dates.confirmed_on, dates.last_income_on) == (
        date(2015, 5, 18),
        date(2015, 5, 17),
    )


def test_a_fast_redemption_on_a_saturday_earns_through_friday() -> None:
    at = datetime.fromisoformat("2015-05-16T10:00:00+08:00")

    dates = fast_redemption_dates(at, calendar=xshg(), cut_off=CUT_OFF_1500)

    assert (dates.t_day, dates.last_income_on) == (date(2015, 5, 18), date(2015, 5, 15))


@pytest.mark.parametrize("at", ["2026-12-30T15:00:00+08:00", "2026-12-31T15:00:00+08:00"])
def test_dates_beyond_the_horizon_are_refused(at: str) -> None:
    with pytest.raises(CalendarHorizon):
        _purchase(at)


def test_another_cut_off_moves_the_trading_day() -> None:
    at = datetime.fromisoformat("2015-05-11T14:30:00+08:00")

    earlier = CUT_OFF_1500.replace(hour=14)

    assert t_day(at, calendar=xshg(), cut_off=earlier) == date(2015, 5, 12)


def test_the_cut_off_of_a_trading_day_is_an_instant() -> None:
    at = cut_off_at(date(2015, 5, 11), cut_off=CUT_OFF_1500)

    assert at == datetime.fromisoformat("2015-05-11T07:00:00+00:00")
