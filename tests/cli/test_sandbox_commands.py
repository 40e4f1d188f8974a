"""``huoqi sandbox`` at the terminal: answers as JSON, refusals with their codes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.cli.sandbox_commands import sandbox_group
from huoqi.cli.session import Session
from huoqi.sandbox.opening import first_morning

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., Result]


@pytest.fixture
def run(dsn: str, tmp_path: Path) -> Iterator[Run]:
    """Return how to call a command on a company at the sandbox's first morning."""
    settings = read_settings({"HUOQI_DATA": str(tmp_path)}, root=ROOT)
    platform = open_platform(settings, dsn=dsn)
    first_morning(platform, seed=20150511)
    session = Session(lambda: platform, open_at=lambda other: open_platform(settings, dsn=other))
    yield lambda *words: CliRunner().invoke(
        sandbox_group, words, obj=session, prog_name="huoqi sandbox"
    )
    platform.database.close()


def document(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_a_day_passes_and_is_closed(run: Run) -> None:
    moved = document(run("advance", "--days", "1", "--json"))
    status = document(run("status", "--json"))

    assert (moved["business_time"], moved["state"]) == ("2015-05-12T09:00:00+08:00", "ready")
    assert (status["last_closed_on"], status["branch"]) == ("2015-05-11", "main")


def test_the_next_event_is_the_cut_off(run: Run) -> None:
    moved = document(run("advance", "--next-event", "--json"))

    assert moved["business_time"] == "2015-05-11T15:00:00+08:00"


def test_without_a_move_that_was_cut_off_there_is_nothing_to_resume(run: Run) -> None:
    refused = run("advance", "--resume", "--json")

    assert (refused.exit_code, json.loads(refused.stdout)["code"]) == (1, "clock.nothing_under_way")
    assert run("advance", "--resume", "--days", "1").exit_code == 2


def test_a_blocked_day_is_told_with_each_move(run: Run, dsn: str) -> None:
    document(run("advance", "--days", "1", "--json"))
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "UPDATE holding SET units_e2 = units_e2 + 1 WHERE customer_no ="
            " (SELECT max(customer_no) FROM holding)"
        )
    stopped = document(run("advance", "--days", "3", "--json"))
    further = run("advance", "--days", "1", "--json")

    (row,) = json.loads(further.stdout)["blocked"]
    command = f"huoqi close status --on {row['on']} --fund 990001"
    assert stopped["state"] == "stopped_at_event"
    assert (row["step"], row["next_step"]) == ("tie_out", command)
    assert f"is blocked at tie_out: {row['why']}. Next: {command}" in further.stderr


def test_a_branch_is_kept_and_gone_back_to(run: Run) -> None:
    document(run("branch", "before", "--json"))
    document(run("advance", "--to", "2015-05-13", "--json"))

    back = document(run("rewind", "before", "--json"))

    assert back["business_time"] == "2015-05-11T09:00:00+08:00"
    names = [row["name"] for row in document(run("branches", "--json"))["branches"]]  # type: ignore[attr-defined]
    assert names[:2] == ["main", "before"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("advance", "--to", "2015-05-01"), "clock.backwards"),
        (("advance", "--to", "2027-01-01"), "calendar.beyond_horizon"),
        (("branch", "Bad Name"), "branch.name_malformed"),
        (("rewind", "nowhere"), "branch.not_found"),
        (("faults", "arm", "meteor"), "fault.unknown"),
    ],
)
def test_a_refusal_ends_with_1_and_its_code(run: Run, words: tuple[str, ...], code: str) -> None:
    result = run(*words, "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["code"] == code


def test_a_fault_is_armed_listed_and_cancelled(run: Run) -> None:
    assert run("faults", "list").output == "no fault is armed\n"
    armed = document(run("faults", "arm", "nav_late", "--param", "hours=6", "--json"))
    cancelled = document(run("faults", "cancel", str(armed["id"]), "--json"))

    assert (armed["state"], cancelled["state"]) == ("armed", "over")
    assert document(run("faults", "list", "--json"))["faults"] == [cancelled]


def test_personas_and_magic_values_are_shown_to_people_too(run: Run) -> None:
    assert "student17" in run("personas").output
    assert "6222020000000180000" in run("magic").output


def test_a_replay_prints_one_document_and_ends_with_0(run: Run, tmp_path: Path) -> None:
    income = tmp_path / "income.csv"
    income.write_text("date,income_per_10k\n2013-07-01,1.5787\n2013-07-02,1.5461\n")

    report = document(run("replay", "--income", str(income), "--customers", "5", "--json"))

    assert (report["days_closed"], report["ties"]) == (2, True)


def test_a_bad_income_file_names_row_and_column(run: Run, tmp_path: Path) -> None:
    income = tmp_path / "income.csv"
    income.write_text("date,income_per_10k\n2013-07-01,x\n")

    result = run("replay", "--income", str(income), "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "code": "validation.bad_number",
        "row": 2,
        "column": "income_per_10k",
        "next_step": "huoqi sandbox replay --help",
    }


def test_the_chaos_day_says_where_each_trouble_was_found(run: Run) -> None:
    told = document(run("chaos", "--json"))

    rows = told["found"]
    assert isinstance(rows, list)
    assert [row["no"] for row in rows] == list(range(1, 26))
    found = {row["fault"]: (row["found_at_step"], row["class"]) for row in rows}
    assert found["nav_late"] == ("6", "file_late")
    assert found["confirmation_partial"] == ("4", "missing_confirmation")
    assert found["card 0012"] == ("11", "duplicated_in_bank")
    assert told["false_breaks"] == []
