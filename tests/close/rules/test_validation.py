"""What a manager says about a day is believed only if it fits what we know."""

from dataclasses import replace
from datetime import date

from huoqi.close.rules.validation import (
    Expected,
    Figures,
    Flag,
    Refusal,
    Refused,
    flags,
    recomputed_yield_e3,
    refusals,
)
from huoqi.fund.rules.yields import Carry

# 2013-07-01 to 07-07 of a real published series; the yield of the last day is 5.425 %.
WEEK_E5 = [157870, 154610, 146700, 142230, 138450, 136740, 136710]

GOOD = Figures(
    fund="990001",
    on=date(2015, 5, 15),
    income_per_10k_e5=136_710,
    yield_7d_e3=5_425,
    total_units_e2=1_010_000,
    total_income_fen=138,
    next_trading_day=date(2015, 5, 18),
    register_units_e2=1_010_138,
    register_sum_e2=1_010_138,
)
KNOWN = Expected(
    fund="990001",
    on=date(2015, 5, 15),
    total_units_e2=1_010_000,
    next_trading_day=date(2015, 5, 18),
    rates_e5=WEEK_E5[:-1],
    carry=Carry.DAILY,
)


def test_figures_that_fit_are_neither_refused_nor_flagged() -> None:
    assert refusals(GOOD, expected=KNOWN) == []
    assert flags(GOOD, expected=KNOWN) == []
    assert recomputed_yield_e3(GOOD, expected=KNOWN) == 5_425


def test_figures_about_something_else_are_refused() -> None:
    strange = replace(GOOD, fund="990002", on=date(2015, 5, 14), next_trading_day=date(2015, 5, 16))

    assert refusals(strange, expected=KNOWN) == [
        Refused(Refusal.WRONG_FUND, detail="990001 990002"),
        Refused(Refusal.WRONG_DATE, detail="2015-05-15 2015-05-14"),
        Refused(Refusal.NEXT_TRADING_DAY, detail="2015-05-18 2015-05-16"),
    ]


def test_a_next_trading_day_that_nobody_knows_is_no_reason() -> None:
    assert refusals(replace(GOOD, next_trading_day=None), expected=KNOWN) == []
    assert refusals(GOOD, expected=replace(KNOWN, next_trading_day=None)) == []


def test_a_total_off_by_one_fen_is_refused_with_both_totals() -> None:
    off = replace(GOOD, total_income_fen=139)

    assert refusals(off, expected=KNOWN) == [Refused(Refusal.TOTAL_INCOME, 138, 139)]


def test_units_that_differ_from_ours_are_refused() -> None:
    more = replace(GOOD, total_units_e2=1_010_001, total_income_fen=137)

    assert refusals(more, expected=KNOWN) == [Refused(Refusal.TOTAL_UNITS, 1_010_000, 1_010_001)]


def test_a_register_that_does_not_add_up_is_refused() -> None:
    assert refusals(replace(GOOD, register_sum_e2=5), expected=KNOWN) == [
        Refused(Refusal.REGISTER_COUNT, 5, 1_010_138)
    ]


def test_without_a_total_or_with_a_monthly_carry_the_growth_says_nothing() -> None:
    silent = replace(GOOD, total_income_fen=None)
    accruing = replace(GOOD, register_units_e2=1_010_000, register_sum_e2=1_010_000)

    assert refusals(silent, expected=KNOWN) == []
    assert refusals(accruing, expected=replace(KNOWN, carry=Carry.MONTHLY)) == []


def test_an_income_beyond_all_reason_is_refused() -> None:
    assert refusals(replace(GOOD, income_per_10k_e5=-10_000_001), expected=KNOWN) == [
        Refused(Refusal.OUTSIDE_BAND, 10_000_000, -10_000_001)
    ]


def test_a_negative_day_waits_for_approval_only_where_the_policy_says_so() -> None:
    negative = replace(
        GOOD,
        income_per_10k_e5=-62_280,
        yield_7d_e3=None,
        total_income_fen=-62,
        register_units_e2=1_009_938,
        register_sum_e2=1_009_938,
    )

    assert refusals(negative, expected=KNOWN) == []
    assert flags(negative, expected=KNOWN) == [Flag.NEGATIVE]
    assert refusals(negative, expected=replace(KNOWN, needs_approval=True)) == [
        Refused(Refusal.NEGATIVE_INCOME, 0, -62_280)
    ]


def test_oddities_are_flagged() -> None:
    assert flags(replace(GOOD, yield_7d_e3=5_426), expected=KNOWN) == [Flag.YIELD_DIFFERS]
    assert flags(replace(GOOD, income_per_10k_e5=100_000, yield_7d_e3=None), expected=KNOWN) == [
        Flag.LOOKS_LIKE_NAV
    ]
    assert flags(replace(GOOD, income_per_10k_e5=420_000, yield_7d_e3=None), expected=KNOWN) == [
        Flag.FAR_FROM_YESTERDAY
    ]
    assert flags(replace(GOOD, total_income_fen=-1, yield_7d_e3=None), expected=KNOWN) == [
        Flag.SIGNS_DISAGREE
    ]


def test_less_than_a_week_of_rates_says_nothing_about_the_yield() -> None:
    young = replace(KNOWN, rates_e5=WEEK_E5[1:6])

    assert recomputed_yield_e3(GOOD, expected=young) is None
    assert flags(replace(GOOD, yield_7d_e3=9_999), expected=young) == []


def test_the_first_day_of_a_fund_has_nothing_to_be_far_from() -> None:
    first = replace(GOOD, total_income_fen=None, yield_7d_e3=None)

    assert flags(first, expected=replace(KNOWN, rates_e5=[])) == []
    assert flags(first, expected=replace(KNOWN, rates_e5=[None])) == []
