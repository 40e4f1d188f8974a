from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from huoqi.fund.ofd.batches import ShardDisagrees, files_of, map_files, read_shards
from huoqi.fund.ofd.reading import read_header
from huoqi.fund.ofd.rules.columns import NumberColumn, TextColumn
from huoqi.fund.ofd.rules.control import FileMissing
from huoqi.fund.ofd.rules.headers import Header, Index
from huoqi.fund.ofd.rules.layouts import FieldUnknown
from huoqi.fund.ofd.rules.names import DataName
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.sources import opened
from huoqi.fund.ofd.writing import render_file
from tests.fund.ofd.samples import ON, header_of

SMALL = header_of("05", fields=["TAAccountID", "AvailableVol"])
OTHER_ORDER = header_of("05", fields=["AVAILABLEVOL", "TAAccountID"])


def written(folder: Path, shard: int, header: Header, records: list[Record]) -> Path:
    path = folder / DataName("996", "H0", ON, "05", shard).render()
    path.write_bytes(render_file(header, records))
    return path


def record_count_of(path: Path) -> int:
    with opened(path) as source:
        return read_header(source).header.record_count


def test_shards_become_one_table_in_their_order(tmp_path: Path) -> None:
    paths = [
        written(tmp_path, 0, SMALL, [{"TAAccountID": "1", "AvailableVol": 100}]),
        written(tmp_path, 1, SMALL, []),
        written(tmp_path, 2, OTHER_ORDER, [{"TAAccountID": "2", "AvailableVol": None}]),
        written(tmp_path, 3, SMALL, [{"TAAccountID": "3", "AvailableVol": 300}] * 2),
    ]

    columns = read_shards(paths, threads=2)
    accounts, units = columns["TAAccountID"], columns["AvailableVol"]
    assert isinstance(accounts, TextColumn)
    assert isinstance(units, NumberColumn)
    assert accounts.texts() == ["1", "2", "3", "3"]
    assert units.values.tolist() == [100, 0, 300, 300]
    assert units.is_absent is not None
    assert np.flatnonzero(units.is_absent).tolist() == [1]
    assert list(read_shards(paths, ["AvailableVol"])) == ["AvailableVol"]


def test_no_files_are_no_columns() -> None:
    assert read_shards([]) == {}


@pytest.mark.parametrize(
    "header",
    [
        replace(SMALL, receiver="H1"),
        header_of("05", fields=["TAAccountID"]),
        header_of("26", fields=["TAAccountID", "AvailableVol"]),
    ],
)
def test_a_shard_that_does_not_belong_to_the_others_is_refused(
    tmp_path: Path, header: Header
) -> None:
    paths = [written(tmp_path, 0, SMALL, []), written(tmp_path, 1, header, [])]

    with pytest.raises(ShardDisagrees) as told:
        read_shards(paths)
    assert told.value.params == {"file": paths[1].name, "first_file": paths[0].name}


def test_a_wrong_shard_is_refused_whole(tmp_path: Path) -> None:
    path = written(tmp_path, 0, SMALL, [{"TAAccountID": "1", "AvailableVol": 1}])
    path.write_bytes(path.read_bytes().replace(b"0000000000000001", b"000000000000000x"))

    with pytest.raises(OfdRefused):
        read_shards([path])
    with pytest.raises(FieldUnknown):
        read_shards([path], ["NAV"])


def test_an_index_leads_to_its_files_in_whatever_case(tmp_path: Path) -> None:
    names = ("OFD_996_H0_20150511_05.TXT", "OFD_996_H0_20150511_06.TXT")
    (tmp_path / names[0].lower()).touch()
    index = Index("21", "996", "H0", ON, names)

    with pytest.raises(FileMissing) as told:
        files_of(index, folder=tmp_path)
    assert told.value.params == {"file": names[1]}
    (tmp_path / names[1]).touch()
    found = files_of(index, folder=tmp_path)
    assert [path.name for path in found] == [names[0].lower(), names[1]]


def test_files_are_worked_on_in_several_processes(tmp_path: Path) -> None:
    paths = [written(tmp_path, n, SMALL, [{}] * n) for n in range(3)]

    assert list(map_files(paths, record_count_of, processes=2)) == [0, 1, 2]
