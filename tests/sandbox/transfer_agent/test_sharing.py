from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from huoqi.sandbox.transfer_agent.sharing import share_income, total_of

HOLDINGS = [10_000, 1_000_000, 3_333_333, 1, 7_304, 7_305, 12_345_678, 9_999_999_999]
BOOKS = st.lists(st.integers(0, 10**12), max_size=40)


def fractions_of(units: list[int], *, rate: int, given_fen: int | None) -> tuple[int, list[int]]:
    """Share a day's income with fractions, one holder after the other."""
    total = sum(units)
    income = given_fen
    if income is None:
        income = (1 if rate >= 0 else -1) * int(Fraction(total * abs(rate), 10**9))
    ways = [Fraction(abs(rate), 10**9)] if income * rate >= 0 else []
    ways += [Fraction(abs(income), total)] if total else []
    for way in ways:
        exact = [held * way for held in units]
        whole = [int(part) for part in exact]
        left = abs(income) - sum(whole)
        if 0 <= left <= sum(part.denominator > 1 for part in exact):
            first = sorted(range(len(units)), key=lambda n: (whole[n] - exact[n], n))[:left]
            sign = -1 if income < 0 else 1
            return income, [sign * (w + (n in first)) for n, w in enumerate(whole)]
    return income, units


def test_the_published_day_is_shared_to_the_fen() -> None:
    shared = share_income(np.array(HOLDINGS), income_per_10k_e5=136_920)

    assert shared.income_fen == 1_371_487
    assert shared.incomes_fen.tolist() == [1, 137, 457, 0, 1, 1, 1_690, 1_369_200]


def test_a_loss_is_shared_as_a_gain_and_turned_round() -> None:
    gain = share_income(np.array(HOLDINGS), income_per_10k_e5=62_280)
    loss = share_income(np.array(HOLDINGS), income_per_10k_e5=-62_280)

    assert loss.income_fen == -gain.income_fen
    assert loss.incomes_fen.tolist() == (-gain.incomes_fen).tolist()


def test_equal_remainders_go_to_the_lower_account() -> None:
    shared = share_income(np.array([5_000] * 4), income_per_10k_e5=100_000, given_income_fen=2)

    assert shared.incomes_fen.tolist() == [1, 1, 0, 0]


def test_a_total_that_the_rate_cannot_make_up_is_shared_by_ratio() -> None:
    shared = share_income(np.array([100, 300]), income_per_10k_e5=100_000, given_income_fen=100)

    assert shared.incomes_fen.tolist() == [25, 75]


def test_a_total_against_the_rates_sign_is_shared_by_ratio() -> None:
    shared = share_income(np.array([100, 300]), income_per_10k_e5=100_000, given_income_fen=-4)

    assert (shared.income_fen, shared.incomes_fen.tolist()) == (-4, [-1, -3])


def test_a_fund_without_units_earns_nothing() -> None:
    shared = share_income(np.zeros(0, dtype=np.int64), income_per_10k_e5=136_920)

    assert (shared.income_fen, shared.incomes_fen.tolist()) == (0, [])


def test_products_beyond_64_bits_are_exact() -> None:
    units = [9_000_000_000_000_000, 1, 77_777_777_777_777]

    shared = share_income(np.array(units), income_per_10k_e5=999_999_999)
    assert (shared.income_fen, shared.incomes_fen.tolist()) == fractions_of(
        units, rate=999_999_999, given_fen=None
    )


@given(units=BOOKS, rate=st.integers(-(10**7), 10**7))
def test_columns_share_as_fractions_do(units: list[int], rate: int) -> None:
    shared = share_income(np.array(units, dtype=np.int64), income_per_10k_e5=rate)

    assert (shared.income_fen, shared.incomes_fen.tolist()) == fractions_of(
        units, rate=rate, given_fen=None
    )
    assert total_of(shared.incomes_fen) == shared.income_fen


@given(
    units=st.lists(st.integers(1, 10**10), min_size=1, max_size=30),
    rate=st.integers(-(10**6), 10**6),
    income_fen=st.integers(-(10**9), 10**9),
)
def test_a_given_total_is_shared_whole(units: list[int], rate: int, income_fen: int) -> None:
    shared = share_income(np.array(units), income_per_10k_e5=rate, given_income_fen=income_fen)

    assert (shared.income_fen, shared.incomes_fen.tolist()) == fractions_of(
        units, rate=rate, given_fen=income_fen
    )
    assert total_of(shared.incomes_fen) == income_fen
