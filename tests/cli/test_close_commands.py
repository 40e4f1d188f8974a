"""``huoqi close run|seal|status``: what a person at a terminal sees of the day."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from click.testing import CliRunner

from huoqi.cli.close_commands import close_group
from huoqi.close.platform import Platform
from huoqi.close.seal.simulated import simulated_desk
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import FUND, Company, company_on, day

Document = dict[str, Any]  # free JSON, read by the test that knows its keys


@dataclass
class Session:
    """What the commands get: the platform."""

    platform: Platform


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company with two savers who bought."""
    with company_on(dsn, savers=[100, 101]) as opened:
        opened.buy({100: 100_000, 101: 50_000})
        yield opened


def answer(company: Company, *arguments: str, code: int = 0) -> Document:
    """Return the JSON document of a command."""
    result = CliRunner().invoke(close_group, [*arguments, "--json"], obj=Session(company.platform))
    assert result.exit_code == code, result.output
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def test_status_before_the_first_close_shows_what_is_next(company: Company) -> None:
    document = answer(company, "status")

    assert document["days"] == []
    assert document["closed_count"] == 0
    kinds = [due["kind"] for due in document["next"]]
    assert "cut_off" in kinds


def test_status_shows_the_last_closed_day_with_its_steps(company: Company) -> None:
    TimeMachine(company.platform).advance_to(shanghai_at(day(3), hour=9))

    (shown,) = answer(company, "status")["days"]

    assert (shown["on"], shown["state"], shown["holders"]) == ("2015-05-13", "done", 2)
    assert shown["root"] == company.roots()[-1]
    assert [step["state"] for step in shown["steps"]] == ["done"] * 13
    assert shown["income"] == "0.19"


def test_days_are_sealed_by_hand_and_who_is_missing_is_named(company: Company) -> None:
    TimeMachine(company.platform).advance_to(shanghai_at(day(3), hour=9))
    desk = simulated_desk(bytes(32), managers=company.platform.managers, now=company.now)
    company.platform = replace(company.platform, seal=desk)

    (sealed,) = answer(company, "seal")["funds"]
    assert sealed == {"fund": FUND, "sealed": 3, "missing": None}
    (shown,) = answer(company, "status")["days"]
    assert (shown["seal"], len(shown["seal_root"])) == ("done", 64)

    company.database.run(lambda work: work.run("DELETE FROM close_seal"))
    company.fault("manager_down", at=company.now(), until=shanghai_at(day(4), hour=9))
    (missing,) = answer(company, "seal", code=3)["funds"]
    assert missing["missing"] == "fund_manager:away"


def test_running_now_does_what_is_due_and_one_day_answers_its_root(company: Company) -> None:
    TimeMachine(company.platform).advance_to(shanghai_at(day(2), hour=9))

    assert answer(company, "run") == {"done": 0}
    (closed,) = answer(company, "run", "--on", "2015-05-12")["closes"]
    assert closed["root"] == company.roots()[1]
    refused = answer(company, "run", "--on", "2015-05-13", code=1)
    assert refused["code"] == "close.day_not_over"


def test_a_blocked_day_is_shown_with_its_rows_and_its_own_exit_code(company: Company) -> None:
    TimeMachine(company.platform).advance_to(shanghai_at(day(2), hour=9))
    with company.database.work() as work:
        work.run("UPDATE holding SET units_e2 = units_e2 + 1 WHERE customer_no = 100")
    TimeMachine(company.platform).advance_to(shanghai_at(day(3), hour=9))

    (shown,) = answer(company, "status", code=3)["days"]

    assert (shown["on"], shown["state"]) == ("2015-05-13", "blocked")
    assert shown["breaks"][0]["account_no"] == 100
    plain = CliRunner().invoke(close_group, ["status"], obj=Session(company.platform))
    assert plain.exit_code == 3
    assert "tie_out" in plain.stdout
    assert "holdings" in plain.stdout
    last = plain.stdout.splitlines()[-1]
    assert last.startswith("next step")
    assert last.endswith("huoqi close run --on 2015-05-13 --fund 990001")


def test_days_and_a_date_do_not_go_together(company: Company) -> None:
    result = CliRunner().invoke(
        close_group, ["run", "--on", "2015-05-12", "--days", "2"], obj=Session(company.platform)
    )

    assert result.exit_code == 2


@pytest.mark.parametrize("arguments", [("status",), ("run", "--on", "2015-05-11")])
def test_a_fund_that_nobody_sells_is_refused(company: Company, arguments: tuple[str, ...]) -> None:
    refusal = answer(company, *arguments, "--fund", "999999", code=1)

    assert refusal["code"] == "fund.unknown"


@pytest.mark.parametrize("more", [(), ("--days", "1")])
def test_one_fund_alone_is_closed_only_for_a_date(company: Company, more: tuple[str, ...]) -> None:
    arguments = ["run", "--fund", "990001", *more]
    refused = CliRunner().invoke(close_group, arguments, obj=Session(company.platform))

    assert refused.exit_code == 2
    assert "--on" in refused.output


def test_a_day_before_the_first_one_is_refused(company: Company) -> None:
    early = answer(company, "status", "--on", "2015-05-10", code=1)
    assert (early["code"], early["first_on"]) == ("close.before_first_day", "2015-05-11")
    (first,) = answer(company, "status", "--on", "2015-05-11")["days"]
    assert first["steps"][0]["state"] == "waiting"

    TimeMachine(company.platform).advance_to(shanghai_at(day(3), hour=9))

    later = answer(company, "status", "--on", "2015-05-10", "--fund", "990001", code=1)
    assert (later["code"], later["first_on"]) == ("close.before_first_day", "2015-05-11")
    (first,) = answer(company, "status", "--on", "2015-05-11")["days"]
    assert first["state"] == "done"
