"""The dates of periodic plans: nominal ones, short months, and the trading day behind each."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.rules.plan_dates import Every, date_after, due_at, is_possible
from huoqi.kit.dates import shanghai_at, shanghai_date

SESSIONS = xshg()
DAYS = st.dates(date(2015, 1, 1), date(2025, 12, 31))
PLANS = st.one_of(
    st.just((Every.TRADING_DAY, None)),
    st.tuples(st.just(Every.WEEK), st.integers(1, 7)),
    st.tuples(st.just(Every.MONTH), st.integers(1, 31)),
)


@pytest.mark.parametrize(
    ("every", "on_day", "fits"),
    [
        (Every.TRADING_DAY, None, True),
        (Every.TRADING_DAY, 1, False),
        (Every.WEEK, None, False),
        (Every.WEEK, 0, False),
        (Every.WEEK, 7, True),
        (Every.MONTH, 31, True),
        (Every.MONTH, 32, False),
    ],
)
def test_a_plan_names_its_day_as_its_rhythm_needs(
    every: Every, on_day: int | None, fits: bool
) -> None:
    assert is_possible(every, on_day=on_day) is fits


@given(day=DAYS, plan=PLANS)
def test_the_next_date_is_later_fits_the_rhythm_and_skips_none(
    day: date, plan: tuple[Every, int | None]
) -> None:
    every, on_day = plan
    found = date_after(day, every=every, on_day=on_day)
    longest = {Every.TRADING_DAY: 1, Every.WEEK: 7, Every.MONTH: 31}[every]
    assert timedelta(0) < found - day <= timedelta(days=longest)
    if every is Every.WEEK:
        assert found.isoweekday() == on_day
    if every is Every.MONTH:
        assert found.day == on_day or (found + timedelta(days=1)).day == 1


def test_the_end_of_a_month_stays_its_end() -> None:
    day, found = date(2015, 12, 31), []
    for _ in range(4):
        day = date_after(day, every=Every.MONTH, on_day=31)
        found.append(day.isoformat())
    assert found == ["2016-01-31", "2016-02-29", "2016-03-31", "2016-04-30"]


def test_a_date_without_a_session_is_placed_on_the_next_one() -> None:
    friday_night = shanghai_at(date(2015, 5, 15), hour=20)
    saturday = date(2015, 5, 16)
    assert due_at(saturday, now=friday_night, sessions=SESSIONS) == shanghai_at(
        date(2015, 5, 18), hour=9, minute=30
    )


def test_what_was_missed_is_placed_on_the_first_session_from_now() -> None:
    late = shanghai_at(date(2015, 5, 20), hour=16)
    found = due_at(date(2015, 5, 18), now=late, sessions=SESSIONS)
    assert found == shanghai_at(date(2015, 5, 20), hour=9, minute=30)


@given(day=DAYS)
def test_a_purchase_is_placed_on_a_session(day: date) -> None:
    found = due_at(day, now=shanghai_at(day, hour=1), sessions=SESSIONS)
    assert found is not None
    assert SESSIONS.is_trading_day(shanghai_date(found))


def test_beyond_the_calendar_nothing_is_promised() -> None:
    last = SESSIONS.last_loaded_on
    now = shanghai_at(last, hour=12)
    assert due_at(last + timedelta(days=1), now=now, sessions=SESSIONS) is None
