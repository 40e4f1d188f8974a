"""A handed-in table is read cell by cell, and a refusal says where."""

from datetime import date

import pytest

from huoqi.fund.rules.csv_table import (
    BadDate,
    BadNumber,
    CellCountDiffers,
    ColumnMissing,
    Line,
    TableMalformed,
    read_table,
)


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_are_tolerated() -> None:
    lines = read_table("\ufeffdate, income\r\n\r\n2015-05-11, 1.2 \r\n", columns=["date", "income"])

    assert [(line.row, line.text("income")) for line in lines] == [(3, "1.2")]


@pytest.mark.parametrize("text", ["", "day,income\n2015-05-11,1.2\n"])
def test_a_heading_without_a_needed_column_is_refused(text: str) -> None:
    with pytest.raises(ColumnMissing) as refused:
        read_table(text, columns=["date"])

    assert refused.value.params == {"row": 1, "column": "date"}


def test_an_open_quotation_mark_is_refused() -> None:
    with pytest.raises(TableMalformed):
        read_table('date\n"2015-05-11', columns=["date"])


def test_a_date_is_read() -> None:
    assert Line(2, {"date": " 2015-05-11"}).date("date") == date(2015, 5, 11)


@pytest.mark.parametrize("text", ["2015-02-29", "20150511", "11.05.2015", "", "2015-W20-1"])
def test_no_other_form_of_date_and_no_invented_day_is_read(text: str) -> None:
    with pytest.raises(BadDate) as refused:
        Line(7, {"date": text}).date("date")

    assert refused.value.params == {"row": 7, "column": "date"}


def test_a_number_is_read_to_its_scale() -> None:
    assert Line(2, {"income": "1.3692"}).number("income", decimals=5) == 136_920


@pytest.mark.parametrize("text", ["", "1,3692", "1.369241", "1e5", "NaN", "\u0661"])
def test_a_bad_number_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(BadNumber) as refused:
        Line(4, {"income": text}).number("income", decimals=5)

    assert refused.value.params == {"row": 4, "column": "income"}


@pytest.mark.parametrize(("line", "column"), [("2015-05-11", "income"), ("2015-05-11,1,3692", "3")])
def test_a_line_of_another_length_than_the_heading_is_refused(line: str, column: str) -> None:
    with pytest.raises(CellCountDiffers) as refused:
        read_table(f"date,income\n{line}\n", columns=["date"])

    assert refused.value.params == {"row": 2, "column": column}
