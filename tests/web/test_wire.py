"""Amounts, cursors and instants as they cross the wire."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from huoqi.web.errors import AmountNotPositive, AmountRefused, CursorRefused
from huoqi.web.wire import Instant, cursor_after, id_of_cursor, number_of_cursor, positive_minor

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


@pytest.mark.parametrize(
    "text",
    ["2015-05-12T09:00:00+08:00", "2015-05-12T09:00+08:00", "2015-05-12T01:00:00.000Z"],
)
def test_an_instant_is_read_with_its_offset(text: str) -> None:
    read = TypeAdapter[datetime](Instant).validate_python(text)

    assert read == datetime(2015, 5, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2015-05-12",
        "2015-05-12T09:00:00",
        "1999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "2015-02-30T09:00:00Z",
        "2015-05-12T25:00:00Z",
        1_431_392_400,
    ],
)
def test_no_other_form_is_an_instant(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[datetime](Instant).validate_python(value)


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
