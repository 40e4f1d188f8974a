"""``huoqi break``: listed, shown, proposed by one key, decided by another; the exit codes tell."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from huoqi.cli.break_commands import break_group
from huoqi.customers.operations import KeyRequest, make_key
from tests.close.differing import blocked, move
from tests.close.world import FUND, Company, company_on, day

SAVERS = range(100, 104)


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company whose savers bought on the first Monday."""
    with company_on(dsn, savers=SAVERS) as opened:
        opened.buy({no: 1_000_000 + 37 * no for no in SAVERS})
        yield opened


def run(company: Company, *arguments: str, key: str = "") -> Result:
    """Run a command on a company's database with somebody's key."""
    session = SimpleNamespace(database=company.database)
    return CliRunner().invoke(break_group, arguments, obj=session, env={"HUOQI_KEY": key})


def document(result: Result) -> dict[str, Any]:  # a JSON document
    """Return the one JSON document of a command."""
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def key_of(company: Company, label: str, role: str) -> str:
    """Make a key of a role and return its text."""
    request = KeyRequest(label, frozenset({role}))  # type: ignore[arg-type]
    return company.database.run(lambda work: make_key(work, request, installation="sandbox")).text


def test_two_people_settle_a_days_breaks_at_the_command_line(company: Company) -> None:
    assert run(company, "list").stdout == "0 breaks\n"
    blocked(company)
    an, bo = key_of(company, "an", "finance"), key_of(company, "bo", "approver")
    listed = run(company, "list", "--class", "amount_mismatch", "--age", "today", "--json")
    assert listed.exit_code == 3
    more, less = document(listed)["breaks"]
    assert (more["suggestion"], more["difference"]) == ("accept_register_figure", "-3")
    assert more["id"] in run(company, "list").stdout

    shown = document(run(company, "show", more["id"], "--json"))
    assert (shown["record_no"], len(shown["offers"]), shown["acts"]) == (1, 7, [])
    assert "replace_line" in run(company, "show", more["id"]).stdout
    why = ("--action", "replace_line", "--reason", "in the file", "--evidence", "file 05")
    day_of = ("--class", "amount_mismatch", "--fund", FUND, "--on", day(2).isoformat())
    proposed = run(company, "resolve", *day_of, *why, "--json", key=an)
    assert proposed.exit_code == 4
    approval_id = document(proposed)["approval_id"]
    assert run(company, "list").exit_code == 4
    alone = run(company, "decide", approval_id, "--json", key=key_of(company, "eve", "viewer"))
    assert document(alone)["code"] == "auth.role_missing"
    decided = run(company, "decide", approval_id, key=bo)
    assert (decided.exit_code, decided.stdout.split()[1]) == (0, "approved")

    again = run(
        company, "reopen", less["id"], "--reason", "wrong", "--evidence", "call", "--json", key=an
    )
    assert (document(again)["state"], document(again)["version"]) == ("open", 2)
    one = run(company, "resolve", less["id"], *why, key=an)
    assert one.exit_code == 4
    assert run(company, "decide", one.stdout.split()[0], key=bo).exit_code == 0
    assert move(company, to=4) == "ready"
    assert run(company, "list").exit_code == 0
    assert "2 breaks" not in run(company, "list", "--state", "resolved").stdout
    verbs = [act["verb"] for act in document(run(company, "show", less["id"], "--json"))["acts"]]
    assert verbs == ["proposed", "approved", "reopened", "proposed", "approved"]


def test_one_person_with_two_roles_cannot_do_both(company: Company) -> None:
    more, _ = blocked(company)
    both = key_of(company, "an", "operator")
    why = ("--action", "replace_line", "--reason", "in the file", "--evidence", "file 05")
    proposed = document(run(company, "resolve", more.key.break_id, *why, "--json", key=both))

    alone = run(company, "decide", proposed["approval_id"], "--json", key=both)

    assert document(alone)["code"] == "approval.maker_is_checker"
    assert run(company, "show", "990001.2015-05-13.register.77", "--json").exit_code == 1
    assert run(company, "resolve", "what", *why, "--json", key=both).exit_code == 1
    assert run(company, "resolve", *why, key=both).exit_code == 2
