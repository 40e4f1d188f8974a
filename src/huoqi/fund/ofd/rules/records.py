"""A record as a mapping of field names to values: the row form.

A number is an integer without its point and with its sign; its flag stays beside it as it stood, so
that the same bytes come back, "minus nothing" included.
"""

from collections.abc import Mapping

from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.layouts import FieldUnknown, Layout
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.values import (
    SignMalformed,
    SignMissing,
    Value,
    ValueMalformed,
    cut_text,
    decode_number,
    decode_text,
    encode_number,
    encode_text,
    signed,
)

Record = dict[str, Value]


def decode_record(data: bytes, *, layout: Layout, place: Place) -> Record:
    """Return the record that a line's bytes hold, its line end left out.

    Errors: NumberMalformed, TextMalformed, SignMalformed, each with the field's place.
    """
    assert len(data) == layout.width
    record: Record = {}
    for slot in layout.slots:
        field = slot.field
        cell = data[slot.at : slot.until]
        here = place.at_field(field.name, offset=slot.at)
        if field.kind is not Kind.NUMBER:
            record[field.name] = decode_text(cell, kind=field.kind, place=here)
            continue
        number = decode_number(cell, place=here)
        if slot.flag_at is not None:
            number = signed(number, flag=data[slot.flag_at : slot.flag_at + 1], place=here)
        record[field.name] = number
    return record


def encode_record(record: Mapping[str, Value], *, layout: Layout, place: Place) -> bytes:
    """Return a record's bytes without a line end.

    A field that the record does not name is blank, a number zero; a flag that it does not name is
    written from its number's sign.

    Errors: FieldUnknown, ValueMalformed, ValueTooWide, TextMalformed, SignMalformed, SignMissing.
    """
    for name in record:
        if name not in layout.by_name:
            here = Place(place.file, place.record, None, name)
            raise FieldUnknown(**here.facts(), file_type=layout.file_type)
    return b"".join(
        _encoded(record, field=slot.field, layout=layout, place=place) for slot in layout.slots
    )


def fitted(record: Mapping[str, Value], *, layout: Layout) -> Record:
    """Return a record whose texts are cut to their fields' widths at a whole character.

    Digits and numbers are left alone: cut, they would mean something else.
    """
    cut = dict(record)
    for name, value in record.items():
        slot = layout.by_name.get(name)
        if slot is not None and slot.field.kind is Kind.TEXT and isinstance(value, str):
            cut[name] = cut_text(value, width=slot.field.width).rstrip(" ")
    return cut


def _encoded(record: Mapping[str, Value], *, field: Field, layout: Layout, place: Place) -> bytes:
    here = Place(place.file, place.record, None, field.name)
    if field.kind is not Kind.NUMBER:
        value = record.get(field.name)
        if field.name in layout.signed_by:
            value = _flag(record, flag=field.name, number=layout.signed_by[field.name], place=here)
        return encode_text(
            "" if field.name not in record and value is None else value, field=field, place=here
        )
    number = _number(record.get(field.name, 0), place=here)
    if number is not None and number < 0 and field.sign_flag is None:
        raise SignMissing(**here.facts())
    return encode_number(number, field=field, place=here)


def _number(value: Value, *, place: Place) -> int | None:
    """Return a value that must be an integer or nothing; a bool is neither."""
    if value is None or type(value) is int:
        return value
    raise ValueMalformed(**place.facts())


def _flag(record: Mapping[str, Value], *, flag: str, number: str, place: Place) -> Value:
    """Return a sign flag: the one given if it fits the number, else the one the number needs."""
    value = _number(record.get(number, 0), place=place)
    needed = "1" if value is not None and value < 0 else "0"
    if flag not in record:
        return "" if value is None else needed
    given = record[flag]
    is_free = not value and given in {"", "0", "1"}
    if not is_free and given != needed:
        raise SignMalformed(**place.facts())
    return given
