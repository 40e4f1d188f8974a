from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.managers.files.rules.advances import (
    HEADINGS,
    AdvanceFile,
    AdvanceFileWrong,
    AdvanceKind,
    parse_advances,
)

NAME = "thfund_loaning_20150511_007.txt"
HEAD = "|".join(HEADINGS)
ROWS = (
    "0001|P77|A1|20881001|990001|00000000000000107|12.34|20150511 09:30:05|P|买早餐",
    "0002|||20881002|990001|00000000000000108|1000.00|20150511 23:59:59|R|",
)


def told(
    *rows: str, totals: str = "总笔数:2|总金额:1012.34", name: str = NAME, end: str = "\r\n"
) -> AdvanceFile:
    text = end.join([totals, HEAD, *(rows or ROWS), ""])
    return parse_advances(text.encode("gb18030"), file=name)


def refused(*rows: str, totals: str = "总笔数:2|总金额:1012.34") -> dict[str, object]:
    with pytest.raises(AdvanceFileWrong) as error:
        told(*rows, totals=totals)
    return dict(error.value.params)


def changed(place: int, text: str) -> str:
    cells = ROWS[1].split("|")
    cells[place] = text
    return "|".join(cells)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_line_is_an_advance(end: str) -> None:
    file = told(end=end)

    assert (file.on, file.number, file.total_fen) == (date(2015, 5, 11), 7, 101_234)
    first, second = file.rows
    assert (first.agreement_no, first.amount_fen, first.note) == ("20881001", 1_234, "买早餐")
    assert first.at == datetime(2015, 5, 11, 1, 30, 5, tzinfo=UTC)
    assert (first.kind, second.kind) == (AdvanceKind.CONSUMPTION, AdvanceKind.REDEMPTION)
    assert (second.payment_serial, second.note) == ("", "")


def test_a_day_without_advances_has_a_file_without_lines() -> None:
    data = f"总笔数:0|总金额:0.00\n{HEAD}".encode("gb18030")

    assert parse_advances(data, file=NAME).rows == ()


@given(st.lists(st.integers(0, 10**12), max_size=20))
def test_the_sum_is_exact(amounts: Sequence[int]) -> None:
    rows = [
        f"{n}|||1|990001|1|{fen // 100}.{fen % 100:02}|20150511 00:00:00|P|"
        for n, fen in enumerate(amounts)
    ]
    total = sum(amounts)
    totals = f"总笔数:{len(rows)}|总金额:{total // 100}.{total % 100:02}"
    data = "\n".join([totals, HEAD, *rows]).encode("gb18030")

    file = parse_advances(data, file=NAME)

    assert (file.total_fen, [row.amount_fen for row in file.rows]) == (total, amounts)


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        (0, " ", "blank"),
        (3, "", "blank"),
        (4, "99001", "form"),
        (5, "", "blank"),
        (6, "1000", "form"),
        (6, "-1000.00", "form"),
        (6, "1,000.00", "form"),
        (6, "1000.000", "form"),
        (7, "20150511", "form"),
        (7, "20150532 00:00:00", "form"),
        (7, "20150511 24:00:00", "form"),
        (8, "X", "unknown"),
        (0, "0001", "twice"),
    ],
)
def test_a_wrong_cell_is_told_with_line_and_field(place: int, text: str, reason: str) -> None:
    assert refused(ROWS[0], changed(place, text)) == {
        "file": NAME,
        "line": 4,
        "field": HEADINGS[place],
        "reason": reason,
    }


@pytest.mark.parametrize(
    ("totals", "field", "reason"),
    [
        ("总笔数:3|总金额:1012.34", "总笔数", "count differs"),
        ("总笔数:2|总金额:1012.35", "总金额", "sum differs"),
        ("总笔数:2|总金额:1012", None, "totals"),
        ("总笔数:2", None, "totals"),
    ],
)
def test_totals_must_add_up(totals: str, field: str | None, reason: str) -> None:
    found = refused(totals=totals)

    assert (found["line"], found.get("field"), found["reason"]) == (1, field, reason)


def test_a_line_has_ten_fields() -> None:
    assert refused(ROWS[0], ROWS[1] + "|more")["reason"] == "fields"


def test_headings_are_those_that_were_agreed() -> None:
    with pytest.raises(AdvanceFileWrong) as error:
        parse_advances("总笔数:0|总金额:0.00\n流水号|金额".encode("gb18030"), file=NAME)
    assert error.value.params["line"] == 2


@pytest.mark.parametrize("data", [b"", "总笔数:0|总金额:0.00\n".encode("gb18030")])
def test_a_file_that_ends_too_early_says_where(data: bytes) -> None:
    with pytest.raises(AdvanceFileWrong) as error:
        parse_advances(data, file=NAME)
    assert error.value.params["reason"] == "missing"


def test_what_is_not_gb18030_is_told_with_its_line() -> None:
    with pytest.raises(AdvanceFileWrong) as error:
        parse_advances(b"\n\xff\xff", file=NAME)
    assert (error.value.params["line"], error.value.params["reason"]) == (2, "not GB18030")


@pytest.mark.parametrize(
    "name", ["thfund_loaning_20150511.txt", "thfund_loaning_20150532_001.txt", "a.txt"]
)
def test_the_name_says_day_and_number(name: str) -> None:
    with pytest.raises(AdvanceFileWrong) as error:
        told(name=name)
    assert error.value.params["reason"] == "name"


def test_no_account_stands_in_a_log() -> None:
    assert repr(told().rows[0]) == "AdvanceRow(0001)"
