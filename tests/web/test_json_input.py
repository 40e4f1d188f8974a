"""Bodies are strict JSON, and each way to be wrong has its own code and pointer."""

from uuid import UUID

import msgspec
import pytest

from huoqi.kit.errors import DomainError
from huoqi.web.errors import (
    AmountNotString,
    AmountRefused,
    BodyMalformed,
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
