import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from huoqi.fund.ofd import writing
from huoqi.fund.ofd.reading import read_columns, read_header, read_index
from huoqi.fund.ofd.rules.columns import NumberColumn, TextColumn
from huoqi.fund.ofd.rules.headers import HeaderMalformed, Index
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import ValueTooWide
from huoqi.fund.ofd.sources import BytesSource, opened
from huoqi.fund.ofd.writing import DataFileWriter, render_file, write_index
from tests.fund.ofd.samples import ON, header_of, layout_for, random_records

SMALL = header_of("07", fields=["FundCode", "NAV"])


def test_rows_and_columns_write_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = header_of("05")
    layout = layout_for(header)
    records = random_records(layout, count=40, chance=random.Random(3))
    data = render_file(header, records)
    file = read_header(BytesSource("a.TXT", data))
    monkeypatch.setattr(writing, "_ROWS_AT_ONCE", 7)
    monkeypatch.setattr(writing, "BLOCK_BYTES", 9 * layout.stride)

    with DataFileWriter(tmp_path / "rows.TXT", header) as rows:
        rows.write_rows(records[:15])
        rows.write_rows(iter(records[15:]))
        assert rows.record_count == 40
    with DataFileWriter(tmp_path / "columns.TXT", header) as columns:
        columns.write_columns(read_columns(file))
    assert (tmp_path / "rows.TXT").read_bytes() == data
    assert (tmp_path / "columns.TXT").read_bytes() == data
    assert sorted(path.name for path in tmp_path.iterdir()) == ["columns.TXT", "rows.TXT"]


def test_a_file_without_records_is_whole(tmp_path: Path) -> None:
    with DataFileWriter(tmp_path / "a.TXT", replace(SMALL, ends_with_line=False)) as writer:
        writer.write_rows([])
        writer.write_columns({"NAV": NumberColumn(np.zeros(0, dtype=np.int64))})

    with opened(tmp_path / "a.TXT") as source:
        file = read_header(source)
        assert file.header == replace(SMALL, ends_with_line=False)
        assert list(read_columns(file)) == ["FundCode", "NAV"]


def test_a_refused_record_leaves_no_file_and_is_named_by_its_number(tmp_path: Path) -> None:
    records: list[Record] = [{"NAV": 1}, {"NAV": 2}, {"NAV": 10**7}]

    with pytest.raises(ValueTooWide) as told:
        _written(tmp_path / "a.TXT", records)
    assert told.value.params == {"file": "a.TXT", "record": 3, "field": "NAV", "width": 7}
    assert list(tmp_path.iterdir()) == []


def test_a_column_may_be_shorter_text_than_its_field(tmp_path: Path) -> None:
    with DataFileWriter(tmp_path / "a.TXT", SMALL) as writer:
        writer.write_columns({"FundCode": TextColumn(np.array([b"1", b"990001"]))})

    assert b"\r\n1     0000000\r\n9900010000000\r\n" in (tmp_path / "a.TXT").read_bytes()


def test_a_header_that_does_not_fit_opens_no_file(tmp_path: Path) -> None:
    with pytest.raises(HeaderMalformed):
        DataFileWriter(tmp_path / "a.TXT", replace(SMALL, creator="中"))
    assert list(tmp_path.iterdir()) == []


def test_an_index_is_written_at_once_and_read_back(tmp_path: Path) -> None:
    index = Index("21", "996", "H0", ON, ("OFD_996_H0_20150511_05.TXT",))
    write_index(tmp_path / "i.TXT", index)

    with opened(tmp_path / "i.TXT") as source:
        assert read_index(source) == index
    assert [path.name for path in tmp_path.iterdir()] == ["i.TXT"]


def _written(path: Path, records: list[Record]) -> None:
    with DataFileWriter(path, SMALL) as writer:
        writer.write_rows(records[:1])
        writer.write_rows(records[1:])
