"""Bodies are strict JSON, and each way to be wrong has its own code and pointer."""

from uuid import UUID

import msgspec
import pytest

from huoqi.kit.errors import DomainError
from huoqi.web.errors import (
    AmountNotString,
    AmountRefused,
    BodyMalformed,
    DuplicateName,
    FieldsRefused,
    TextRefused,
    UnknownField,
)
from huoqi.web.json_input import parse_as, parse_json, refusal_of


class _Money(msgspec.Struct, forbid_unknown_fields=True):
    amount: str


class _Order(msgspec.Struct, forbid_unknown_fields=True):
    amount: _Money
    card_id: UUID


DECODER = msgspec.json.Decoder(_Order)
CARD = "018f2b7a-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1] x",
        b"NaN",
        b'{"a":Infinity}',
        b'"\\ud800"',
        b"\xff",
        b"[" * 50_000,
        b"9" * 5_000,
        b"1e999",
    ],
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(BodyMalformed):
        parse_json(body)


@pytest.mark.parametrize("body", [b'{"name":"a\\u0000b"}', b'"a\0b"'])
def test_no_text_may_hold_nul(body: bytes) -> None:
    with pytest.raises(TextRefused):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "kind", "pointer"),
    [
        (f'{{"amount":{{"amount":100}},"card_id":"{CARD}"}}', AmountNotString, "/amount/amount"),
        (f'{{"amount":{{"amount":1.5}},"card_id":"{CARD}"}}', AmountNotString, "/amount/amount"),
        ('{"amount":{"amount":"1"},"card_id":"x"}', FieldsRefused, "/card_id"),
        ('{"amount":{"amount":"1"}}', FieldsRefused, "/card_id"),
        (f'{{"amount":{{"amount":"1","x":1}},"card_id":"{CARD}"}}', UnknownField, "/amount/x"),
        ("[]", FieldsRefused, ""),
    ],
)
def test_a_wrong_field_is_named_by_its_pointer(
    body: str, kind: type[FieldsRefused], pointer: str
) -> None:
    with pytest.raises(FieldsRefused) as refused:
        parse_as(body.encode(), DECODER)

    assert type(refused.value) is kind
    assert refused.value.errors[0][0] == pointer


def test_a_refusal_never_repeats_what_was_sent() -> None:
    with pytest.raises(DomainError) as refused:
        parse_as(b'{"amount":{"amount":"1"},"card_id":"6222020000000180000"}', DECODER)

    assert "6222" not in str(refused.value)
    assert "6222" not in str(refused.value.__dict__)


def test_an_amount_of_another_form_is_an_amount_refused() -> None:
    message = "Expected `str` matching regex '^[0-9]$' - at `$.amount.amount`"

    assert type(refusal_of(message)) is AmountRefused


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"amount":{"amount":"1"},"amount":{"amount":"2"},"card_id":"%b"}', "/amount"),
        (b'{"amount":{"amount":"1","amount":"2"},"card_id":"%b"}', "/amount/amount"),
        (b'{"amount":{"amount":"1","\\u0061mount":"2"},"card_id":"%b"}', "/amount/amount"),
    ],
)
def test_a_name_that_stands_twice_is_refused_wherever_it_stands(body: bytes, pointer: str) -> None:
    body = body.replace(b"%b", CARD.encode())

    with pytest.raises(DuplicateName) as by_shape:
        parse_as(body, DECODER)
    with pytest.raises(DuplicateName) as by_value:
        parse_json(body)

    assert by_shape.value.errors == ((pointer, "validation.duplicate_name"),)
    assert by_value.value.errors == by_shape.value.errors


def test_the_place_of_a_twin_is_told_also_inside_lists_and_odd_names() -> None:
    with pytest.raises(DuplicateName) as inside:
        parse_json(b'{"a":[1,{"b":2,"c":[],"b":3}]}')
    with pytest.raises(DuplicateName) as odd:
        parse_json(b'{"x":{"\\n":1,"\\n":2}}')

    assert inside.value.errors[0][0] == "/a/1/b"
    assert odd.value.errors[0][0] == "/x"


def test_equal_names_in_different_objects_are_no_twins() -> None:
    assert parse_json(b'{"a":{"a":[{"a":1},{"a":2.5}]}}') == {"a": {"a": [{"a": 1}, {"a": 2.5}]}}
