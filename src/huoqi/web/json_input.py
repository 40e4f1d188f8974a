"""Reading bodies: strict JSON with one refusal for each way to be wrong."""

import json
import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from huoqi.web.errors import (
    AmountNotString,
    AmountRefused,
    BodyMalformed,
    DuplicateName,
    FieldsRefused,
    TextRefused,
    UnknownField,
)

Shape = TypeVar("Shape")

MAX_BODY_BYTES = 64 * 1024
_AT = re.compile(r" - at `(?:key in )?`?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[([0-9]+|\.\.\.)\]")
_AMOUNT_ENDS = ("/amount", "/units")
_NAME_SHOWN = 64


class _Twice(ValueError):
    """A name stands twice in an object."""


class _Pairs(list[tuple[str, object]]):
    """An object with all its pairs, equal names kept."""


def _refuse_twice(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _Twice


# About 2 µs for a purchase, since the standard library scans in C; numbers stay text.
_names = json.JSONDecoder(object_pairs_hook=_refuse_twice, parse_int=str, parse_float=str)
_tree = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str, parse_float=str)


def parse_json(body: bytes) -> object:
    """Return any JSON value; refuse what is not strict JSON, or holds a NUL or a name twice."""
    _refuse_nul(body)
    try:
        value = msgspec.json.decode(body)
        _refuse_duplicates(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyMalformed from error
    return value


def parse_as(body: bytes, decoder: "msgspec.json.Decoder[Shape]") -> Shape:
    """Return the body as its shape; refuse with the pointer of the first wrong field.

    A name that stands twice is refused: readers differ in which one they take.
    """
    _refuse_nul(body)
    try:
        shape = decoder.decode(body)
        _refuse_duplicates(body)
    except msgspec.ValidationError as error:
        raise refusal_of(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyMalformed from error
    return shape


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


def _refuse_duplicates(body: bytes) -> None:
    text = body.decode()
    try:
        _names.decode(text)
    except _Twice:
        place = next(_duplicates(_tree.decode(text), ""))
        raise DuplicateName(((place, DuplicateName.code),)) from None


def _duplicates(value: object, place: str) -> Iterator[str]:
    """Yield the pointers of names that stand twice in their object."""
    seen = set[str]()
    for name, inner in _inside(value):
        pointer = f"{place}/{name[:_NAME_SHOWN]}" if name.isprintable() else place
        if isinstance(value, _Pairs) and name in seen:
            yield pointer
        seen.add(name)
        yield from _duplicates(inner, pointer)


def _inside(value: object) -> list[tuple[str, object]]:
    if isinstance(value, _Pairs):
        return value
    if isinstance(value, list):
        return [(str(place), each) for place, each in enumerate(value)]
    return []
