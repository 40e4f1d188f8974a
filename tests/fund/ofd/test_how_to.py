"""The page about exchange files shows what the commands really print."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from huoqi.cli.ofd_commands import ofd_group
from huoqi.fund.ofd.dictionaries import read_dictionary
from huoqi.fund.ofd.rules.dictionary import Kind

PAGE = (Path(__file__).parents[3] / "docs" / "ofd.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_every_command_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("05.jsonl").write_text(blocks("json")[0], encoding="utf-8")
    for block in blocks("console"):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = shown.partition("\n")
            words = command.split()
            assert words[:2] == ["./huoqi", "ofd"]
            if Path("OFD_996_H0_20150511_05.TXT").exists():
                whole = Path("OFD_996_H0_20150511_05.TXT").read_bytes()
                Path("OFD_996_H0_20150511_05_cut.TXT").write_bytes(whole[:230])
            assert CliRunner().invoke(ofd_group, words[2:]).stdout == expected


def test_the_dictionary_of_the_page_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(blocks("csv")[0], encoding="utf-8")

    fields = read_dictionary(path).types["05"].fields
    assert [field.kind for field in fields[1:3]] == [Kind.NUMBER, Kind.NUMBER]
    assert fields[2].sign_flag == "IncomeFlag"
