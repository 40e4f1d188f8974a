"""The commands that look into exchange files and convert them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huoqi.cli.ofd_commands import ofd_group
from huoqi.fund.ofd.rules.dictionary import HEADING
from huoqi.fund.ofd.rules.headers import Index
from huoqi.fund.ofd.writing import render_file, write_index
from tests.fund.ofd.samples import ON, header_of

NAME = "OFD_996_H0_20150511_02.TXT"
PERSON = "11010519491231002X"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / NAME
    found.write_bytes(
        render_file(
            header_of("02"),
            [
                {"InvestorName": "张三", "CertificateNo": PERSON, "ReturnCode": "0000"},
                {"InvestorName": "李四", "ReturnCode": "0001"},
            ],
        )
    )
    return found


def run(*words: object) -> Result:
    return CliRunner().invoke(ofd_group, [str(word) for word in words])


def test_a_file_becomes_json_lines_and_the_same_bytes_again(path: Path, tmp_path: Path) -> None:
    decoded = run("decode", path)

    lines = decoded.stdout.splitlines()
    assert decoded.exit_code == 0
    assert json.loads(lines[0])["record_count"] == 2
    assert json.loads(lines[1])["InvestorName"] == "张三"
    (tmp_path / "02.jsonl").write_text(decoded.stdout, encoding="utf-8")
    assert run("encode", tmp_path / "02.jsonl").stdout_bytes == path.read_bytes()


def test_both_ways_may_go_into_a_file(path: Path, tmp_path: Path) -> None:
    assert run("decode", path, "--out", tmp_path / "02.jsonl").exit_code == 0
    assert run("encode", tmp_path / "02.jsonl", "--out", tmp_path / "again.TXT").exit_code == 0

    assert (tmp_path / "again.TXT").read_bytes() == path.read_bytes()


def test_a_wrong_file_leaves_nothing_behind(path: Path, tmp_path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])

    refused = run("decode", path, "--out", tmp_path / "02.jsonl", "--json")
    assert refused.exit_code == 1
    document = json.loads(refused.stdout)
    assert (document["code"], document["file"]) == ("ofd.truncated", NAME)
    assert "offset=" in refused.stderr
    assert [found.name for found in tmp_path.iterdir()] == [NAME]


def test_what_tells_of_a_person_is_hidden_unless_asked_for(path: Path) -> None:
    hidden, plain = run("show", path).stdout, run("show", path, "--clear").stdout

    assert "张三" not in hidden
    assert PERSON not in hidden
    assert "****************2X" in hidden
    assert "张三" in plain
    assert "ReturnCode                      0000" in hidden


def test_so_many_records_are_shown(path: Path) -> None:
    document = json.loads(run("show", path, "--records", 1, "--json").stdout)

    assert document["record_count"] == 2
    assert [record["ReturnCode"] for record in document["records"]] == ["0000"]


def test_a_check_tells_totals_and_digest(tmp_path: Path) -> None:
    path = tmp_path / "OFD_996_H0_20150511_05.TXT"
    path.write_bytes(render_file(header_of("05"), [{"AvailableVol": 150}, {"AvailableVol": 1}]))

    document = json.loads(run("check", path, "--json").stdout)
    assert document["totals"] == {"AvailableVol": "1.51"}
    assert len(document["sha256"]) == 64


def test_a_check_compares_the_name_with_the_header(path: Path) -> None:
    other = path.rename(path.with_name("OFD_996_H0_20150512_02.TXT"))

    checked = run("check", other)
    assert checked.exit_code == 1
    assert checked.stderr.startswith("huoqi: ofd.name_disagrees: ")


def test_an_index_is_shown_checked_and_converted(tmp_path: Path) -> None:
    path = tmp_path / "OFI_996_H0_20150511.TXT"
    write_index(path, Index("21", "996", "H0", ON, (NAME,)))

    assert NAME in run("show", path).stdout
    assert json.loads(run("check", path, "--json").stdout)["files"] == [NAME]
    assert json.loads(run("decode", path).stdout)["ofd"] == "index"


def test_another_version_needs_its_dictionary(tmp_path: Path) -> None:
    own, path = tmp_path / "own.csv", tmp_path / "a.jsonl"
    own.write_text(f"ofd-dictionary,22\n{','.join(HEADING)}\n05,Vol,N,18,2,,\n", encoding="utf-8")
    head = {
        "ofd": "data", "version": "22", "creator": "996", "receiver": "H0", "summary_no": "1",
        "file_type": "05", "sender": "", "recipient": "", "date": ON.isoformat(),
        "record_count": 0, "ends_with_line": True, "fields": ["Vol"],
    }  # fmt: skip
    path.write_text(json.dumps(head) + "\n", encoding="utf-8")

    assert "ofd.version_unknown" in run("encode", path).stderr
    assert run("encode", path, "--dictionary", own).stdout.endswith("OFDCFEND\n")
