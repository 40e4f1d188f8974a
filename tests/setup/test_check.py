"""The runners of checks and tests: what fails is told, what is absent is told too."""

import sys
import tomllib
from pathlib import Path

import pytest

from tools import check, deep
from tools import test as runner
from tools.folders import ROOT, find_browser


def answer_of(code: str) -> check.Answer:
    return check.run(check.Check("sample", (sys.executable, "-c", code)))


def test_a_check_that_ends_well_passes() -> None:
    assert check.report(answer_of("pass"))


def test_a_check_that_ends_badly_shows_what_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert not check.report(answer_of("print('wrong'); raise SystemExit(3)"))

    shown = capsys.readouterr().out
    assert shown.startswith("FAILED sample")
    assert "wrong" in shown


def test_a_check_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "TIMEOUT_S", 1)

    answer = answer_of("import threading; threading.Event().wait()")

    assert answer.code == 1
    assert answer.output == "stopped after 1 s"


def test_some_tests_run_only_where_their_data_or_browser_is(tmp_path: Path) -> None:
    least = [stage.title for stage in runner.stages(shared=None, browser=None)]
    most = [stage.title for stage in runner.stages(shared=tmp_path, browser="chromium")]

    assert least == ["rules and kit", "with a database", "app units"]
    assert most == [*least, "in a browser", "on real data"]


@pytest.mark.parametrize(
    ("first", "alone", "end"),
    [
        ("assert True", "assert True", "ok"),
        ("assert False", "assert True", "UNSTEADY"),
        ("assert False", "assert False", "FAILED"),
        ("(", "assert True", "FAILED"),
    ],
)
def test_what_failed_beside_others_is_tried_alone_and_told(
    tmp_path: Path, first: str, alone: str, end: str
) -> None:
    named = [(tmp_path / f"test_{n}.py", body) for n, body in enumerate((first, alone))]
    for path, body in named:
        path.write_text(f"def test_it():\n    {body}\n", encoding="utf-8")
    one, other = [("-c", str(tmp_path / "none.ini"), str(path)) for path, _ in named]
    (tmp_path / "none.ini").write_text("[pytest]\n", encoding="utf-8")

    assert runner.run(runner.Stage("sample", one, once_more=other)) == end
    assert runner.run(runner.Stage("sample", one)) == ("ok" if end == "ok" else "FAILED")


def test_a_browser_of_ones_own_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUOQI_CHROMIUM", sys.executable)
    assert find_browser() == sys.executable
    monkeypatch.setenv("HUOQI_CHROMIUM", "no-such-browser")
    assert find_browser() is None


@pytest.mark.parametrize(("survived", "code"), [(1, 0), (2, 1)])
def test_nine_in_ten_mutants_must_be_killed(survived: int, code: int) -> None:
    endings = ["survived"] * survived + ["killed"] * (10 - survived)
    lines = [f"    huoqi.fund.rules.yields.x_f__mutmut_{n}: {e}" for n, e in enumerate(endings)]

    assert deep.score("\n".join(lines), patterns=["huoqi.fund.rules.yields*"]) == code


def test_mutants_that_were_not_tried_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    endings = ["killed", "not checked", "not checked"]
    lines = [f"    huoqi.fund.rules.yields.x_f__mutmut_{n}: {e}" for n, e in enumerate(endings)]

    assert deep.score("\n".join(lines), patterns=["huoqi.fund.rules.yields*"]) == 0
    assert "NOT TRIED: 2 of 3" in capsys.readouterr().out


def test_mutants_meet_the_tests_of_all_rules() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]
    folders = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/*/rules"))

    assert settings["pytest_add_cli_args_test_selection"] == folders
