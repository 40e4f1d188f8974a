import random

import numpy as np
import pytest

from huoqi.fund.ofd.rules.blocks import GUARD, Block
from huoqi.fund.ofd.rules.columns import (
    Columns,
    Letters,
    NumberColumn,
    TextColumn,
    empty_columns,
    fill_columns,
    to_records,
)
from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.layouts import Layout, Slot
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.records import Record, decode_record, encode_record
from huoqi.fund.ofd.rules.values import (
    NumberMalformed,
    SignMalformed,
    SignMissing,
    TextMalformed,
)
from tests.fund.ofd.samples import TYPES, header_of, layout_for, random_records, some_fields

HERE = Place("a.TXT", 1, 0)
SMALL = layout_for(
    header_of(
        "07", fields=["NAV", "FundName", "FundCode", "UpdateDate", "FundIncome", "FundIncomeFlag"]
    )
)
LINE = (
    b"0010000" + "活期宝".encode("gb18030").ljust(40) + b"990001" + b"20150511" + b"00136920" + b"0"
)


def block_of(lines: list[bytes], *, layout: Layout) -> Block:
    body = b"".join(line + b"\r\n" for line in lines)
    return Block(np.frombuffer(bytes(GUARD) + body, np.uint8), len(lines), layout, HERE)


def read(lines: list[bytes], *, layout: Layout = SMALL) -> Columns:
    columns = empty_columns(layout.slots, count=len(lines))
    fill_columns(
        columns,
        block=block_of(lines, layout=layout),
        slots=layout.slots,
        start=0,
        letters=Letters(),
    )
    return columns


def test_numbers_become_integers_and_texts_stay_bytes() -> None:
    columns = read([LINE, LINE])

    income, name = columns["FundIncome"], columns["FundName"]
    assert isinstance(income, NumberColumn)
    assert isinstance(name, TextColumn)
    assert income.values.tolist() == [136_920, 136_920]
    assert income.is_absent is None
    assert name.texts() == ["活期宝", "活期宝"]
    assert name.raw[0] == LINE[7:47]


@pytest.mark.parametrize("file_type", TYPES)
def test_columns_say_the_same_as_rows_whatever_the_header_lists(file_type: str) -> None:
    for seed in range(4):
        chance = random.Random(f"{file_type} {seed}")
        layout = layout_for(header_of(file_type, fields=some_fields(file_type, chance=chance)))
        records = random_records(layout, count=17, chance=chance)
        lines = [encode_record(record, layout=layout, place=HERE) for record in records]

        assert to_records(read(lines, layout=layout), layout=layout) == records


def test_a_blank_number_is_marked_and_a_part_keeps_its_marks() -> None:
    blank = b" " * 7 + LINE[7:]
    column = read([LINE, blank, LINE])["NAV"]

    assert isinstance(column, NumberColumn)
    assert column.is_absent is not None
    assert column.is_absent.tolist() == [False, True, False]
    assert column.values.tolist() == [10_000, 0, 10_000]
    part = column.part(1, 3)
    assert part.is_absent is not None
    assert part.is_absent.tolist() == [True, False]
    whole = read([LINE])["NAV"]
    assert isinstance(whole, NumberColumn)
    assert whole.part(0, 1).is_absent is None


def test_marks_of_several_blocks_come_together() -> None:
    blank = b" " * 7 + LINE[7:]
    columns = empty_columns(SMALL.slots, count=4)
    for start, lines in ((0, [LINE]), (1, [blank]), (2, [LINE, blank])):
        fill_columns(
            columns,
            block=block_of(lines, layout=SMALL),
            slots=SMALL.slots,
            start=start,
            letters=Letters(),
        )

    assert [record["NAV"] for record in to_records(columns, layout=SMALL)] == [
        10_000, None, 10_000, None,
    ]  # fmt: skip


def test_some_fields_are_read_alone() -> None:
    slots = SMALL.chosen(["FundIncome"])
    columns = empty_columns(slots, count=1)
    fill_columns(
        columns, block=block_of([LINE], layout=SMALL), slots=slots, start=0, letters=Letters()
    )

    assert to_records(columns, layout=SMALL) == [{"FundIncome": 136_920}]


def test_no_records_are_no_rows() -> None:
    assert to_records(read([]), layout=SMALL) == []


def changed(at: int, cell: bytes) -> bytes:
    return LINE[:at] + cell + LINE[at + len(cell) :]


WRONG: list[tuple[bytes, type[Exception]]] = [
    (changed(3, b"x"), NumberMalformed),
    (changed(0, b"    "), NumberMalformed),
    (changed(6, b"\xb0"), NumberMalformed),
    (changed(63, b"-"), SignMissing),
    (changed(69, b" "), SignMissing),
    (changed(69, b"2"), SignMalformed),
    (changed(46, b"\xd6"), TextMalformed),
    (changed(8, b"\x00"), TextMalformed),
    (changed(20, b"\x7f"), TextMalformed),
    (changed(53, b"\xd6\xd0"), TextMalformed),
    (changed(53, b"\x7f"), TextMalformed),
]


@pytest.mark.parametrize(("line", "kind"), WRONG)
def test_columns_refuse_what_rows_refuse_in_the_same_words(
    line: bytes, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as by_row:
        decode_record(line, layout=SMALL, place=Place("a.TXT", 3, 2 * SMALL.stride))
    with pytest.raises(kind) as by_column:
        read([LINE, LINE, line, changed(3, b"y")])

    assert by_column.value == by_row.value


def test_a_right_text_beside_a_wrong_one_is_not_blamed() -> None:
    right = changed(7, "中文".encode("gb18030"))

    with pytest.raises(TextMalformed) as told:
        read([right, changed(46, b"\xd6")])
    assert told.value.params["record"] == 2


@pytest.mark.parametrize("width", range(1, 19))
def test_numbers_of_every_width_are_exact_at_both_ends(width: int) -> None:
    layout = Layout("X1", (Slot(Field("Vol", Kind.NUMBER, width), 0),))
    numbers = [0, 1, 9, 10 ** (width - 1), 10**width - 1, 10**width // 7]
    records: list[Record] = [{"Vol": number} for number in numbers]
    lines = [encode_record(record, layout=layout, place=HERE) for record in records]

    assert to_records(read(lines, layout=layout), layout=layout) == records


@pytest.mark.parametrize(
    ("texts", "are_utf8"),
    [
        ([], False),
        (["张三".encode()], True),
        (["张三".encode(), "a 李四".encode()], True),
        (["张三".encode(), "李四".encode("gb18030")], False),
        (["石毛".encode("gb18030")], False),
    ],
)
def test_texts_that_all_read_as_chinese_in_utf8_are_noticed(
    texts: list[bytes], are_utf8: bool
) -> None:
    letters = Letters()
    for text in texts:
        letters = letters | Letters()
        letters.see(text)

    assert letters.are_utf8 is are_utf8
