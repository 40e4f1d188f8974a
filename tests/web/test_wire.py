"""Amounts, cursors and instants as they cross the wire."""

from uuid import UUID

import pytest

from huoqi.web.errors import AmountNotPositive, AmountRefused, CursorRefused
from huoqi.web.wire import cursor_after, id_of_cursor, number_of_cursor, positive_minor

AN_ID = UUID("018f2b7a-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    "text",
    ["", "ten", "1.5", "1e3", "+1", "01", "-0", " 1", "9223372036854775808", "9" * 40, "１"],
)
def test_what_is_no_integer_of_minor_units_is_refused(text: str) -> None:
    with pytest.raises(AmountRefused):
        positive_minor(text, pointer="/amount/amount")


@pytest.mark.parametrize("text", ["0", "-1", "-9223372036854775808"])
def test_zero_and_less_are_refused(text: str) -> None:
    with pytest.raises(AmountNotPositive) as refused:
        positive_minor(text, pointer="/amount/amount")

    assert refused.value.errors == (("/amount/amount", "validation.amount_not_positive"),)


def test_the_largest_amount_fits() -> None:
    assert positive_minor("9223372036854775807", pointer="") == 2**63 - 1


def test_a_cursor_leads_back_to_its_place() -> None:
    assert number_of_cursor(cursor_after(42)) == 42
    assert id_of_cursor(cursor_after(AN_ID)) == AN_ID
    assert number_of_cursor(None) == 0
    assert id_of_cursor(None) is None


@pytest.mark.parametrize("cursor", ["", "x", "bm90", "bjot", "bjo5OTk5OTk5OTk5OTk5OTk5OTk5", "é"])
def test_a_cursor_of_no_list_is_refused(cursor: str) -> None:
    with pytest.raises(CursorRefused):
        number_of_cursor(cursor)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(CursorRefused):
        number_of_cursor(cursor_after(AN_ID))
    with pytest.raises(CursorRefused):
        id_of_cursor(cursor_after(7))
