"""``huoqi debt``: listed, shown, proposed by one key and approved by another."""

import json
from types import SimpleNamespace

from click.testing import CliRunner, Result

from huoqi.cli.debt_commands import debt_group
from huoqi.customers.operations import KeyRequest, make_key
from huoqi.fund.orders import FundOrder
from tests.fund.conftest import shelf as shelf
from tests.fund.test_money_out import take_back
from tests.fund.world import MONDAY, ONE_DAY, Shelf


def run(shelf: Shelf, *arguments: str, key: str = "") -> Result:
    """Run a command on a shelf's database with somebody's key."""
    session = SimpleNamespace(database=shelf.database)
    return CliRunner().invoke(debt_group, arguments, obj=session, env={"HUOQI_KEY": key})


def key_of(shelf: Shelf, label: str, role: str) -> str:
    """Make a key of a role and return its text."""
    request = KeyRequest(label, frozenset({role}))  # type: ignore[arg-type]
    made = shelf.database.run(lambda work: make_key(work, request, installation="sandbox"))
    return made.text


def owing(shelf: Shelf) -> FundOrder:
    """Return a purchase whose money the bank took back."""
    order = shelf.buy(107, 50_000)
    shelf.run_until(MONDAY + ONE_DAY)
    take_back(shelf, order)
    return order


def test_two_people_write_a_debt_off(shelf: Shelf) -> None:
    order = owing(shelf)
    an, bo = key_of(shelf, "an", "operator"), key_of(shelf, "bo", "approver")
    (listed,) = json.loads(run(shelf, "list", "--json").stdout)["debts"]
    assert (listed["order_id"], listed["left_fen"]) == (str(order.order_id), "50000")
    assert "500.00 yuan" in run(shelf, "list").stdout

    wish = ("settle", str(order.order_id), "--way", "write_off", "--proof", "case-1", "--json")
    proposed = json.loads(run(shelf, *wish, key=an).stdout)
    assert proposed["state"] == "pending"
    alone = run(shelf, "decide", proposed["approval_id"], "--json", key=an)
    assert json.loads(alone.stdout)["code"] == "approval.maker_is_checker"
    decided = run(shelf, "decide", proposed["approval_id"], key=bo)
    assert decided.stdout.strip().endswith("approved")

    shown = json.loads(run(shelf, "show", str(order.order_id), "--json").stdout)
    assert (shown["left_fen"], shown["settlements"][0]["state"]) == ("0", "settled")
    assert "write_off" in run(shelf, "show", str(order.order_id)).stdout
    assert run(shelf, "list").stdout == "no debts\n"
    assert str(order.order_id) in run(shelf, "list", "--settled").stdout


def test_without_the_right_key_nothing_is_proposed(shelf: Shelf) -> None:
    order = owing(shelf)
    wish = ("settle", str(order.order_id), "--way", "write_off", "--proof", "case-1", "--json")

    nobody = run(shelf, *wish)
    viewer = run(shelf, *wish, key=key_of(shelf, "eve", "viewer"))
    unknown = run(shelf, "show", str(shelf.new_id()), "--json")

    assert json.loads(nobody.stdout)["code"] == "auth.key_invalid"
    assert json.loads(viewer.stdout)["code"] == "auth.role_missing"
    assert json.loads(unknown.stdout)["code"] == "fund.debt_unknown"
