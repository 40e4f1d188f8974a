import random

import pytest

from huoqi.fund.ofd.rules.layouts import FieldUnknown
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.records import Record, decode_record, encode_record, fitted
from huoqi.fund.ofd.rules.values import (
    NumberMalformed,
    SignMalformed,
    SignMissing,
    TextMalformed,
    Value,
    ValueMalformed,
)
from tests.fund.ofd.samples import TYPES, header_of, layout_for, random_records

HERE = Place("a.TXT", 2, 1_000)
SMALL = layout_for(header_of("07", fields=["FundName", "NAV", "FundIncome", "FundIncomeFlag"]))
LINE = "活期宝".encode("gb18030").ljust(40) + b"0010000" + b"00136920" + b"1"


def written(**record: Value) -> bytes:
    return encode_record(record, layout=SMALL, place=HERE)


def test_a_record_names_its_fields_and_a_number_has_its_sign() -> None:
    record = decode_record(LINE, layout=SMALL, place=HERE)

    assert record == {
        "FundName": "活期宝", "NAV": 10_000, "FundIncome": -136_920, "FundIncomeFlag": "1",
    }  # fmt: skip
    assert encode_record(record, layout=SMALL, place=HERE) == LINE


@pytest.mark.parametrize("file_type", TYPES)
def test_random_records_of_every_type_come_back_byte_for_byte(file_type: str) -> None:
    chance = random.Random(file_type)
    layout = layout_for(header_of(file_type))

    for record in random_records(layout, count=5, chance=chance):
        data = encode_record(record, layout=layout, place=HERE)
        assert len(data) == layout.width
        assert decode_record(data, layout=layout, place=HERE) == record
        assert encode_record(record, layout=layout, place=HERE) == data


def test_what_is_not_said_is_blank_or_nought() -> None:
    assert written() == b" " * 40 + b"0000000" + b"00000000" + b"0"


def test_a_blank_number_is_not_the_same_as_nought() -> None:
    assert written(NAV=None, FundIncome=None) == b" " * 56
    assert decode_record(b" " * 56, layout=SMALL, place=HERE)["NAV"] is None


@pytest.mark.parametrize(("income", "flag"), [(7, b"0"), (-7, b"1"), (0, b"0")])
def test_the_flag_is_written_from_the_sign(income: int, flag: bytes) -> None:
    assert written(FundIncome=income)[-1:] == flag


def test_minus_nought_comes_back() -> None:
    for flag in ("", "0", "1"):
        data = written(FundIncome=0, FundIncomeFlag=flag)
        assert decode_record(data, layout=SMALL, place=HERE)["FundIncomeFlag"] == flag


@pytest.mark.parametrize(
    ("income", "flag"), [(7, "1"), (-7, "0"), (-7, ""), (0, "2"), (None, "x"), (0, 1)]
)
def test_a_flag_that_does_not_fit_its_number_is_not_written(
    income: int | None, flag: Value
) -> None:
    with pytest.raises(SignMalformed):
        written(FundIncome=income, FundIncomeFlag=flag)


def test_a_number_below_zero_without_a_flag_is_not_written() -> None:
    with pytest.raises(SignMissing) as told:
        written(NAV=-1)
    assert told.value.params == {"file": "a.TXT", "record": 2, "field": "NAV"}


@pytest.mark.parametrize(
    "wrong", [{"NAV": "1"}, {"NAV": True}, {"FundName": 1}, {"FundIncome": ""}]
)
def test_a_value_of_another_kind_is_not_written(wrong: Record) -> None:
    with pytest.raises(ValueMalformed):
        encode_record(wrong, layout=SMALL, place=HERE)


def test_a_field_that_the_file_does_not_have_is_not_written() -> None:
    with pytest.raises(FieldUnknown):
        written(FundCode="990001")


@pytest.mark.parametrize(
    ("at", "byte", "kind", "field", "offset"),
    [
        (39, b"\xd6", TextMalformed, "FundName", 1_000),
        (41, b"x", NumberMalformed, "NAV", 1_040),
        (47, b"-", SignMissing, "FundIncome", 1_047),
        (55, b"7", SignMalformed, "FundIncome", 1_047),
    ],
)
def test_a_refusal_names_file_record_byte_and_field(
    at: int, byte: bytes, kind: type[Exception], field: str, offset: int
) -> None:
    with pytest.raises(kind) as told:
        decode_record(LINE[:at] + byte + LINE[at + 1 :], layout=SMALL, place=HERE)

    params = told.value.params  # type: ignore[attr-defined]
    assert params == {"file": "a.TXT", "record": 2, "offset": offset, "field": field}


def test_texts_are_cut_at_a_whole_character_and_nothing_else_is() -> None:
    cut = fitted({"FundName": "宝" * 30, "NAV": 7, "Other": "x"}, layout=SMALL)

    assert cut == {"FundName": "宝" * 20, "NAV": 7, "Other": "x"}
    assert fitted({"FundName": "a" * 39 + "宝"}, layout=SMALL) == {"FundName": "a" * 39}
    assert fitted({"FundName": "a" * 39 + " b"}, layout=SMALL) == {"FundName": "a" * 39}
