"""A day's income is shared to the fen, whatever the sign, the ties and the given total."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.rules.allocation import (
    FundDayAllocation,
    FundDayRow,
    Holding,
    LossExceedsUnits,
    Mode,
    NoUnitsToShareOn,
    allocate_day,
    income_of,
)

EIGHT_HOLDERS = [
    Holding(account_no, units_e2)
    for account_no, units_e2 in enumerate(
        [10_000, 1_000_000, 3_333_333, 1, 7_304, 7_305, 12_345_678, 9_999_999_999],
        start=1,
    )
]


def test_eight_holders_receive_the_worked_example() -> None:
    day = allocate_day(EIGHT_HOLDERS, income_per_10k_e5=136_920)

    assert day.incomes_fen == (1, 137, 457, 0, 1, 1, 1690, 1369200)
    assert day.totals.total_income_fen == 1_371_487
    assert day.totals.residual_fen == 3
    assert day.row == FundDayRow(Mode.RATE, 1, 136_920, 10**9, 399_954_360, tie_account=3)


def test_a_negative_day_is_the_mirror_of_its_magnitudes() -> None:
    day = allocate_day(EIGHT_HOLDERS, income_per_10k_e5=-62_280)

    assert day.incomes_fen == (-1, -62, -208, 0, 0, 0, -769, -622800)
    assert day.totals.total_income_fen == -623_840


def test_a_zero_day_gives_everybody_zero() -> None:
    day = allocate_day(EIGHT_HOLDERS, income_per_10k_e5=0)

    assert set(day.incomes_fen) == {0}
    assert (day.row.theta, day.row.tie_account) == (10**9, 0)


def test_among_equal_remainders_the_lower_account_is_served_in_any_order() -> None:
    holders = [Holding(9001, 500_000), Holding(17, 500_000), Holding(440, 500_000)]

    day = allocate_day(holders, income_per_10k_e5=137_050)

    assert day.incomes_fen == (68, 69, 68)
    assert allocate_day(holders[::-1], income_per_10k_e5=137_050).row == day.row


def test_four_and_five_published_decimals_are_two_different_days() -> None:
    five = allocate_day(EIGHT_HOLDERS, income_per_10k_e5=136_924)

    assert five.totals.total_income_fen == 1_371_527


def test_a_given_total_that_fits_is_taken() -> None:
    day = allocate_day(EIGHT_HOLDERS, income_per_10k_e5=136_920, fund_income_fen=1_371_489)

    assert day.row.mode is Mode.RATE
    assert day.incomes_fen == (2, 137, 457, 0, 1, 1, 1691, 1369200)


def test_a_given_total_that_cannot_fit_is_shared_by_ratio() -> None:
    holders = [
        Holding(1, 10_000_000_000),
        Holding(2, 10_000_000_000),
        Holding(3, 25_000_000),
    ]

    day = allocate_day(holders, income_per_10k_e5=136_920, fund_income_fen=2_741_895)

    assert day.row.mode is Mode.RATIO
    assert day.incomes_fen == (1_369_236, 1_369_236, 3_423)
    assert not day.totals.signs_disagree


def test_a_rate_of_zero_with_a_given_total_is_shared_by_ratio() -> None:
    holders = [Holding(1, 10_000_000), Holding(2, 20_000_000), Holding(3, 5_000_000)]

    day = allocate_day(holders, income_per_10k_e5=0, fund_income_fen=3)

    assert day.incomes_fen == (1, 2, 0)
    assert day.row.mode is Mode.RATIO


def test_a_given_total_of_zero_silences_a_positive_rate() -> None:
    day = allocate_day([Holding(1, 1_000_000)], income_per_10k_e5=136_920, fund_income_fen=0)

    assert day.incomes_fen == (0,)
    assert day.row.mode is Mode.RATIO


def test_a_rate_and_a_total_of_two_signs_follow_the_total_and_alert() -> None:
    day = allocate_day(EIGHT_HOLDERS, income_per_10k_e5=136_920, fund_income_fen=-100)

    assert sum(day.incomes_fen) == -100
    assert day.totals.signs_disagree


def test_income_without_units_is_refused() -> None:
    with pytest.raises(NoUnitsToShareOn):
        allocate_day([Holding(1, 0)], income_per_10k_e5=136_920, fund_income_fen=5)


def test_a_loss_beyond_everything_held_is_refused() -> None:
    with pytest.raises(LossExceedsUnits):
        allocate_day([Holding(1, 100)], income_per_10k_e5=0, fund_income_fen=-101)


def test_a_fund_without_holders_closes_its_day_with_nothing() -> None:
    day = allocate_day([], income_per_10k_e5=136_920)

    assert (day.incomes_fen, day.totals.total_income_fen) == ((), 0)


def test_holdings_far_beyond_64_bits_stay_exact() -> None:
    day = allocate_day([Holding(1, 10**20), Holding(2, 1)], income_per_10k_e5=136_925)

    assert day.incomes_fen == (13_692_500_000_000_000, 0)


def test_a_row_can_express_half_up_per_holder() -> None:
    half_up = FundDayRow(Mode.RATE, 1, 136_920, 10**9, theta=5 * 10**8 - 1, tie_account=0)

    incomes = [income_of(h.units_e2, account_no=h.account_no, row=half_up) for h in EIGHT_HOLDERS]

    assert sum(incomes) == 1_371_486


HOLDINGS = st.lists(st.integers(0, 10**12), max_size=40).map(
    lambda column: [Holding(number * 7 + 3, units_e2) for number, units_e2 in enumerate(column)]
)


def _promises_hold(day: FundDayAllocation, holdings: list[Holding]) -> None:
    assert sum(day.incomes_fen) == day.totals.total_income_fen
    for holding, income_fen in zip(holdings, day.incomes_fen, strict=True):
        assert holding.units_e2 + income_fen >= 0
        assert holding.units_e2 or not income_fen
        assert income_fen == income_of(holding.units_e2, account_no=holding.account_no, row=day.row)


@given(HOLDINGS, st.integers(-200_000, 200_000))
def test_every_day_adds_up_and_can_be_recomputed_holder_by_holder(
    holdings: list[Holding], income_per_10k_e5: int
) -> None:
    day = allocate_day(holdings, income_per_10k_e5=income_per_10k_e5)

    _promises_hold(day, holdings)


@given(HOLDINGS.filter(lambda holdings: any(h.units_e2 for h in holdings)), st.data())
def test_every_given_total_adds_up(holdings: list[Holding], data: st.DataObject) -> None:
    held_e2 = sum(holding.units_e2 for holding in holdings)
    total_fen = data.draw(st.integers(-held_e2, held_e2))

    day = allocate_day(holdings, income_per_10k_e5=136_920, fund_income_fen=total_fen)

    assert day.totals.total_income_fen == total_fen
    _promises_hold(day, holdings)
