"""The command that checks a fund company's file of advances."""

import json
from pathlib import Path

from click.testing import CliRunner

from huoqi.cli.fund_commands import fund_group
from huoqi.fund.managers.files.rules.advances import HEADINGS

NAME = "thfund_loaning_20150511_000.txt"
ROW = "1|||20881001|990001|00000000000000107|12.34|20150511 09:30:05|P|"


def shown(folder: Path, *, totals: str) -> tuple[int, str]:
    path = folder / NAME
    path.write_bytes("\r\n".join([totals, "|".join(HEADINGS), ROW]).encode("gb18030"))
    result = CliRunner().invoke(fund_group, ["advances", str(path), "--json"])
    return result.exit_code, result.output


def test_a_file_tells_its_sums_and_no_account(tmp_path: Path) -> None:
    code, text = shown(tmp_path, totals="总笔数:1|总金额:12.34")

    assert code == 0
    assert "20881001" not in text
    assert json.loads(text) == {
        "on": "2015-05-11",
        "number": 0,
        "advances": 1,
        "total_yuan": "12.34",
        "funds": ["990001"],
        "consumption": 1,
        "redemption": 0,
        "consumption_yuan": "12.34",
        "redemption_yuan": "0.00",
    }


def test_a_sum_that_differs_is_refused_with_its_line(tmp_path: Path) -> None:
    code, text = shown(tmp_path, totals="总笔数:1|总金额:12.35")

    assert code != 0
    assert "advance_file.wrong" in text
    assert "sum differs" in text
