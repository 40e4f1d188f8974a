from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from huoqi.fund.managers.files.intake import Accepted, examine, take_in
from huoqi.fund.managers.files.quarantine import Quarantined
from huoqi.fund.ofd.rules.control import Expected
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.writing import render_file
from tests.fund.managers.files.told import SUBMITTED_AT
from tests.fund.ofd.samples import ON, header_of

NAME = "OFD_996_H0_20150511_07.TXT"
HEADER = header_of("07", fields=["FundCode", "FundName", "NAV", "FundIncome", "FundIncomeFlag"])
RECORD: Record = {"FundCode": "990001", "FundName": "活期宝", "NAV": 10_000, "FundIncome": 136_920}
WHOLE = render_file(HEADER, [RECORD, RECORD])
AWAITED = Expected("996", "H0", ON, "07")
CHINESE = "活期宝".encode("gb18030")

# The list of bad input, each with what is told of it.
BAD = {
    "truncated": (NAME, WHOLE[:-40], "ofd.truncated"),
    "wrong count": (
        NAME,
        WHOLE.replace(b"\r\n00000002\r\n", b"\r\n00000003\r\n"),
        "ofd.record_count",
    ),
    "wrong width": (NAME, WHOLE.replace(b"0010000", b"010000", 1), "ofd.record_width"),
    "unknown field": (NAME, WHOLE.replace(b"\r\nNAV\r\n", b"\r\nNAW\r\n"), "ofd.field_unknown"),
    "wrong encoding": (
        NAME,
        WHOLE.replace(CHINESE + b"   ", "活期宝".encode()),
        "ofd.text_malformed",
    ),
    "wrong date": (
        "OFD_996_H0_20150512_07.TXT",
        WHOLE.replace(b"20150511", b"20150512"),
        "ofd.wrong_date",
    ),
    "foreign receiver": (
        "OFD_996_H1_20150511_07.TXT",
        WHOLE.replace(b"\r\nH0       \r\n", b"\r\nH1       \r\n"),
        "ofd.foreign_receiver",
    ),
    "negative without a flag": (
        NAME,
        WHOLE.replace(b"FundIncomeFlag\r\n", b"").replace(b"\r\n005\r\n", b"\r\n004\r\n"),
        "ofd.sign_missing",
    ),
    "minus among digits": (NAME, WHOLE.replace(b"00136920", b"-0136920"), "ofd.sign_missing"),
    "blank flag": (NAME, WHOLE.replace(b"001369200", b"00136920 "), "ofd.sign_missing"),
    "another name": ("OFD_996_H0_20150511_05.TXT", WHOLE, "ofd.name_disagrees"),
    "no name": ("07.TXT", WHOLE, "ofd.name_malformed"),
}


def test_a_file_that_is_whole_ours_and_new_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE)

    found = take_in(path, expected=AWAITED, seen={}, quarantine=tmp_path / "q", at=SUBMITTED_AT)
    assert found == Accepted(path, sha256(WHOLE).hexdigest(), replace(HEADER, record_count=2))
    assert path.read_bytes() == WHOLE


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_set_aside_whole_with_its_code(fault: str, tmp_path: Path) -> None:
    name, data, code = BAD[fault]
    assert data != WHOLE or name != NAME
    path = tmp_path / name
    path.write_bytes(data)

    found = take_in(path, expected=AWAITED, seen={}, quarantine=tmp_path / "q", at=SUBMITTED_AT)
    assert isinstance(found, Quarantined)
    assert found.code == code
    assert not path.exists()
    assert found.path.read_bytes() == data


def test_a_file_that_comes_again_is_set_aside_under_whatever_name(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE)
    accepted = examine(path, expected=AWAITED, seen={})

    seen = {accepted.sha256: NAME}
    found = take_in(path, expected=AWAITED, seen=seen, quarantine=tmp_path / "q", at=SUBMITTED_AT)
    assert isinstance(found, Quarantined)
    assert (found.code, found.facts["first_file"]) == ("ofd.replayed", NAME)
