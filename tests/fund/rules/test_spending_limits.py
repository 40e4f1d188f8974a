"""Limits of spending: the first one that is broken is told, with its rule and its first day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.rules.spending_limits import (
    DaySpent,
    SpendingAmount,
    SpendingLimit,
    SpendingLimits,
    check_spending,
    fee_fen_half_up,
)

SINCE = date(2015, 5, 11)
LIMITS = SpendingLimits("spending.person", SINCE, 500_000, 1_000_000, 3)


@pytest.mark.parametrize(
    ("amount_fen", "spent", "limit"),
    [
        (500_000, DaySpent(), None),
        (500_001, DaySpent(), "single"),
        (500_000, DaySpent(500_000, 1), None),
        (500_000, DaySpent(500_001, 1), "day"),
        (1, DaySpent(3, 2), None),
        (1, DaySpent(3, 3), "count"),
    ],
)
def test_each_limit_is_reached_and_not_passed(
    amount_fen: int, spent: DaySpent, limit: str | None
) -> None:
    if limit is None:
        check_spending(amount_fen, spent=spent, limits=LIMITS)
        return
    with pytest.raises(SpendingLimit) as refused:
        check_spending(amount_fen, spent=spent, limits=LIMITS)
    params = refused.value.params
    assert (params["limit"], params["rule"]) == (limit, "spending.person")
    assert params["since"] == "2015-05-11"


def test_nothing_is_no_payment_and_without_limits_all_is_allowed() -> None:
    with pytest.raises(SpendingAmount):
        check_spending(0, spent=DaySpent(), limits=LIMITS)
    free = SpendingLimits("spending.person", SINCE, None, None, None)
    check_spending(10**12, spent=DaySpent(10**12, 10**6), limits=free)


@given(st.integers(1, 10**12), st.integers(0, 1_000_000))
def test_a_fee_is_never_more_than_the_amount_nor_off_by_more_than_half_a_fen(
    amount_fen: int, fee_ppm: int
) -> None:
    fee_fen = fee_fen_half_up(amount_fen, fee_ppm=fee_ppm)

    assert 0 <= fee_fen <= amount_fen
    assert abs(2 * (fee_fen * 1_000_000 - amount_fen * fee_ppm)) <= 1_000_000
