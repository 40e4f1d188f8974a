"""Published yields come back to the last digit."""

import decimal
from datetime import date, timedelta

import pytest

from huoqi.fund.rules.yields import (
    Carry,
    YieldOfDay,
    daily_carry_yield_7d_e3,
    differs_by,
    half_up,
    is_flagged,
    monthly_carry_yield_7d_e3,
    sec_7day_yield_e2,
    sec_effective_yield_e2,
    simple_yield_e2,
    yields_of_series,
)

FIRST_WEEK_OF_JULY_2013 = [157870, 154610, 146700, 142230, 138450, 136740, 136710]
ROUNDING_TRAP = [124870, 123960, 123940, 119850, 122140, 118290, 118960]
US_WEEK = [118901, 118877, 118877, 118877, 119204, 119310, 119288]


def test_a_daily_carry_week_compounds_to_the_published_yield() -> None:
    assert daily_carry_yield_7d_e3(FIRST_WEEK_OF_JULY_2013) == 5_425


def test_a_yield_is_rounded_half_up_and_not_cut() -> None:
    assert daily_carry_yield_7d_e3(ROUNDING_TRAP) == 4_543


def test_a_monthly_carry_week_is_simple() -> None:
    assert monthly_carry_yield_7d_e3(FIRST_WEEK_OF_JULY_2013) == 5_284


def test_a_week_of_losses_has_a_negative_yield() -> None:
    assert daily_carry_yield_7d_e3([-10000, -20000, -15000, -10000, -5000, -10000, -12000]) == -427


def test_a_week_without_income_yields_exactly_nothing() -> None:
    assert daily_carry_yield_7d_e3([0] * 7) == 0


@pytest.mark.parametrize(("carry", "yield_7d_e3"), [(Carry.DAILY, 4_525), (Carry.MONTHLY, 4_426)])
def test_a_young_fund_shows_a_figure_of_four_days(carry: Carry, yield_7d_e3: int) -> None:
    first = date(2030, 1, 1)
    incomes = [110000, 120000, 130000, 125000]

    series = yields_of_series(
        [(first + timedelta(days=n), income) for n, income in enumerate(incomes)],
        carry=carry,
    )

    assert series[-1] == YieldOfDay(date(2030, 1, 4), yield_7d_e3, days=4)
    assert not series[-1].is_full


def test_a_missing_income_makes_seven_days_not_available() -> None:
    first = date(2030, 1, 1)
    incomes = [100000] * 7 + [None] + [100000] * 7

    series = yields_of_series(
        [(first + timedelta(days=n), income) for n, income in enumerate(incomes)],
        carry=Carry.DAILY,
    )

    not_available = [day.on.day for day in series if day.yield_7d_e3 is None]
    assert not_available == [8, 9, 10, 11, 12, 13, 14]
    assert series[14].yield_7d_e3 == daily_carry_yield_7d_e3([100000] * 7)
    assert series[14].is_full


def test_monthly_carry_is_not_available_either() -> None:
    assert monthly_carry_yield_7d_e3([100000, None]) is None


def test_american_yields_have_two_decimals() -> None:
    assert sec_7day_yield_e2(US_WEEK) == 435
    assert sec_effective_yield_e2(US_WEEK) == 444


def test_a_european_yield_of_one_day_is_simple() -> None:
    assert simple_yield_e2(US_WEEK[:1]) == 434


def test_ties_go_away_from_zero() -> None:
    assert [half_up(n, denominator=2) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]


def test_a_callers_decimal_settings_do_not_matter() -> None:
    with decimal.localcontext() as coarse:
        coarse.prec = 3

        assert daily_carry_yield_7d_e3(FIRST_WEEK_OF_JULY_2013) == 5_425


def test_one_thousandth_of_a_point_is_flagged() -> None:
    assert is_flagged(5_424, recomputed_e3=5_425)
    assert differs_by(5_424, recomputed_e3=5_425) == -1


@pytest.mark.parametrize("published_e3", [5_425, None])
def test_an_equal_or_absent_figure_is_not_flagged(published_e3: int | None) -> None:
    assert not is_flagged(published_e3, recomputed_e3=5_425)


def test_a_figure_that_cannot_be_recomputed_is_not_flagged() -> None:
    assert not is_flagged(5_425, recomputed_e3=None)
