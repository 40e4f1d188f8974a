"""The simulated transfer agent's arithmetic agrees with the fund's rules, which it does not use."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.managers.simulated_answers import answers_to
from huoqi.fund.managers.simulated_curve import curve_income_per_10k_e5, manager_yield_7d_e3
from huoqi.fund.managers.simulated_register import accepted_pro_rata, close_day, is_large
from huoqi.fund.managers.simulated_store import OpenOrder
from huoqi.fund.rules.allocation import Holding, allocate_day
from huoqi.fund.rules.yields import daily_carry_yield_7d_e3
from huoqi.kit.ids import uuid7

WORKED_EXAMPLE_E2 = (10_000, 1_000_000, 3_333_333, 1, 7_304, 7_305, 12_345_678, 9_999_999_999)


def order(number: int, *, side: str, amount_fen: int = 0, units_e2: int = 0) -> OpenOrder:
    order_id = uuid7(unix_ms=0, counter=number, noise=0)
    return OpenOrder(order_id, date(2015, 5, 11), side, number, amount_fen, units_e2, 0)


def test_the_worked_example_of_eight_holders_is_shared_to_the_fen() -> None:
    opening = dict(enumerate(WORKED_EXAMPLE_E2, start=1))

    day = close_day(opening, changes_e2=[], income_per_10k_e5=136_920)

    incomes = [day.units_e2[account] - opening[account] for account in opening]
    assert incomes == [1, 137, 457, 0, 1, 1, 1690, 1369200]
    assert day.income_fen == 1_371_487


@given(
    units=st.lists(st.integers(1, 10**11), min_size=1, max_size=40),
    rate=st.integers(-(10**6), 10**6),
    off_fen=st.sampled_from([None, 0, 1, -1, 100]),
    sign=st.sampled_from([1, 1, -1]),
)
def test_the_register_and_the_platform_share_any_day_alike(
    units: list[int], rate: int, off_fen: int | None, sign: int
) -> None:
    holders = [Holding(number, held) for number, held in enumerate(units, start=1)]
    derived_fen = allocate_day(holders, income_per_10k_e5=rate).totals.total_income_fen
    given_fen = None if off_fen is None else sign * (derived_fen + off_fen)
    if given_fen is not None and abs(given_fen) > sum(units):
        return

    ours = allocate_day(holders, income_per_10k_e5=rate, fund_income_fen=given_fen)
    theirs = close_day(
        dict(holders), changes_e2=[], income_per_10k_e5=rate, given_income_fen=given_fen
    )

    assert theirs.income_fen == ours.totals.total_income_fen
    for holder, income_fen in zip(holders, ours.incomes_fen, strict=True):
        assert theirs.units_e2.get(holder.account_no, 0) == holder.units_e2 + income_fen


@given(st.lists(st.integers(-90_000, 200_000), min_size=1, max_size=7))
def test_the_printed_yield_is_the_recomputed_one(rates: list[int]) -> None:
    assert manager_yield_7d_e3(rates) == daily_carry_yield_7d_e3(rates)


def test_the_curve_is_repeatable_and_starts_near_the_press_figures() -> None:
    days = [date(2015, 5, day) for day in range(5, 12)]
    rates = [curve_income_per_10k_e5(on, fund="990001", seed=20150511) for on in days]

    assert rates == [curve_income_per_10k_e5(on, fund="990001", seed=20150511) for on in days]
    assert 4_800 <= manager_yield_7d_e3(rates) <= 5_100


def test_a_large_day_is_cut_pro_rata_like_the_published_example() -> None:
    asked = [10_000_000, 3_333_333, 1_666_667]

    assert is_large(redeemed_e2=15_000_000, bought_e2=0, previous_units_e2=100_000_000)
    assert not is_large(redeemed_e2=15_000_000, bought_e2=5_000_000, previous_units_e2=100_000_000)
    assert accepted_pro_rata(asked, limit_e2=12_000_000) == [8_000_000, 2_666_666, 1_333_334]


@pytest.mark.parametrize(
    ("amount_fen", "ok", "confirmed_fen"),
    [(10_001, True, 10_001), (10_013, False, 0), (10_017, True, 5_008), (10_000, True, 10_000)],
)
def test_magic_amounts_decide_a_purchase(amount_fen: int, ok: bool, confirmed_fen: int) -> None:
    orders = [order(7, side="purchase", amount_fen=amount_fen)]

    (answer,) = answers_to(orders, held_e2={}, accept_pct=None, defers=True)

    assert (answer.ok, answer.fen, answer.units_e2) == (ok, confirmed_fen, confirmed_fen)


def test_what_a_large_day_leaves_over_is_deferred_or_cancelled() -> None:
    orders = [order(7, side="redeem", units_e2=600), order(8, side="redeem", units_e2=400)]
    held_e2 = {7: 600, 8: 400, 9: 1_000}

    deferring = answers_to(orders, held_e2=held_e2, accept_pct=10, defers=True)
    cancelling = answers_to(orders, held_e2=held_e2, accept_pct=10, defers=False)

    assert [(a.units_e2, a.deferred_e2) for a in deferring] == [(120, 480), (80, 320)]
    assert [(a.units_e2, a.deferred_e2) for a in cancelling] == [(120, 0), (80, 0)]


def test_a_register_gives_no_more_than_it_holds() -> None:
    orders = [order(7, side="redeem", units_e2=600), order(9, side="redeem", units_e2=600)]

    answers = answers_to(orders, held_e2={7: 500}, accept_pct=None, defers=True)

    assert [(a.ok, a.units_e2) for a in answers] == [(True, 500), (False, 0)]
