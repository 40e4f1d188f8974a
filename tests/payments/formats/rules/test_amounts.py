"""Amounts are exact or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.payments.formats.rules.amounts import MOST_FEN, at_most, fen_of, integer_of, text_of
from huoqi.payments.formats.rules.refusals import AmountMalformed, AmountTooLarge


@given(st.integers(0, MOST_FEN))
def test_an_amount_survives_being_written(fen: int) -> None:
    assert fen_of(text_of(fen)) == fen
    assert integer_of(str(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0", 0), ("7", 700), ("0.5", 50), ("100.00", 10_000), ("007.10", 710),
     ("92233720368547758.07", MOST_FEN)],
)  # fmt: skip
def test_amounts_are_digits_with_a_point(text: str, fen: int) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize(
    "text",
    ["", ".", "1.", ".5", "1.234", "1e2", "1E2", "+1", "-1", " 1", "1 ", "1,00", "1_0", "0x1",
     "NaN", "Infinity", "１", "²", "1.2.3", "1\n", "٣"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(AmountMalformed):
        fen_of(text)


@pytest.mark.parametrize("text", ["", "1.0", "-1", "１", "1e2"])
def test_fen_are_digits(text: str) -> None:
    with pytest.raises(AmountMalformed):
        integer_of(text)


@pytest.mark.parametrize("text", ["92233720368547758.08", "9" * 60, "9" * 5_000])
def test_more_than_a_ledger_holds_is_refused(text: str) -> None:
    with pytest.raises(AmountTooLarge):
        fen_of(text)
    with pytest.raises(AmountTooLarge):
        integer_of(text.replace(".", ""))


def test_a_sum_is_one_too() -> None:
    assert at_most(MOST_FEN) == MOST_FEN
    with pytest.raises(AmountTooLarge):
        at_most(MOST_FEN + 1)
