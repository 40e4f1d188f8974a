"""An account closes when nothing is in flight and nothing is left."""

import pytest

from huoqi.customers.rules.leaving import (
    Leftover,
    OrdersOpen,
    refusal_to_begin,
    state_after,
)


def test_open_orders_are_named() -> None:
    left = Leftover(open_orders=("o-1", "o-2"))

    assert refusal_to_begin(left) == OrdersOpen(count=2, first="o-1")
    assert refusal_to_begin(Leftover(units_e2=5)) is None


@pytest.mark.parametrize(
    "left",
    [
        Leftover(open_orders=("o-1",)),
        Leftover(units_e2=1),
        Leftover(cash_fen=1),
        Leftover(income_is_due=True),
    ],
)
def test_an_account_with_anything_left_is_closing(left: Leftover) -> None:
    assert state_after(left) == "closing"


def test_an_empty_account_is_closed() -> None:
    assert state_after(Leftover()) == "closed"
