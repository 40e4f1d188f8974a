import json
import random
from dataclasses import replace

import pytest

from huoqi.fund.ofd.rules.headers import Index
from huoqi.fund.ofd.rules.json_lines import (
    JsonMalformed,
    decimal_text,
    header_line,
    index_line,
    parse_decimal,
    parse_head,
    parse_record,
    record_line,
)
from huoqi.fund.ofd.rules.layouts import FieldUnknown
from huoqi.fund.ofd.rules.values import ValueMalformed
from tests.fund.ofd.samples import ON, TYPES, header_of, layout_for, random_records

HEADER = replace(header_of("05"), record_count=2, ends_with_line=False)
INDEX = Index("21", "996", "H0", ON, ("OFD_996_H0_20150511_05.TXT",))
SMALL = layout_for(header_of("07", fields=["NAV", "FundName"]))


def test_a_header_and_an_index_come_back_from_their_line() -> None:
    assert parse_head(header_line(HEADER), file="a.jsonl") == HEADER
    assert parse_head(index_line(INDEX), file="a.jsonl") == INDEX


@pytest.mark.parametrize("file_type", TYPES)
def test_records_of_every_type_come_back_from_their_line(file_type: str) -> None:
    layout = layout_for(header_of(file_type))

    for record in random_records(layout, count=3, chance=random.Random(file_type)):
        line = record_line(record, layout=layout)
        assert parse_record(line, layout=layout, file="a.jsonl", number=2) == record


def test_numbers_are_text_with_their_point_and_nothing_is_null() -> None:
    assert record_line({"NAV": 10_000, "FundName": "活期宝"}, layout=SMALL) == (
        '{"NAV":"1.0000","FundName":"活期宝"}'
    )
    assert record_line({"NAV": None}, layout=SMALL) == '{"NAV":null}'


@pytest.mark.parametrize(
    ("text", "number"), [("1", 10_000), ("1.5", 15_000), ("-0.0001", -1), ("-0.0000", 0)]
)
def test_a_number_may_have_fewer_decimals(text: str, number: int) -> None:
    assert parse_decimal(text, decimals=4) == number


@pytest.mark.parametrize("text", ["", "1.", ".5", "1.00001", "+1", "1e3", "１", "1,000.0", " 1"])
def test_other_numbers_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        parse_decimal(text, decimals=4)


def test_a_number_without_decimals_has_no_point() -> None:
    assert decimal_text(-12, decimals=0) == "-12"
    assert decimal_text(5, decimals=2) == "0.05"


@pytest.mark.parametrize("value", [1.5, 1, True, [], {}, "x"])
def test_a_number_that_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValueMalformed):
        parse_record(json.dumps({"NAV": value}), layout=SMALL, file="a.jsonl", number=9)


def test_a_text_that_is_none_is_refused_with_its_record() -> None:
    with pytest.raises(ValueMalformed) as told:
        parse_record('{"FundName":null}', layout=SMALL, file="a.jsonl", number=9)
    assert told.value.params == {"file": "a.jsonl", "record": 8, "field": "FundName"}


def test_an_unknown_name_is_refused_and_not_repeated() -> None:
    with pytest.raises(FieldUnknown) as told:
        parse_record('{"张三":"x"}', layout=SMALL, file="a.jsonl", number=9)
    assert told.value.params["field"] == ""


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "7", "[1]", "{}", '{"NAV":"1","NAV":"2"}', "[" * 100_000]
)
def test_a_line_that_is_no_object_is_refused(line: str) -> None:
    with pytest.raises(JsonMalformed) as told:
        parse_record(line, layout=SMALL, file="a.jsonl", number=9)
    assert told.value.params == {"file": "a.jsonl", "line": 9}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ofd", "other"),
        ("version", 21),
        ("record_count", "2"),
        ("record_count", True),
        ("ends_with_line", 1),
        ("date", "2015-05-32"),
        ("fields", "NAV"),
        ("fields", [1]),
    ],
)
def test_a_header_of_another_form_is_refused(name: str, value: object) -> None:
    document = json.loads(header_line(HEADER)) | {name: value}

    with pytest.raises(JsonMalformed):
        parse_head(json.dumps(document), file="a.jsonl")


@pytest.mark.parametrize(("name", "value"), [("ends_with_line", None), ("files", {}), ("date", 7)])
def test_an_index_of_another_form_is_refused(name: str, value: object) -> None:
    document = json.loads(index_line(INDEX)) | {name: value}

    with pytest.raises(JsonMalformed):
        parse_head(json.dumps(document), file="a.jsonl")


def test_a_header_without_an_item_is_refused() -> None:
    with pytest.raises(JsonMalformed):
        parse_head('{"ofd":"data"}', file="a.jsonl")
