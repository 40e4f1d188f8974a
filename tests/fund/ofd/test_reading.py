import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.ofd import reading
from huoqi.fund.ofd.dictionaries import read_dictionary, shipped
from huoqi.fund.ofd.reading import (
    DataFile,
    read_column_blocks,
    read_columns,
    read_header,
    read_index,
    read_rows,
)
from huoqi.fund.ofd.rules.columns import NumberColumn, to_records
from huoqi.fund.ofd.rules.control import WrongEncoding
from huoqi.fund.ofd.rules.dictionary import HEADING, DictionaryMalformed, VersionUnknown
from huoqi.fund.ofd.rules.extents import RecordCountDiffers, RecordWidthDiffers, TrailingBytes
from huoqi.fund.ofd.rules.headers import Index, NotOfd, Truncated, render_index
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import NumberMalformed, TextMalformed
from huoqi.fund.ofd.sources import BytesSource, digest_of, opened, read_bytes
from huoqi.fund.ofd.writing import render_file
from tests.fund.ofd.samples import ON, TYPES, header_of, layout_for, random_records, some_fields

SMALL = header_of("07", fields=["FundCode", "NAV"])
RECORDS: list[Record] = [{"FundCode": f"99{n:04}", "NAV": 10_000} for n in range(5)]
WHOLE = render_file(SMALL, RECORDS)


def file_of(data: bytes) -> DataFile:
    return read_header(BytesSource("a.TXT", data))


@given(st.sampled_from(TYPES), st.integers(0, 2**32), st.booleans())
def test_any_records_come_back_byte_for_byte_by_rows_and_by_columns(
    file_type: str,
    seed: int,
    ends_with_line: bool,
) -> None:
    chance = random.Random(seed)
    header = replace(
        header_of(file_type, fields=some_fields(file_type, chance=chance)),
        version=chance.choice(("20", "21")),
        ends_with_line=ends_with_line,
    )
    records = random_records(layout_for(header), count=chance.randint(0, 4), chance=chance)
    data = render_file(header, records)
    file = file_of(data)

    rows = list(read_rows(file))
    assert rows == records
    assert render_file(file.header, rows) == data
    if records:
        assert to_records(read_columns(file, threads=2), layout=file.layout) == records


def test_blocks_threads_and_rows_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    header = header_of("05")
    records = random_records(layout_for(header), count=50, chance=chance)
    file = file_of(render_file(header, records))
    monkeypatch.setattr(reading, "_ROW_BLOCK_BYTES", 7 * file.layout.stride)
    monkeypatch.setattr(reading, "BLOCK_BYTES", 3 * file.layout.stride)

    blocks = read_column_blocks(file, bytes_each=11 * file.layout.stride)
    assert [r for block in blocks for r in to_records(block, layout=file.layout)] == records
    assert list(read_rows(file)) == records
    for threads in (1, 3, 64):
        assert to_records(read_columns(file, threads=threads), layout=file.layout) == records


def test_marks_of_absent_numbers_survive_the_threads() -> None:
    records: list[Record] = [{"NAV": None if n == 3 else n} for n in range(5)]
    file = file_of(render_file(SMALL, records))

    column = read_columns(file, ["NAV"], threads=2)["NAV"]
    assert isinstance(column, NumberColumn)
    assert column.is_absent is not None
    assert np.flatnonzero(column.is_absent).tolist() == [3]


def refused(data: bytes) -> OfdRefused:
    with pytest.raises(OfdRefused) as told:
        list(read_rows(file_of(data)))
    return told.value


BEGIN = len(WHOLE) - len(b"OFDCFEND\r\n") - 5 * 15


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (WHOLE[:-3], Truncated(file="a.TXT", offset=len(WHOLE) - 3, item="records")),
        (WHOLE[: BEGIN + 20], Truncated(file="a.TXT", record=2, offset=BEGIN + 20, item="records")),
        (WHOLE + b"x", TrailingBytes(file="a.TXT", offset=len(WHOLE) - 2)),
        (
            WHOLE[:BEGIN] + WHOLE[BEGIN + 15 :],
            RecordCountDiffers(file="a.TXT", offset=BEGIN + 60, expected=5, found=4),
        ),
        (
            WHOLE[:BEGIN] + WHOLE[BEGIN : BEGIN + 15] + WHOLE[BEGIN:],
            RecordCountDiffers(file="a.TXT", offset=BEGIN + 90, expected=5, found=6),
        ),
        (
            WHOLE[: BEGIN + 20] + WHOLE[BEGIN + 21 :],
            RecordWidthDiffers(file="a.TXT", record=2, offset=BEGIN + 15, expected=13, found=12),
        ),
        (
            WHOLE[: BEGIN + 27] + b"\r\n00" + WHOLE[BEGIN + 31 :],
            RecordWidthDiffers(file="a.TXT", record=2, offset=BEGIN + 15, expected=13, found=12),
        ),
        (
            WHOLE[: BEGIN + 28] + b"\n\r" + WHOLE[BEGIN + 30 :],
            RecordWidthDiffers(file="a.TXT", record=2, offset=BEGIN + 15, expected=13, found=28),
        ),
        (
            WHOLE[: BEGIN + 38] + b"-" + WHOLE[BEGIN + 39 :],
            None,
        ),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_record_and_byte(
    data: bytes, refusal: OfdRefused | None
) -> None:
    told = refused(data)

    if refusal is None:
        assert told.code == "ofd.sign_missing"
    else:
        assert told == refusal


def test_a_wrong_record_before_a_wrong_width_is_told_first() -> None:
    data = bytearray(WHOLE)
    data[BEGIN + 10] = ord("x")
    data[BEGIN + 43] = ord("x")

    assert refused(bytes(data)) == NumberMalformed(
        file="a.TXT", record=1, offset=BEGIN + 6, field="NAV"
    )


def test_of_two_threads_refusals_the_first_record_counts() -> None:
    data = bytearray(WHOLE)
    for row in (1, 4):
        data[BEGIN + row * 15 + 8] = ord("x")

    with pytest.raises(NumberMalformed) as told:
        read_columns(file_of(bytes(data)), threads=2)
    assert told.value.params["record"] == 2


def test_a_file_in_another_encoding_is_refused() -> None:
    header = header_of("07", fields=["FundName"])
    data = render_file(header, [{"FundName": "活期宝"}])
    name = "活期宝".encode("gb18030")

    told = refused(data.replace(name.ljust(9), "活期宝".encode()))
    assert isinstance(told, TextMalformed)
    assert isinstance(refused(b"\xef\xbb\xbf" + data), NotOfd)


def test_names_of_two_letters_in_utf8_are_found_by_all_being_so() -> None:
    header = header_of("07", fields=["FundName"])
    data = render_file(header, [{"FundName": "张三"}, {"FundName": "A"}, {"FundName": "李四"}])
    for name in ("张三", "李四"):
        data = data.replace(name.encode("gb18030") + b"  ", name.encode())
    mixed = data.replace("李四".encode(), "李四".encode("gb18030") + b"  ")

    assert refused(data) == WrongEncoding(file="a.TXT")
    with pytest.raises(WrongEncoding):
        read_columns(file_of(data), threads=2)
    with pytest.raises(WrongEncoding):
        list(read_column_blocks(file_of(data)))
    assert len(list(read_rows(file_of(mixed)))) == 3


def test_only_the_named_fields_are_checked() -> None:
    data = bytearray(WHOLE)
    data[BEGIN + 8] = ord("x")

    columns = read_columns(file_of(bytes(data)), ["FundCode"])
    assert list(columns) == ["FundCode"]
    assert read_columns(file_of(WHOLE), []) == {}


FUZZED = render_file(
    header_of("05"), random_records(layout_for(header_of("05")), count=3, chance=random.Random(1))
)


@given(st.data())
def test_a_mutated_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    mutated = bytearray(FUZZED[: data.draw(st.integers(0, len(FUZZED)))])
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(mutated)))
        mutated[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))

    outcomes = [_outcome(bytes(mutated), by_columns=by) for by in (False, True)]
    assert outcomes[0] == outcomes[1]


def _outcome(data: bytes, *, by_columns: bool) -> list[Record] | OfdRefused:
    try:
        file = file_of(data)
        if by_columns:
            return to_records(read_columns(file, threads=2), layout=file.layout)
        return list(read_rows(file))
    except OfdRefused as refusal:
        return refusal


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_our_own_words(data: bytes) -> None:
    for source in (BytesSource("a.TXT", data), BytesSource("a.TXT", WHOLE[:60] + data)):
        with pytest.raises(OfdRefused):
            read_header(source)
        with pytest.raises(OfdRefused):
            read_index(source)


def test_an_index_is_read() -> None:
    index = Index("21", "996", "H0", ON, ("OFD_996_H0_20150511_05.TXT",))
    data = render_index(index, dictionaries=shipped())

    assert read_index(BytesSource("i.TXT", data)) == index


def test_a_version_of_which_a_dictionary_was_given_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"ofd-dictionary,22\n{','.join(HEADING)}\n05,Vol,N,18,2,,\n", encoding="utf-8")
    known = shipped().extended_by(read_dictionary(path))
    header = replace(header_of("05", fields=["Vol"]), version="22", summary_no="00000001")
    data = render_file(header, [{"Vol": 10**18 - 1}], dictionaries=known)

    with pytest.raises(VersionUnknown):
        file_of(data)
    file = read_header(BytesSource("a.TXT", data), dictionaries=known)
    assert list(read_rows(file)) == [{"Vol": 10**18 - 1}]


def test_a_dictionary_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(b"ofd-dictionary,22\n# \xd6\xd0\n")

    with pytest.raises(DictionaryMalformed):
        read_dictionary(path)


def test_a_file_on_the_disk_is_read_in_pieces_and_a_cut_one_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.TXT"
    path.write_bytes(WHOLE)
    with opened(path) as source:
        file = read_header(source)
        assert list(read_rows(file)) == RECORDS
        assert digest_of(source) == digest_of(BytesSource("b.TXT", WHOLE))
        assert read_bytes(source, offset=len(WHOLE) + 5, most=3) == b""
        path.write_bytes(WHOLE[:-30])
        with pytest.raises(Truncated):
            list(read_rows(file))
