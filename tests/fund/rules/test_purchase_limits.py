"""A purchase keeps to the limits of its date; income may go beyond the cap, a purchase may not."""

import pytest

from huoqi.fund.rules.purchase_limits import (
    BelowMinimum,
    PurchaseCapReached,
    PurchaseLimits,
    PurchasePosition,
    check_purchase,
    purchase_left_fen,
)

LIMITS = PurchaseLimits(
    minimum_fen=1, order_max_fen=1_000_000, day_max_fen=2_000_000, holding_cap_e2=10_000_000
)
NEW = PurchasePosition(bought_today_fen=0, held_units_e2=0, unconfirmed_fen=0)
ALMOST_FULL = PurchasePosition(bought_today_fen=0, held_units_e2=9_999_999, unconfirmed_fen=0)
OVER_BY_INCOME = PurchasePosition(bought_today_fen=0, held_units_e2=10_000_500, unconfirmed_fen=0)


def test_a_yuan_is_the_smallest_purchase_of_2015() -> None:
    launch = PurchaseLimits(minimum_fen=100)

    check_purchase(100, position=NEW, limits=launch)
    with pytest.raises(BelowMinimum) as refused:
        check_purchase(99, position=NEW, limits=launch)
    assert refused.value.params == {"minimum_fen": 100}


def test_the_last_fen_under_the_cap_passes_and_two_are_refused() -> None:
    check_purchase(1, position=ALMOST_FULL, limits=LIMITS)

    with pytest.raises(PurchaseCapReached) as refused:
        check_purchase(2, position=ALMOST_FULL, limits=LIMITS)
    assert refused.value.params == {"limit": "holding", "maximum_fen": 10_000_000, "left_fen": 1}


def test_a_holding_above_its_cap_through_income_takes_no_purchase() -> None:
    with pytest.raises(PurchaseCapReached) as refused:
        check_purchase(1, position=OVER_BY_INCOME, limits=LIMITS)

    assert refused.value.params["left_fen"] == 0


def test_what_is_paid_but_not_confirmed_counts_towards_the_cap() -> None:
    paid = PurchasePosition(bought_today_fen=0, held_units_e2=9_000_000, unconfirmed_fen=999_999)

    assert purchase_left_fen(paid, limits=LIMITS) == 1


@pytest.mark.parametrize(
    ("amount_fen", "bought_today_fen", "limit"),
    [(1_000_001, 0, "order"), (500_001, 1_500_000, "day")],
)
def test_an_order_and_a_day_have_limits_of_their_own(
    amount_fen: int, bought_today_fen: int, limit: str
) -> None:
    position = PurchasePosition(bought_today_fen, held_units_e2=0, unconfirmed_fen=0)

    with pytest.raises(PurchaseCapReached) as refused:
        check_purchase(amount_fen, position=position, limits=LIMITS)

    assert refused.value.params["limit"] == limit


def test_without_limits_nothing_is_left_to_tell() -> None:
    assert purchase_left_fen(OVER_BY_INCOME, limits=PurchaseLimits(minimum_fen=1)) is None


def test_above_the_cap_nothing_may_be_bought() -> None:
    assert purchase_left_fen(OVER_BY_INCOME, limits=LIMITS) == 0
