import random

import numpy as np
import pytest

from huoqi.fund.ofd.rules.column_writing import encode_block
from huoqi.fund.ofd.rules.columns import Column, Columns, NumberColumn, TextColumn
from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.layouts import FieldUnknown, Layout, Slot
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.records import Record, encode_record
from huoqi.fund.ofd.rules.values import (
    SignMalformed,
    SignMissing,
    TextMalformed,
    ValueMalformed,
    ValueTooWide,
)
from tests.fund.ofd.samples import TYPES, header_of, layout_for, random_records, some_fields

FIRST = Place("a.TXT", 1)
SMALL = layout_for(header_of("07", fields=["NAV", "FundName", "FundIncome", "FundIncomeFlag"]))


def columns_of(records: list[Record], *, layout: Layout) -> Columns:
    columns: Columns = {}
    for slot in layout.slots:
        values = [record[slot.field.name] for record in records]
        if slot.field.kind is Kind.NUMBER:
            absent = np.array([value is None for value in values])
            numbers = np.array([value or 0 for value in values], dtype=np.int64)
            columns[slot.field.name] = NumberColumn(numbers, absent if absent.any() else None)
        else:
            texts = [str(value).encode("gb18030") for value in values]
            columns[slot.field.name] = TextColumn(np.array(texts, dtype=f"S{slot.field.width}"))
    return columns


def written(columns: Columns, *, layout: Layout = SMALL) -> list[bytes]:
    block = encode_block(columns, layout=layout, first=FIRST)
    return [line.tobytes() for line in block.lines]


def numbers(*values: int, absent: list[bool] | None = None) -> NumberColumn:
    return NumberColumn(
        np.array(values, dtype=np.int64), None if absent is None else np.array(absent)
    )


def texts(*values: bytes, width: int = 40) -> TextColumn:
    return TextColumn(np.array(values, dtype=f"S{width}"))


@pytest.mark.parametrize("file_type", TYPES)
def test_columns_write_the_bytes_that_rows_write(file_type: str) -> None:
    for seed in range(4):
        chance = random.Random(f"{file_type} {seed}")
        layout = layout_for(header_of(file_type, fields=some_fields(file_type, chance=chance)))
        records = random_records(layout, count=17, chance=chance)
        lines = [encode_record(r, layout=layout, place=FIRST) + b"\r\n" for r in records]

        assert written(columns_of(records, layout=layout), layout=layout) == lines


@pytest.mark.parametrize("width", range(1, 19))
def test_numbers_of_every_width_leave_their_neighbours_alone(width: int) -> None:
    fields = (
        Field("Before", Kind.TEXT, 3),
        Field("Vol", Kind.NUMBER, width),
        Field("After", Kind.TEXT, 2),
    )
    layout = Layout("X1", (Slot(fields[0], 0), Slot(fields[1], 3), Slot(fields[2], 3 + width)))
    values = [0, 1, 9, 10 ** (width - 1), 10**width - 1, 10**width // 7]
    columns: Columns = {
        "Before": texts(*[b"abc"] * 6, width=3),
        "Vol": numbers(*values),
        "After": texts(*[b"z"] * 6, width=2),
    }

    expected = [b"abc%0*dz \r\n" % (width, value) for value in values]
    assert written(columns, layout=layout) == expected


def test_what_has_no_column_is_blank_or_nought_and_flags_follow_the_sign() -> None:
    assert written({"FundIncome": numbers(7, -7, 0)}) == [
        b"0000000" + b" " * 40 + b"00000007" + b"0\r\n",
        b"0000000" + b" " * 40 + b"00000007" + b"1\r\n",
        b"0000000" + b" " * 40 + b"00000000" + b"0\r\n",
    ]


def test_what_is_absent_is_blank_and_so_is_its_flag() -> None:
    column = numbers(-7, 99, absent=[False, True])

    assert written({"FundIncome": column})[1] == b"0000000" + b" " * 49 + b"\r\n"


def test_a_flag_beside_nothing_is_free() -> None:
    columns: Columns = {
        "FundIncome": numbers(0, 0, 5, -5, absent=[False, True, False, False]),
        "FundIncomeFlag": texts(b"1", b"", b"0", b"1", width=1),
    }

    assert [line[-3:-2] for line in written(columns)] == [b"1", b" ", b"0", b"1"]


WRONG: list[tuple[dict[str, Column], type[Exception]]] = [
    ({"NAV": numbers(1, 10**7)}, ValueTooWide),
    ({"NAV": numbers(1, -(2**63))}, SignMissing),
    ({"NAV": numbers(1, -1)}, SignMissing),
    ({"FundIncome": numbers(1, -(10**8))}, ValueTooWide),
    ({"FundIncome": numbers(1, 5), "FundIncomeFlag": texts(b"0", b"1", width=1)}, SignMalformed),
    ({"FundIncome": numbers(1, -5), "FundIncomeFlag": texts(b"0", b"", width=1)}, SignMalformed),
    ({"FundIncome": numbers(1, 0), "FundIncomeFlag": texts(b"0", b"x", width=1)}, SignMalformed),
    ({"FundName": texts(b"a", b"\xd6")}, TextMalformed),
    ({"FundName": texts(b"a", b"a\nb")}, TextMalformed),
    (
        {"NAV": numbers(1, 10**7), "FundIncome": numbers(1, 1, absent=[False, True])},
        ValueTooWide,
    ),
]


@pytest.mark.parametrize(("columns", "kind"), WRONG)
def test_columns_refuse_what_rows_refuse_with_the_record(
    columns: dict[str, Column], kind: type[Exception]
) -> None:
    with pytest.raises(kind) as told:
        written(columns)

    params = told.value.params  # type: ignore[attr-defined]
    assert (params["file"], params["record"]) == ("a.TXT", 2)


def test_a_right_row_beside_a_wrong_one_is_not_blamed() -> None:
    names = texts("中文".encode("gb18030"), b"\xd6")

    with pytest.raises(TextMalformed) as told:
        written({"FundName": names})
    assert told.value.params["record"] == 2


def test_columns_of_another_kind_width_or_name_are_refused() -> None:
    with pytest.raises(ValueMalformed):
        written({"NAV": texts(b"1")})
    with pytest.raises(ValueMalformed):
        written({"FundName": numbers(1)})
    with pytest.raises(ValueTooWide):
        written({"FundName": texts(b"a", width=41)})
    with pytest.raises(FieldUnknown):
        written({"FundCode": texts(b"990001", width=6)})


def test_no_rows_are_no_records() -> None:
    assert written({"NAV": numbers()}) == []
