"""The shipped calendar is the exchange's, day by day."""

from datetime import date

import pytest

from huoqi.fund.calendars.xshg import LOADED, xshg

SOURCE_VERSION = "4.13.2"


# The package and pandas warn of their own futures; what is compared here are dates.
@pytest.mark.filterwarnings("ignore")
def test_every_day_agrees_with_the_named_source() -> None:
    source = pytest.importorskip(
        "exchange_calendars",
        reason="SKIPPED LOUDLY: exchange_calendars (development only) is absent, so the shipped "
        "trading days were not compared with their source",
    )
    if source.__version__ != SOURCE_VERSION:
        pytest.skip(f"SKIPPED LOUDLY: the source is {source.__version__}, not {SOURCE_VERSION}")
    theirs = source.get_calendar(
        "XSHG",
        start=LOADED.first_loaded_on.isoformat(),
        end=LOADED.last_loaded_on.isoformat(),
    )

    assert xshg().trading_days == tuple(session.date() for session in theirs.sessions)


def test_the_source_and_its_horizon_are_recorded() -> None:
    assert xshg().source == "exchange_calendars, XSHG"
    assert xshg().version == SOURCE_VERSION
    assert xshg().last_loaded_on == date(2026, 12, 31)
    assert xshg().alarm_on == date(2026, 11, 16)


def test_new_years_eve_of_2024_is_shut_although_offices_are_open() -> None:
    assert not xshg().is_trading_day(date(2024, 2, 9))


def test_a_make_up_workday_at_a_weekend_is_no_trading_day() -> None:
    assert not xshg().is_trading_day(date(2015, 10, 10))
