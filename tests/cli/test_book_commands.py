"""``huoqi book``: a fund begins, days are told, closed, looked at, let go and done again."""

import contextlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from huoqi.cli.book_commands import book_group

FUND, FIRST, NEXT = "990001", "2015-05-11", "2015-05-12"
RATE = 136_920
ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("HUOQI_KILLS", "30")) // 6


def run(*words: str | Path, code: int = 0) -> dict[str, Any]:
    result = CliRunner().invoke(book_group, [*map(str, words), "--json"])
    assert result.exit_code == code, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def written(path: Path, heading: str, rows: list[tuple[int, int]]) -> Path:
    path.write_text("\n".join([heading, *(f"{a},{b}" for a, b in rows)]) + "\n")
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return the folder of a book of a hundred holders, told of its second day."""
    holders = [(account, account * 10_000) for account in range(1, 101)]
    first = written(tmp_path / "first.csv", "account,units_e2", holders)
    changes = written(tmp_path / "day.csv", "account,delta_e2", [(7, -70_000), (200, 5_000)])
    folder = tmp_path / "book"
    run("found", folder, "--fund", FUND, "--on", FIRST, "--holders", first, "--parts", "3")
    run("journal", folder, "--on", NEXT, "--rate", str(RATE), "--changes", changes)
    return folder


def test_a_day_closes_exactly_and_once(book: Path) -> None:
    closed = run("close", book)

    units_e2 = 10_000 * 5_050 - 70_000 + 5_000
    income_fen = units_e2 * RATE // 1_000_000_000
    assert (closed["on"], closed["holders"], closed["parts"]) == (NEXT, 100, 3)
    assert closed["income_fen"] == str(income_fen)
    assert closed["units_e2"] == str(units_e2 + income_fen)
    assert run("close", book, "--on", NEXT) == closed
    status = run("status", book)
    assert (status["kept"], status["next_has_journal"]) == ([FIRST, NEXT], False)


def test_every_refusal_says_what_to_do(book: Path) -> None:
    run("close", book)
    for words, code in (
        (("close", book), "close.no_journal"),
        (("close", book, "--on", "2015-06-01"), "close.day_out_of_order"),
        (("journal", book, "--on", NEXT, "--rate", "1"), "close.day_closed"),
        (("status", book / "nowhere"), "close.book_missing"),
    ):
        document = run(*words, code=1)
        assert document["code"] == code
        assert "huoqi book" in document["next_step"]


def test_a_book_is_never_written_over_and_holders_are_looked_at(book: Path) -> None:
    again = ("found", book, "--fund", FUND, "--on", FIRST, "--holders", book.parent / "first.csv")
    assert run(*again, code=1)["code"] == "close.book_there"

    for rows, why in (([(1, 5), (1, 6)], "twice"), ([(1, -5)], "below"), ([(0, 5)], "below")):
        holders = written(book.parent / "odd.csv", "account,units_e2", rows)
        words = ("found", book.parent / "other", "--fund", FUND, "--on", FIRST)
        assert run(*words, "--holders", holders, code=1)["why"] == why


@pytest.mark.parametrize("text", ["account;units\n1;2\n", "account,units_e2\n1,two\n"])
def test_a_file_of_another_form_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.csv").write_text(text)
    words = ["found", str(tmp_path / "b"), "--fund", FUND, "--on", FIRST]
    result = CliRunner().invoke(book_group, [*words, "--holders", str(tmp_path / "odd.csv")])

    assert result.exit_code == 2
    assert "odd.csv" in result.output


def test_an_income_for_nobody_is_refused_and_the_journal_can_be_told_again(book: Path) -> None:
    given = written(book.parent / "given.csv", "account,income_fen", [(999, 1)])
    run("journal", book, "--on", NEXT, "--rate", str(RATE), "--overrides", given)
    refused = run("close", book, code=1)
    assert (refused["code"], refused["account"]) == ("close.override_of_nobody", 999)

    run("journal", book, "--on", NEXT, "--rate", str(RATE))
    assert run("close", book)["on"] == NEXT


def test_the_book_is_held_to_what_customers_see(book: Path, tmp_path: Path) -> None:
    run("close", book)
    shown = [(account, account * 10_000) for account in range(1, 101)]
    online = written(tmp_path / "online.csv", "account,units_e2", shown)

    compared = run("compare", book, "--on", NEXT, "--online", online, code=3)

    assert compared["compared"] == 101
    assert compared["differing"] == 101
    (seventh,) = (row for row in compared["first"] if row["account"] == 7)
    assert (seventh["book_e2"], seventh["shown_e2"]) == ("0", "70000")


def test_days_go_come_back_and_are_archived(book: Path, tmp_path: Path) -> None:
    for day in range(12, 16):
        run("journal", book, "--on", f"2015-05-{day}", "--rate", str(RATE))
        run("close", book)
    file = tmp_path / "day.parquet"
    run("archive", book, "--on", "2015-05-13", "--to", file)
    assert run("verify", file)["sound"] is True

    again = run("recompute", book, "--on", "2015-05-13")
    assert again["sha256"] == run("verify", file)["sha256"]
    gone = run("retire", book, "--days", "2")["retired"]
    assert (gone[0], run("status", book)["kept"][-1]) == (FIRST, "2015-05-15")
    assert run("verify", book, "--on", FIRST, code=3)["faults"][0]["what"] == "rows are missing"
    assert run("archive", book, "--on", FIRST, "--to", file, code=1)["on"] == FIRST
    assert run("recompute", book, "--on", NEXT, code=1)["code"] == "close.book_missing"


def test_what_was_changed_is_found_and_named(book: Path) -> None:
    run("close", book)
    assert run("verify", book)["faults"] == []
    (column,) = (book / "parts" / "001").glob(f"{NEXT}.units*")
    content = bytearray(column.read_bytes())
    content[0] ^= 1
    column.write_bytes(content)

    faults = run("verify", book, code=3)["faults"]

    assert {fault["what"] for fault in faults} == {
        "the column was changed",
        "the rows add up to something else",
    }
    column.write_bytes(content[:-8])
    (fault,) = run("verify", book, code=3)["faults"]
    assert fault["what"] == "rows are missing"


def test_the_command_killed_at_any_moment_goes_on_to_the_same_day(
    book: Path, tmp_path: Path
) -> None:
    """The child dies by signal 9 after a moment of its own choosing; the command is run again."""
    dice = random.Random(20150512)
    whole = tmp_path / "whole"
    subprocess.run(["cp", "-r", str(book), str(whole)], check=True)
    expected = run("close", whole)["sha256"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-c", _CLOSE, str(book)]
    for _ in range(KILLS):
        child = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()  # loaded; from here on it works
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=dice.random() * 0.05)
        child.kill()
        child.wait()
        child.stdout.close()
        assert run("verify", book)["on"] in {FIRST, NEXT}

    assert run("close", book, "--on", NEXT)["sha256"] == expected


_CLOSE = """
import sys
from huoqi.cli.book_commands import book_group
import huoqi.close.book.days, huoqi.close.book.kernels
print("loaded", flush=True)
book_group(["close", sys.argv[1], "--on", "2015-05-12", "--json"])
"""
