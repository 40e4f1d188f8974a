"""The commands that run the fund's rules over a file or an instant."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from huoqi.cli.fund_rules import allocate_command, when_command, yields_command

WEEK = "date,income_per_10k\n" + "".join(
    f"2013-07-0{day},{income}\n"
    for day, income in enumerate(
        ["1.5787", "1.5461", "1.4670", "1.4223", "1.3845", "1.3674", "1.3671"], start=1
    )
)
EIGHT_HOLDERS = "100.00\n10000.00\n33333.33\n0.01\n73.04\n73.05\n123456.78\n99999999.99\n"


def run(command: click.Command, *arguments: str, typed: str | bytes = "") -> Result:
    return CliRunner().invoke(command, list(arguments), input=typed)


def test_a_week_prints_one_yield_under_the_heading() -> None:
    result = run(yields_command, "-", typed=WEEK)

    assert result.exit_code == 0
    assert result.output == "date,seven_day_yield_pct\n2013-07-07,5.425\n"


def test_monthly_carry_prints_the_simple_yield(tmp_path: Path) -> None:
    (tmp_path / "income.csv").write_text(WEEK)

    result = run(yields_command, str(tmp_path / "income.csv"), "--carry", "monthly", "--json")

    assert json.loads(result.output) == {
        "carry": "monthly",
        "yields": [{"on": "2013-07-07", "yield_7d_e3": "5284"}],
    }


def test_a_week_with_an_empty_income_prints_an_empty_yield() -> None:
    with_hole = WEEK.replace("1.4670", "")

    assert run(yields_command, "-", typed=with_hole).output.splitlines()[1] == "2013-07-07,"
    as_json = json.loads(run(yields_command, "-", "--json", typed=with_hole).output)
    assert as_json["yields"] == [{"on": "2013-07-07", "yield_7d_e3": None}]


def test_a_missing_day_is_refused_with_its_row() -> None:
    result = run(yields_command, "-", typed=WEEK.replace("2013-07-03,1.4670\n", ""))

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "fund.missing_day (row=4, column=date, on=2013-07-03)" in result.stderr
    assert "Try: " in result.stderr


def test_a_refusal_under_json_is_a_document() -> None:
    result = run(yields_command, "-", "--json", typed=WEEK.replace("1.4670", "1.46O0"))

    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "code": "validation.bad_number",
        "row": 4,
        "column": "income_per_10k",
    }


def test_eight_holders_get_one_line_each_and_then_the_total() -> None:
    result = run(allocate_command, "--income-per-10k", "1.3692", "-", typed=EIGHT_HOLDERS)

    assert result.output.splitlines() == [
        "0.01",
        "1.37",
        "4.57",
        "0.00",
        "0.01",
        "0.01",
        "16.90",
        "13692.00",
        "13714.87",
    ]


def test_a_heading_gives_the_accounts_that_decide_among_equals() -> None:
    typed = "\ufeffaccount,units\r\n9001,5000.00\r\n17,5000.00\r\n\r\n"

    result = run(allocate_command, "--income-per-10k", "1.3701", "-", typed=typed.encode())

    assert result.output.splitlines() == ["0.68", "0.69", "1.37"]


def test_a_negative_day_is_written_with_its_sign() -> None:
    result = run(allocate_command, "-", "--income-per-10k", "-0.6228", typed="10000.00\n0.01\n")

    assert result.output.splitlines() == ["-0.62", "0.00", "-0.62"]


def test_a_given_total_is_shared_exactly_and_the_row_says_how() -> None:
    arguments = ["--income-per-10k", "0", "--fund-income", "0.03", "--json", "-"]

    result = run(allocate_command, *arguments, typed="100000.00\n200000.00\n50000.00\n")

    day = json.loads(result.output)
    assert (day["mode"], day["theta"], day["total_income_fen"]) == ("ratio", "25000000", "3")
    assert [line["income_fen"] for line in day["incomes"]] == ["1", "2", "0"]


@pytest.mark.parametrize("rate", ["x", "1.369241", "1000", "1e3", ""])
def test_a_bad_rate_is_a_usage_error(rate: str) -> None:
    assert run(allocate_command, "--income-per-10k", rate, "-").exit_code == 2


def test_a_bad_total_is_a_usage_error() -> None:
    arguments = ["--income-per-10k", "1", "--fund-income", "0.001", "-"]

    assert run(allocate_command, *arguments).exit_code == 2


def test_a_bad_holding_is_refused_with_its_row() -> None:
    result = run(allocate_command, "--income-per-10k", "1.3692", "-", typed="1.00\n-1.00\n")

    assert result.exit_code == 1
    assert "validation.bad_number (row=2, column=units)" in result.stderr


def test_a_loss_beyond_everything_is_refused() -> None:
    arguments = ["--income-per-10k", "0", "--fund-income", "-2", "-"]

    result = run(allocate_command, *arguments, typed="1.00\n")

    assert result.exit_code == 1
    assert "fund.loss_exceeds_units" in result.stderr


def test_a_total_without_a_holding_is_refused() -> None:
    arguments = ["--income-per-10k", "1", "--fund-income", "2", "-"]

    result = run(allocate_command, *arguments, typed="0.00\n")

    assert result.exit_code == 1
    assert "fund.no_units_to_share_on" in result.stderr


def test_a_file_that_is_no_text_is_refused() -> None:
    result = run(allocate_command, "--income-per-10k", "1", "-", typed=b"\xff\xfe1\x00")

    assert result.exit_code == 1
    assert "validation.file_not_text" in result.stderr


def test_a_file_that_is_not_there_is_a_usage_error() -> None:
    assert run(yields_command, "no-such-file.csv").exit_code == 2


def test_a_purchase_after_the_cut_off_tells_its_dates() -> None:
    result = run(when_command, "2015-05-14T15:00:00+08:00")

    assert json.loads(result.output) == {
        "t_day": "2015-05-15",
        "confirmed_on": "2015-05-18",
        "earns_from": "2015-05-18",
        "visible_on": "2015-05-19",
        "gap_days": 3,
        "holidays": [],
    }


@pytest.mark.parametrize(
    ("side", "earns_until"), [("redeem", "2015-05-17"), ("redeem-fast", "2015-05-13")]
)
def test_a_redemption_tells_the_last_date_that_earns(side: str, earns_until: str) -> None:
    dates = json.loads(run(when_command, "2015-05-14T07:00:00Z", "--side", side).output)

    assert (dates["earns_until"], dates["visible_on"]) == (earns_until, None)


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        ("2026-12-30T15:00:00+08:00", "calendar.beyond_horizon"),
        ("9999-12-31T23:59:59Z", "validation.instant_malformed"),
        ("2015-05-14T15:00:00", "validation.instant_without_offset"),
        ("tomorrow", "validation.instant_malformed"),
    ],
)
def test_a_refused_instant_exits_with_one_and_its_code(instant: str, code: str) -> None:
    result = run(when_command, instant, "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["code"] == code
    assert code in result.stderr


@pytest.mark.parametrize("command", [yields_command, allocate_command, when_command])
def test_help_teaches_with_an_example(command: click.Command) -> None:
    assert "Example:" in run(command, "--help").output


@pytest.mark.parametrize("typed", ["", "\n \n", "units\n", "account,units\n"])
def test_a_file_without_holdings_is_refused(typed: str) -> None:
    result = run(allocate_command, "--income-per-10k", "1.3692", "-", typed=typed)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "fund.nothing_to_allocate" in result.stderr
