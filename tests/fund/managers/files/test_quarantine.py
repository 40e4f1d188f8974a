import json
from hashlib import sha256
from pathlib import Path

import pytest

from huoqi.fund.managers.files.quarantine import set_aside
from huoqi.fund.ofd.reading import read_header
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.sources import opened
from huoqi.fund.ofd.writing import render_file
from tests.fund.managers.files.told import SUBMITTED_AT
from tests.fund.ofd.samples import header_of

CUT = render_file(header_of("05"), [{}])[:-20]


def refusal_of(path: Path) -> OfdRefused:
    with opened(path) as source, pytest.raises(OfdRefused) as told:
        read_header(source)
    return told.value


def test_a_refused_file_waits_whole_with_a_report_and_may_come_again(tmp_path: Path) -> None:
    path = tmp_path / "in" / "OFD_99_H0_20150511_05.TXT"
    path.parent.mkdir()
    folder = tmp_path / "quarantine"
    path.write_bytes(CUT)
    set_aside(path, refusal_of(path), folder=folder, at=SUBMITTED_AT)
    assert not path.exists()
    path.write_bytes(CUT)
    kept = set_aside(path, refusal_of(path), folder=folder, at=SUBMITTED_AT)

    digest = sha256(CUT).hexdigest()
    assert kept.path.read_bytes() == CUT
    assert kept.sha256 == digest
    names = sorted(found.name for found in kept.path.parent.iterdir())
    assert names == [kept.path.name, f"{kept.path.name}.report.json"]
    report = json.loads((kept.path.parent / names[1]).read_text(encoding="utf-8"))
    assert report["code"] == "ofd.truncated"
    assert report["at"] == "2015-05-11T02:30:05+00:00"
    assert report["facts"]["file"] == "OFD_99_H0_20150511_05.TXT"
    assert report["facts"]["record"] == 1
