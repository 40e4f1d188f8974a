"""Whatever is put before the intake is taken in as it stands, or set aside whole with a report."""

import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.fund.managers.files.intake import Accepted, take_in
from huoqi.fund.managers.files.quarantine import Quarantined
from huoqi.fund.ofd.reading import read_header, read_rows
from huoqi.fund.ofd.rules.control import Expected
from huoqi.fund.ofd.sources import BytesSource
from huoqi.fund.ofd.writing import render_file
from tests.bad_files import NO_FILES, damaged
from tests.fund.managers.files.told import SUBMITTED_AT
from tests.fund.ofd.samples import ON, header_of, layout_for, random_records, some_fields

TYPES = ("02", "04", "05", "06", "07", "25")
#: 150 in the suite; HUOQI_BAD_FILES=20000 for the long run.
EXAMPLES = int(os.environ.get("HUOQI_BAD_FILES", "150"))

#: What a report says of where a file is wrong; some refusals are of all of it.
WHERE = {"record", "offset", "field", "item", "line"}
OF_THE_WHOLE = {
    "ofd.foreign_creator",
    "ofd.foreign_receiver",
    "ofd.not_ofd",
    "ofd.record_count",
    "ofd.trailing_bytes",
    "ofd.type_unknown",
    "ofd.version_unknown",
    "ofd.wrong_date",
    "ofd.wrong_encoding",
    "ofd.wrong_type",
}


def name_of(file_type: str) -> str:
    return f"OFD_996_H0_20150511_{file_type}.TXT"


def some_file(file_type: str, *, chance: random.Random) -> bytes:
    fields = None if chance.random() < 0.5 else some_fields(file_type, chance=chance)
    header = header_of(file_type, fields=fields)
    count = chance.randrange(4)
    return render_file(header, random_records(layout_for(header), count=count, chance=chance))


def taken(path: Path, file_type: str) -> Accepted | Quarantined:
    awaited = Expected("996", "H0", ON, file_type)
    return take_in(path, expected=awaited, seen={}, quarantine=path.parent / "q", at=SUBMITTED_AT)


@settings(max_examples=EXAMPLES)
@given(file_type=st.sampled_from(TYPES), seed=st.integers(0, 2**48))
def test_a_damaged_file_is_what_it_says_to_the_byte_or_is_set_aside(
    file_type: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(seed)
    data = damaged(some_file(file_type, chance=chance), chance)
    path = tmp_path_factory.mktemp("in") / name_of(file_type)
    path.write_bytes(data)

    found = taken(path, file_type)
    if isinstance(found, Accepted):
        file = read_header(BytesSource(path.name, data))
        assert render_file(file.header, list(read_rows(file))) == data
        return
    assert not path.exists()
    assert found.path.read_bytes() == data
    report = json.loads(found.path.with_name(f"{found.path.name}.report.json").read_bytes())
    assert (report["code"], report["facts"]["file"]) == (found.code, path.name)
    assert found.code in OF_THE_WHOLE or WHERE & report["facts"].keys(), report


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_set_aside_as_it_is(kind: str, tmp_path: Path) -> None:
    path = tmp_path / name_of("05")
    NO_FILES[kind](path)
    mode = path.lstat().st_mode

    found = taken(path, "05")
    assert isinstance(found, Quarantined)
    assert found.code == "ofd.not_a_file" if kind != "a socket" else "ofd.unreadable"
    assert not os.path.lexists(path)
    assert found.path.lstat().st_mode == mode
    assert found.path.with_name(f"{found.path.name}.report.json").is_file()


def test_a_file_that_the_system_keeps_from_us_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name_of("05")
    path.write_bytes(some_file("05", chance=random.Random(1)))

    def kept_from_us(*_: object) -> int:
        raise PermissionError(13, "no")

    monkeypatch.setattr(os, "open", kept_from_us)
    found = taken(path, "05")
    assert isinstance(found, Quarantined)
    assert (found.code, found.facts["reason"]) == ("ofd.unreadable", "EACCES")
