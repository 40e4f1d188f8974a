"""The commands that look into a bank's file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huoqi.cli.statement_file_commands import statement_group
from huoqi.payments.formats.writing import render_delimited
from tests.payments.formats.samples import camt, head_of, line

LINES = [line(1), line(2, fen=4_000, is_credit=False)]
HEAD = head_of(LINES, opening_fen=100)


def run(*words: object) -> Result:
    return CliRunner().invoke(statement_group, [str(word) for word in words])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "ICBC.XML"
    found.write_bytes(camt(LINES, head=HEAD))
    return found


def test_a_statement_that_ties_is_complete(path: Path) -> None:
    found = run("check", path, "--json")

    (statement,) = json.loads(found.stdout)["statements"]
    assert (found.exit_code, statement["state"], statement["reason"]) == (0, "complete", "")
    assert (statement["opening"], statement["closing"]) == ("1.00", "61.00")
    assert "complete" in run("check", path).stdout


def test_a_statement_that_is_off_by_a_fen_is_refused(path: Path) -> None:
    path.write_bytes(camt(LINES, head=replace(HEAD, closing_fen=HEAD.closing_fen + 1)))

    found = run("check", path, "--json")

    assert found.exit_code == 3
    assert json.loads(found.stdout)["statements"][0]["reason"] == "statement.balance_off"


def test_a_file_that_is_none_is_refused_with_its_place(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b">100.00<", b">1e2<", 4))

    found = run("check", path, "--json")

    told = json.loads(found.stdout)
    assert (found.exit_code, told["code"]) == (1, "statement.amount_malformed")
    assert told["line"] >= 1
    assert told["element"].startswith("Stmt/")


def test_another_account_is_refused(path: Path) -> None:
    assert run("check", path, "--account", "622200100001").exit_code == 0
    assert "statement.other_account" in run("check", path, "--account", "1").stderr


def test_entries_are_shown(path: Path) -> None:
    found = run("show", path, "--entries", "1", "--json")

    (statement,) = json.loads(found.stdout)["statements"]
    assert [entry["amount"] for entry in statement["entries"]] == ["100.00"]
    assert statement["entry_count"] == 2
    assert "HQ0" in run("show", path).stdout


def test_delimited_files_need_their_form(tmp_path: Path) -> None:
    path, form = tmp_path / "ICBC.CSV", tmp_path / "own.toml"
    path.write_bytes(render_delimited(HEAD, LINES))
    form.write_text('name = "own"\n[columns]\nbooked_on = "day"\namount = "money"\n', "utf-8")

    assert run("check", path, "--form", "default").exit_code == 0
    assert "statement.not_well_formed" in run("check", path).stderr
    assert "statement.element_missing" in run("check", path, "--form", form).stderr
    form.write_text("name = ", "utf-8")
    assert "statement.form_malformed" in run("check", path, "--form", form).stderr
    form.write_bytes(b"\xff\xff")
    assert "statement.encoding" in run("check", path, "--form", form).stderr
    assert "statement.unreadable" in run("check", path, "--form", tmp_path / "none").stderr
