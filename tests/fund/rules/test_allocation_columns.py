"""The columnar allocation gives the scalar answers, inside 64 bits and beyond."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.rules.allocation import FundDayRow, Holding, Mode, allocate_day
from huoqi.fund.rules.allocation_columns import (
    Int64,
    allocate_columns,
    divmod_of_products,
    exact_sum,
    incomes_of,
)

RANDOM_FUNDS = 1_000


def _column(values: list[int]) -> Int64:
    return np.array(values, dtype=np.int64)


def _same(
    units: list[int], *, accounts: list[int], rate_e5: int, given_fen: int | None = None
) -> None:
    holdings = [Holding(*pair) for pair in zip(accounts, units, strict=True)]
    scalar = allocate_day(holdings, income_per_10k_e5=rate_e5, fund_income_fen=given_fen)
    columns = allocate_columns(
        _column(units),
        accounts=_column(accounts),
        income_per_10k_e5=rate_e5,
        fund_income_fen=given_fen,
    )
    assert columns.row == scalar.row
    assert columns.totals == scalar.totals
    assert tuple(columns.incomes_fen.tolist()) == scalar.incomes_fen
    alone = incomes_of(_column(units), accounts=_column(accounts), row=scalar.row)
    assert tuple(alone.tolist()) == scalar.incomes_fen


def test_the_worked_example_is_the_same_by_columns() -> None:
    units = [10_000, 1_000_000, 3_333_333, 1, 7_304, 7_305, 12_345_678, 9_999_999_999]

    _same(units, accounts=list(range(1, 9)), rate_e5=136_920)


def test_a_fund_without_holders_is_the_same_by_columns() -> None:
    _same([], accounts=[], rate_e5=136_920)


@given(
    st.lists(st.integers(0, 10**13), max_size=30),
    st.integers(-100_000_000, 100_000_000),
    st.randoms(use_true_random=False),
)
def test_a_rate_day_is_the_same_by_columns(
    units: list[int], rate_e5: int, order: random.Random
) -> None:
    accounts = list(range(1, len(units) + 1))
    order.shuffle(accounts)

    _same(units, accounts=accounts, rate_e5=rate_e5)


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=30).filter(any), st.data())
def test_a_day_with_a_given_total_is_the_same_by_columns(
    units: list[int], data: st.DataObject
) -> None:
    given_fen = data.draw(st.integers(-sum(units), sum(units)))
    rate_e5 = data.draw(st.sampled_from([0, 136_920, -62_280]))

    _same(
        units,
        accounts=list(range(len(units), 0, -1)),
        rate_e5=rate_e5,
        given_fen=given_fen,
    )


@given(st.lists(st.sampled_from([500_000, 1_234_567, 77]), min_size=2, max_size=30))
def test_ties_are_the_same_by_columns(units: list[int]) -> None:
    _same(units, accounts=list(range(len(units), 0, -1)), rate_e5=137_050)


@given(
    st.lists(st.integers(0, 2**62), max_size=10),
    st.integers(0, 2**62),
    st.integers(1, 2**62),
)
def test_quotients_and_remainders_are_exact_at_any_size(
    units: list[int], numerator: int, denominator: int
) -> None:
    # A quotient beyond 64 bits would be an income that no column can hold.
    numerator %= denominator + 1

    floors, remainders = divmod_of_products(
        _column(units), numerator=numerator, denominator=denominator
    )

    pairs = list(zip(floors.tolist(), remainders.tolist(), strict=True))
    assert pairs == [divmod(u * numerator, denominator) for u in units]


def test_a_holding_with_many_whole_denominators_is_split() -> None:
    floors, remainders = divmod_of_products(
        _column([169_000_000_000_001, 0]), numerator=136_925, denominator=10**9
    )

    assert (floors.tolist(), remainders.tolist()) == ([23_140_325_000, 0], [136_925, 0])


def test_a_denominator_near_the_limit_is_left_to_python() -> None:
    floors, remainders = divmod_of_products(
        _column([2**62, 3]), numerator=2**62 - 1, denominator=2**62
    )

    assert (floors.tolist(), remainders.tolist()) == ([2**62 - 1, 2], [0, 2**62 - 3])


def test_a_sum_beyond_64_bits_is_exact_for_both_signs() -> None:
    largest = _column([2**63 - 1, 2**63 - 1, -1])

    assert exact_sum(largest) == 2**64 - 3
    assert exact_sum(-largest) == 3 - 2**64


@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_random_funds_leave_no_fen_over(seed: int) -> None:
    chance = np.random.default_rng(seed)
    for number in range(RANDOM_FUNDS // 10):
        holders = int(10 ** chance.integers(0, 4)) + int(chance.integers(0, 50))
        if seed == 0 and number == 0:
            holders = 1_000_000
        units = (10 ** (chance.random(holders) * 9)).astype(np.int64)
        rate_e5 = int(chance.integers(1, 300_000)) * int(chance.integers(-1, 2))

        day = allocate_columns(units, accounts=np.arange(1, holders + 1), income_per_10k_e5=rate_e5)

        # The control sum inside the rule compares all incomes with this total.
        magnitude = exact_sum(units) * abs(rate_e5) // 10**9
        assert abs(day.totals.total_income_fen) == magnitude
        assert exact_sum(day.incomes_fen) == day.totals.total_income_fen


def test_a_row_with_the_whole_denominator_as_threshold_is_plain_floor() -> None:
    floor = FundDayRow(Mode.RATE, -1, 136_920, 10**9, theta=10**9, tie_account=0)

    incomes = incomes_of(_column([1_000_000]), accounts=_column([1]), row=floor)

    assert incomes.tolist() == [-136]
