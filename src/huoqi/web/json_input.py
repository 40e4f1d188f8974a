"""Reading bodies: strict JSON with one refusal for each way to be wrong."""

import re
from typing import TypeVar

import msgspec

from huoqi.web.errors import (
    AmountNotString,
    AmountRefused,
    BodyMalformed,
    FieldsRefused,
    TextRefused,
    UnknownField,
)

Shape = TypeVar("Shape")

MAX_BODY_BYTES = 64 * 1024
_AT = re.compile(r" - at `(?:key in )?`?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[([0-9]+|\.\.\.)\]")
_AMOUNT_ENDS = ("/amount", "/units")


def parse_json(body: bytes) -> object:
    """Return any JSON value; refuse what is not strict UTF-8 JSON or holds a NUL."""
    _refuse_nul(body)
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyMalformed from error


def parse_as(body: bytes, decoder: "msgspec.json.Decoder[Shape]") -> Shape:
    """Return the body as its shape; refuse with the pointer of the first wrong field."""
    _refuse_nul(body)
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise refusal_of(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyMalformed from error


def refusal_of(message: str) -> FieldsRefused:
    """Return the refusal for a decoder's message; the value itself never appears in it.

    >>> refusal_of("Expected `str`, got `int` - at `$.amount.amount`").errors
    (('/amount/amount', 'validation.amount_not_string'),)
    """
    found = _AT.search(message)
    pointer = _pointer(found[1]) if found else ""
    if message.startswith("Object contains unknown field"):
        named = re.search(r"unknown field `([^`]*)`", message)
        pointer += f"/{named[1]}" if named and named[1].isprintable() else ""
        return UnknownField(((pointer, UnknownField.code),))
    if message.startswith("Object missing required field"):
        named = re.search(r"field `([^`]*)`", message)
        pointer += f"/{named[1]}" if named else ""
        return FieldsRefused(((pointer, "validation.missing_field"),))
    number = "got `int`" in message or "got `float`" in message
    if number and pointer.endswith(_AMOUNT_ENDS):
        return AmountNotString(((pointer, AmountNotString.code),))
    if "matching regex" in message and pointer.endswith(_AMOUNT_ENDS):
        return AmountRefused(((pointer, AmountRefused.code),))
    return FieldsRefused(((pointer, "validation.wrong_value"),))


def _pointer(path: str) -> str:
    return "".join(f"/{match[1] or match[2]}" for match in _STEP.finditer(path))


def _refuse_nul(body: bytes) -> None:
    if b"\\u0000" in body or b"\0" in body:
        raise TextRefused
