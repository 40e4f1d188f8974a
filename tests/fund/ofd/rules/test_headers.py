from dataclasses import replace
from datetime import date

import pytest

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.dictionary import VersionUnknown
from huoqi.fund.ofd.rules.headers import (
    HEADER_BYTES_MAX,
    Header,
    HeaderMalformed,
    Index,
    NotOfd,
    Truncated,
    digits_of_date,
    parse_date,
    parse_header,
    parse_index,
    render_end,
    render_header,
    render_index,
)
from huoqi.fund.ofd.rules.places import OfdRefused

# The first lines of a file as a transfer agent sends it.
LINES = [
    "OFDCFDAT", "20  ", "996      ", "H0       ", "20170427", "001", "03", "996     ", "H0      ",
    "002", "AppSheetSerialNo", "FundCode", "00000000",
]  # fmt: skip
INDEX_LINES = ["OFDCFIDX", "21  ", "996      ", "H0       ", "20170427", "001", "OFD_A.TXT", ""]


def joined(lines: list[str]) -> bytes:
    return "".join(line + "\r\n" for line in lines).encode("ascii")


def read(data: bytes) -> tuple[Header, int]:
    return parse_header(data, file="a.TXT", dictionaries=shipped())


def refused(data: bytes) -> OfdRefused:
    with pytest.raises(OfdRefused) as told:
        read(data)
    return told.value


def changed(item: int, line: str) -> bytes:
    return joined([*LINES[:item], line, *LINES[item + 1 :]])


def test_a_header_is_read_line_by_line() -> None:
    header, begins_at = read(joined(LINES) + b"OFDCFEND")

    assert header == Header(
        version="20",
        creator="996",
        receiver="H0",
        on=date(2017, 4, 27),
        file_type="03",
        fields=("AppSheetSerialNo", "FundCode"),
        summary_no="001",
        sender="996",
        recipient="H0",
        record_count=0,
    )
    assert begins_at == len(joined(LINES))


def test_the_same_bytes_come_back() -> None:
    header, _ = read(joined(LINES))

    assert render_header(header, dictionaries=shipped()) == joined(LINES)


def test_a_field_line_keeps_its_spelling_and_its_blanks() -> None:
    header, _ = read(changed(11, "FUNDCODE   "))

    assert header.fields[1] == "FUNDCODE   "
    assert render_header(header, dictionaries=shipped()) == changed(11, "FUNDCODE   ")


@pytest.mark.parametrize(
    ("item", "line", "told"),
    [
        (1, "20", "version"),
        (2, "996", "creator"),
        (3, "H0        ", "receiver"),
        (4, "20170431", "date"),
        (4, "2017-4-1", "date"),
        (5, "1", "summary_no"),
        (6, "003", "file_type"),
        (7, "996", "sender"),
        (8, "H\x010     ", "recipient"),
        (9, " 74", "field_count"),
        (9, "x", "field_count"),
        (10, "Name\x7f", "field"),
        (12, "0", "record_count"),
        (12, "1e000000", "record_count"),
    ],
)
def test_a_line_of_another_width_or_form_is_named_with_its_byte(
    item: int, line: str, told: str
) -> None:
    refusal = refused(changed(item, line))

    assert isinstance(refusal, HeaderMalformed)
    assert refusal.params == {"file": "a.TXT", "offset": len(joined(LINES[:item])), "item": told}


def test_text_beyond_ascii_is_no_header() -> None:
    assert isinstance(refused(joined(LINES).replace(b"996  ", "中文 ".encode())), HeaderMalformed)


def test_a_version_without_a_dictionary_is_refused() -> None:
    assert isinstance(refused(changed(1, "22  ")), VersionUnknown)


@pytest.mark.parametrize("cut", [0, 3, 8, 20, len(joined(LINES)) - 1])
def test_a_header_that_ends_too_early_is_truncated(cut: int) -> None:
    refusal = refused(joined(LINES)[:cut])

    assert isinstance(refusal, Truncated)
    assert refusal.params["offset"] == cut


def test_a_line_without_an_end_is_not_searched_for_ever() -> None:
    endless = joined(LINES[:10]) + b"x" * HEADER_BYTES_MAX

    assert isinstance(refused(endless), HeaderMalformed)


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"\xef\xbb\xbfOFDCFDAT", joined(INDEX_LINES)])
def test_what_begins_otherwise_is_no_data_file(data: bytes) -> None:
    assert isinstance(refused(data), NotOfd)


def test_the_mark_ends_its_line() -> None:
    assert isinstance(refused(b"OFDCFDATA\r\n"), HeaderMalformed)


@pytest.mark.parametrize(
    ("wrong", "item"),
    [
        ({"creator": "0123456789"}, "creator"),
        ({"sender": "中"}, "sender"),
        ({"fields": ("A\r\nB",)}, "field"),
        ({"record_count": 100_000_000}, "record_count"),
        ({"record_count": -1}, "record_count"),
    ],
)
def test_a_header_that_does_not_fit_is_not_written(wrong: dict[str, object], item: str) -> None:
    header, _ = read(joined(LINES))

    with pytest.raises(HeaderMalformed) as told:
        render_header(replace(header, **wrong), dictionaries=shipped())  # type: ignore[arg-type]
    assert told.value.params["item"] == item


def test_dates_have_eight_digits_before_the_year_1000_too() -> None:
    assert digits_of_date(date(15, 5, 1)) == "00150501"
    assert parse_date("00150501") == date(15, 5, 1)
    with pytest.raises(ValueError, match="digits"):
        parse_date("２０１５０５１１")


def test_an_index_names_the_files_of_a_day() -> None:
    data = joined(INDEX_LINES[:-1]) + b"OFDCFEND"
    index = parse_index(data, file="i.TXT", dictionaries=shipped())

    assert index == Index(
        "21", "996", "H0", date(2017, 4, 27), ("OFD_A.TXT",), ends_with_line=False
    )
    assert render_index(index, dictionaries=shipped()) == data
    longer = replace(index, files=("A", "B"), ends_with_line=True)
    again = parse_index(
        render_index(longer, dictionaries=shipped()), file="i.TXT", dictionaries=shipped()
    )
    assert again == longer


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (b"", Truncated),
        (b"OFDC", Truncated),
        (b"OFDCFEND\r", Truncated),
        (b"OFDCFEND\r\n\r\n", HeaderMalformed),
        (b"OFD_B.TXT\r\nOFDCFEND\r\n", HeaderMalformed),
    ],
)
def test_an_index_has_as_many_names_as_it_says_and_then_ends(
    end: bytes, kind: type[OfdRefused]
) -> None:
    with pytest.raises(kind):
        parse_index(joined(INDEX_LINES[:-1]) + end, file="i.TXT", dictionaries=shipped())


def test_a_data_file_is_no_index() -> None:
    with pytest.raises(NotOfd):
        parse_index(joined(LINES), file="a.TXT", dictionaries=shipped())


def test_an_index_of_a_thousand_files_cannot_be_counted_in_three_digits() -> None:
    index = Index("21", "996", "H0", date(2017, 4, 27), ("A",) * 1000)

    with pytest.raises(HeaderMalformed, match="file_count"):
        render_index(index, dictionaries=shipped())


def test_the_last_line_may_lack_its_end() -> None:
    assert render_end(ends_with_line=False) == b"OFDCFEND"
    assert render_end(ends_with_line=True) == b"OFDCFEND\r\n"
