"""Exact text forms: what is not a plain integer or decimal is refused, never rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.kit.money import INT64_MAX, AmountMalformed, format_scaled, parse_minor, parse_scaled


@pytest.mark.parametrize("text", ["0", "1", "-1", "9223372036854775807", "-9223372036854775808"])
def test_an_integer_of_minor_units_is_read(text: str) -> None:
    assert parse_minor(text) == int(text)


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "+1", "-0", "01", "1.0", "1e3", "½", "٣", "9223372036854775808", "9" * 400],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(AmountMalformed):
        parse_minor(text)


@given(st.integers(-INT64_MAX, INT64_MAX), st.integers(0, 9))
def test_a_scaled_integer_survives_its_text_form(value: int, decimals: int) -> None:
    if len(str(abs(value))) - decimals <= 15:
        assert parse_scaled(format_scaled(value, decimals=decimals), decimals=decimals) == value


@pytest.mark.parametrize("text", ["1.369250001", "1,3", "1e-2", "--1", ".5", "1.", "nan", "１"])
def test_a_decimal_that_would_lose_a_digit_or_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(AmountMalformed):
        parse_scaled(text, decimals=5)
