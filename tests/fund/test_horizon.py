"""The end of the trading calendar: moved on by notices, told of in time, kept through restarts."""

from datetime import date

import pytest

from huoqi.events.queries import events_after
from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.horizon import extend_calendar, horizon_of, keep_longer_calendar, tell_horizon
from huoqi.fund.queries import trading_calendar
from huoqi.fund.rules.trading_days import CalendarNotice, NoticeNotLater
from huoqi.fund.shelf import load_calendar
from huoqi.kit.clock import ManualClock
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database

NOTICE = CalendarNotice(
    date(2027, 12, 31), (date(2027, 1, 1), date(2027, 10, 1)), "notice of the exchange", "2027"
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(shanghai_at(date(2026, 11, 15), hour=2))


@pytest.fixture
def database(dsn: str, clock: ManualClock) -> Database:
    database = Database(dsn, clock=clock)
    with database.work() as work:
        load_calendar(work, xshg())
    return database


def _told(database: Database) -> list[str]:
    with database.work() as work:
        return [event.type for event in events_after(work, seq=0)]


def test_operators_are_asked_once_forty_five_days_before(
    database: Database, clock: ManualClock
) -> None:
    with database.work() as work:
        tell_horizon(work, trading_calendar(work))
        assert (horizon_of(work).alarm_on, horizon_of(work).is_near) == (date(2026, 11, 16), False)
    assert _told(database) == []

    clock.at = shanghai_at(date(2026, 11, 16), hour=2)
    for _ in range(2):
        with database.work() as work:
            tell_horizon(work, trading_calendar(work))
            assert (horizon_of(work).days_left, horizon_of(work).is_near) == (45, True)

    assert _told(database) == ["calendar.horizon_near"]


def test_a_notice_moves_the_end_and_the_alarm(database: Database, clock: ManualClock) -> None:
    clock.at = shanghai_at(date(2026, 12, 1), hour=2)
    with database.work() as work:
        tell_horizon(work, trading_calendar(work))
        extend_calendar(work, NOTICE)
    with database.work() as work:
        calendar = trading_calendar(work)
        assert calendar.next_trading_day(date(2026, 12, 31)) == date(2027, 1, 4)
        assert not calendar.is_trading_day(date(2027, 10, 1))
        assert not horizon_of(work).is_near
        with pytest.raises(NoticeNotLater):
            extend_calendar(work, NOTICE)
    clock.at = shanghai_at(date(2027, 11, 16), hour=2)
    with database.work() as work:
        tell_horizon(work, trading_calendar(work))

    assert _told(database) == ["calendar.horizon_near", "calendar.extended"] + [
        "calendar.horizon_near"
    ]


def test_what_operators_added_outlives_the_program(database: Database) -> None:
    with database.work() as work:
        extend_calendar(work, NOTICE)
    with database.work() as work:
        keep_longer_calendar(work, xshg())
        assert trading_calendar(work).last_loaded_on == date(2027, 12, 31)
