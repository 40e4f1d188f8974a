"""The ceremony of the master key, as its commands do it."""

import json
import stat
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from huoqi.cli.key_commands import key_group
from huoqi.cli.session import Session

KEY = bytes(range(32))


def no_platform() -> None:
    raise AssertionError("these commands need no database")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with a master key."""
    path = tmp_path / "master.key"
    path.write_text(KEY.hex() + "\n")
    path.chmod(0o600)
    return tmp_path


def run(data: Path, *words: str, text: str | None = None) -> Result:
    session = Session(no_platform, data=data)  # type: ignore[arg-type] # never opened
    return CliRunner().invoke(key_group, list(words), obj=session, input=text)


def document(result: Result, *, code: int = 0) -> dict[str, object]:
    assert result.exit_code == code, result.output
    found = json.loads(result.stdout.splitlines()[0])
    assert isinstance(found, dict)
    return found


def test_two_of_three_files_bring_the_key_back(data: Path, tmp_path: Path) -> None:
    folder, new = tmp_path / "shares", tmp_path / "new" / "master.key"
    made = document(run(data, "split", "--to", str(folder), "--json"))
    assert made["key"] == "6502380dc9376340"
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600] * 3

    files = [str(folder / "share-3.txt"), str(folder / "share-1.txt")]
    told = document(run(data, "combine", *files, "--to", str(new), "--json"))

    assert told == {"key": "6502380dc9376340", "file": str(new)}
    assert bytes.fromhex(new.read_text()) == KEY
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    # Once more does no harm; the same key is there.
    document(run(data, "combine", *files, "--to", str(new), "--json"))


def test_shares_are_typed_one_a_line(data: Path, tmp_path: Path) -> None:
    made = document(run(data, "split", "--shares", "4", "--need", "3", "--json"))
    shares = made["shares"]
    assert isinstance(shares, list)

    new = tmp_path / "new.key"
    run(data, "combine", "--to", str(new), text="\n".join(shares[1:]) + "\n\nleft out\n")

    assert bytes.fromhex(new.read_text()) == KEY


def test_a_key_that_is_there_is_never_overwritten(data: Path, tmp_path: Path) -> None:
    made = document(run(data, "split", "--json"))
    shares = made["shares"]
    assert isinstance(shares, list)
    other = tmp_path / "other.key"
    other.write_text("00" * 32)
    other.chmod(0o600)

    refused = run(data, "combine", "--to", str(other), "--json", text="\n".join(shares))

    assert document(refused, code=5)["code"] == "vault.master_key_there"
    assert other.read_text() == "00" * 32


def test_too_few_mixed_or_wrong_shares_are_told(data: Path, tmp_path: Path) -> None:
    first = document(run(data, "split", "--json"))["shares"]
    second = document(run(data, "split", "--json"))["shares"]
    assert isinstance(first, list)
    assert isinstance(second, list)
    new = ["combine", "--to", str(tmp_path / "new.key"), "--json"]

    few = document(run(data, *new, text=first[0]), code=5)
    mixed = document(run(data, *new, text=f"{first[0]}\n{second[1]}"), code=5)
    wrong = document(run(data, *new, text=first[0][:-1] + "x"), code=5)

    assert few["code"] == "vault.shares_too_few"
    assert mixed["code"] == "vault.shares_mixed"
    assert wrong["code"] == "vault.share_malformed"
    assert not (tmp_path / "new.key").exists()
    assert run(data, *new, text="").exit_code == 2


def test_the_check_tells_key_and_shares_apart(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shares"
    run(data, "split", "--to", str(folder))
    good = str(folder / "share-2.txt")
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\xff\xfe")

    sound = document(run(data, "check", good, "--json"))
    unsound = document(run(data, "check", good, str(bad), "--json"), code=3)

    assert sound["key"] == "6502380dc9376340"
    rows = unsound["shares"]
    assert isinstance(rows, list)
    assert [row["is_of_this_key"] for row in rows] == [True, False]


def test_without_a_key_nothing_is_made(tmp_path: Path) -> None:
    refused = document(run(tmp_path / "empty", "split", "--json"), code=5)

    assert refused["code"] == "vault.master_key_missing"
    assert not (tmp_path / "empty").exists()


def test_more_needed_than_made_is_wrong_use(data: Path) -> None:
    result = run(data, "split", "--shares", "2", "--need", "3")

    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit | click.UsageError)
