"""``huoqi audit verify``: an evidence pack is checked without a database, and faults are named."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from huoqi.cli.audit_commands import audit_group
from huoqi.cli.exits import Exit
from huoqi.close.rules.evidence import FORMAT, lines_of

FACTS = (
    {"part": "head", "format": FORMAT, "on": "2015-05-11"},
    {"part": "trial", "asset": "CNY", "debits_posted": 5, "credits_posted": 5},
    {"part": "act", "seq": 12, "type": "staff.close.run"},
)


def _run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(audit_group, ["verify", str(path), *options])


def _pack(folder: Path, content: bytes) -> Path:
    path = folder / "pack.txt"
    path.write_bytes(content)
    return path


def test_a_sound_pack_says_so(tmp_path: Path) -> None:
    said = _run(_pack(tmp_path, b"".join(lines_of(FACTS))))

    assert said.exit_code == Exit.DONE
    assert "Evidence of 2015-05-11: 4 lines" in said.output
    assert "The pack is sound." in said.output


def test_an_altered_line_is_named(tmp_path: Path) -> None:
    content = b"".join(lines_of(FACTS)).replace(b"staff.close.run", b"staff.close.ran")

    said = _run(_pack(tmp_path, content))
    told = json.loads(_run(_pack(tmp_path, content), "--json").output)

    assert said.exit_code == Exit.NEGATIVE
    assert "WRONG  line 3: audit entry 12: the line was altered" in said.output
    assert told["is_sound"] is False
    assert told["faults"][0]["line"] == 3


def test_a_file_that_is_no_pack_is_not_sound(tmp_path: Path) -> None:
    said = _run(_pack(tmp_path, b"hello\n" * 30))

    assert said.exit_code == Exit.NEGATIVE
    assert "Evidence of an unknown day" in said.output
    assert "and 11 more" in said.output
