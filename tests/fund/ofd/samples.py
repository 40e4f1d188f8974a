"""Random records of any type, made from a number, and the headers of files that hold them."""

import random
from collections.abc import Sequence
from datetime import date

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.headers import Header
from huoqi.fund.ofd.rules.layouts import Layout, all_fields, layout_of
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value, cut_text

TYPES = sorted(shipped().of("21").types)
ON = date(2015, 5, 11)
#: One, two and four bytes a character.
_LETTERS = "aZ09 -/中文宝基金额€é鿿\U00020000\U0001f600"


def header_of(
    file_type: str, *, fields: Sequence[str] | None = None, version: str = "21"
) -> Header:
    """Return a header of a type, with all its fields unless some are named."""
    names = all_fields(file_type, version=version, dictionaries=shipped())
    return Header(
        version=version,
        creator="996",
        receiver="H0",
        on=ON,
        file_type=file_type,
        fields=tuple(names if fields is None else fields),
        sender="996",
        recipient="H0",
    )


def layout_for(header: Header) -> Layout:
    """Return the layout of a header by the dictionaries that ship."""
    return layout_of(header, dictionaries=shipped())


def some_fields(file_type: str, *, chance: random.Random) -> tuple[str, ...]:
    """Return some of a type's fields in any order and any case; a signed one has its flag."""
    known = list(shipped().of("21").types[file_type].fields)
    chosen = chance.sample(known, chance.randint(1, len(known)))
    names = [field.name for field in chosen]
    flags = [f.sign_flag for f in chosen if f.sign_flag and f.sign_flag not in names]
    return tuple(chance.choice((n, n.lower(), n.upper())) for n in names + flags)


def random_records(layout: Layout, *, count: int, chance: random.Random) -> list[Record]:
    """Return records in which every field says something or nothing."""
    return [_record(layout, chance=chance) for _ in range(count)]


def _record(layout: Layout, *, chance: random.Random) -> Record:
    record: Record = {slot.field.name: _value(slot.field, chance=chance) for slot in layout.slots}
    for flag, number in layout.signed_by.items():
        value = record[number]
        free = ["", "0", "1"]
        record[flag] = (
            ("1" if value < 0 else "0") if isinstance(value, int) and value else chance.choice(free)
        )
    return {slot.field.name: record[slot.field.name] for slot in layout.slots}


def _value(field: Field, *, chance: random.Random) -> Value:
    if field.kind is Kind.NUMBER:
        most = 10**field.width - 1
        number = chance.choice((None, 0, most, chance.randint(0, most), chance.randint(0, 99)))
        return -number if number and field.sign_flag and chance.random() < 0.5 else number
    if field.kind is Kind.DIGITS:
        letters = chance.choice(("0123456789", "A0 ~!", ""))
    else:
        letters = chance.choice((_LETTERS, "中", "0123456789", ""))
    text = "".join(chance.choice(letters) for _ in range(field.width)) if letters else ""
    return cut_text(text[: chance.randint(0, field.width)], width=field.width).rstrip(" ")
