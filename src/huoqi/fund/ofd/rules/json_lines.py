"""Files as JSON lines: a header, then a record a line; the same bytes come back from it.

Numbers are text with their point, so that no program rounds them; null is a blank number.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.headers import Header, Index
from huoqi.fund.ofd.rules.layouts import FieldUnknown, Layout
from huoqi.fund.ofd.rules.places import OfdRefused, Place
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value, ValueMalformed

_NUMBER = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,18}))?", re.ASCII)
_TEXTS = ("version", "creator", "receiver", "summary_no", "file_type", "sender", "recipient")
_INDEX_TEXTS = ("version", "creator", "receiver")


class JsonMalformed(OfdRefused):
    """A line is not the JSON that stands for a header or a record."""

    code: ClassVar[str] = "ofd.json_malformed"


def header_line(header: Header) -> str:
    """Return a header as a line of JSON."""
    return _dumped({
        "ofd": "data",
        **{name: getattr(header, name) for name in _TEXTS},
        "date": header.on.isoformat(),
        "record_count": header.record_count,
        "ends_with_line": header.ends_with_line,
        "fields": list(header.fields),
    })


def index_line(index: Index) -> str:
    """Return an index file as a line of JSON."""
    return _dumped({
        "ofd": "index",
        **{name: getattr(index, name) for name in _INDEX_TEXTS},
        "date": index.on.isoformat(),
        "ends_with_line": index.ends_with_line,
        "files": list(index.files),
    })


def record_line(record: Mapping[str, Value], *, layout: Layout) -> str:
    """Return a record as a line of JSON."""
    slots = layout.by_name
    return _dumped({name: _shown(value, field=slots[name].field) for name, value in record.items()})


def parse_head(line: str, *, file: str) -> Header | Index:
    """Return the header or the index of a first line.

    Errors: JsonMalformed.
    """
    document = _loaded(line, file=file, number=1)
    try:
        return _index(document) if document.get("ofd") == "index" else _header(document)
    except (KeyError, TypeError, ValueError) as error:
        raise JsonMalformed(file=file, line=1) from error


def parse_record(line: str, *, layout: Layout, file: str, number: int) -> Record:
    """Return the record of a line, numbered as the lines of the text are.

    Errors: JsonMalformed, FieldUnknown, ValueMalformed.
    """
    document = _loaded(line, file=file, number=number)
    record: Record = {}
    for name, value in document.items():
        slot = layout.by_name.get(name)
        if slot is None:
            raise FieldUnknown(file=file, record=number - 1, field="", file_type=layout.file_type)
        place = Place(file, number - 1, None, name)
        record[name] = _read(value, field=slot.field, place=place)
    return record


def decimal_text(value: int, *, decimals: int) -> str:
    """Return a scaled integer with its point.

    >>> decimal_text(-136_920, decimals=5), decimal_text(7, decimals=0)
    ('-1.36920', '7')
    """
    sign = "-" if value < 0 else ""
    digits = str(abs(value)).zfill(decimals + 1)
    cut = len(digits) - decimals
    return f"{sign}{digits[:cut]}.{digits[cut:]}" if decimals else f"{sign}{digits}"


def parse_decimal(text: str, *, decimals: int) -> int:
    """Return a number with at most so many decimals as a scaled integer; ValueError otherwise.

    >>> parse_decimal("-1.3692", decimals=5)
    -136920
    """
    match = _NUMBER.fullmatch(text)
    if match is None or len(match[3] or "") > decimals:
        raise ValueError("not a number of this field")
    magnitude = int(match[2] + (match[3] or "").ljust(decimals, "0"))
    return -magnitude if match[1] else magnitude


def _shown(value: Value, *, field: Field) -> str | None:
    return decimal_text(value, decimals=field.decimals) if isinstance(value, int) else value


def _read(value: object, *, field: Field, place: Place) -> Value:
    if field.kind is Kind.NUMBER and isinstance(value, str):
        try:
            return parse_decimal(value, decimals=field.decimals)
        except ValueError as error:
            raise ValueMalformed(**place.facts()) from error
    if isinstance(value, str) or (value is None and field.kind is Kind.NUMBER):
        return value
    raise ValueMalformed(**place.facts())


def _header(document: Mapping[str, object]) -> Header:
    texts = {name: _text(document[name]) for name in _TEXTS}
    count, ends = document["record_count"], document["ends_with_line"]
    if document["ofd"] != "data" or type(count) is not int or type(ends) is not bool:
        raise TypeError
    return Header(
        **texts,
        on=date.fromisoformat(_text(document["date"])),
        fields=_text_list(document["fields"]),
        record_count=count,
        ends_with_line=ends,
    )


def _index(document: Mapping[str, object]) -> Index:
    ends = document["ends_with_line"]
    if type(ends) is not bool:
        raise TypeError
    return Index(
        **{name: _text(document[name]) for name in _INDEX_TEXTS},
        on=date.fromisoformat(_text(document["date"])),
        files=_text_list(document["files"]),
        ends_with_line=ends,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text_list(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(item) for item in value)


def _loaded(line: str, *, file: str, number: int) -> dict[str, object]:
    """Return the object of a line."""
    try:
        document = json.loads(line, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise JsonMalformed(file=file, line=number) from error
    if not isinstance(document, dict) or not document:
        raise JsonMalformed(file=file, line=number)
    return document


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object in which every name stands once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _dumped(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
