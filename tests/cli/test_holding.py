"""``holding explain`` tells every figure, in words and as a document."""

import json
from types import SimpleNamespace

from click.testing import CliRunner, Result

from huoqi.cli.holding import holding_group
from tests.close.differing import blocked, bought, decide, move, proposed
from tests.fund.conftest import shelf as shelf
from tests.fund.world import MONDAY, ONE_DAY, Shelf


def explain(shelf: Shelf, *arguments: str) -> Result:
    """Run the command on a shelf's database."""
    session = SimpleNamespace(database=shelf.database)
    return CliRunner().invoke(holding_group, ["explain", *arguments], obj=session)


def test_a_day_is_explained_so_that_anyone_can_recompute_it(shelf: Shelf) -> None:
    shelf.buy(107, 1_000_000)
    shelf.run_until(MONDAY + ONE_DAY)

    told = json.loads(explain(shelf, "107", "2015-05-12", "--json").stdout)
    in_words = explain(shelf, "107", "2015-05-12")

    product = int(told["numerator"]) * 1_000_000
    assert (int(told["product"]), told["units"]) == (product, "10000.00")
    assert divmod(product, 10**9) == (int(told["floor_fen"]), int(told["remainder"]))
    assert int(told["income_fen"]) == int(told["floor_fen"]) + told["plus_one_fen"]
    assert f"income              {told['income']} yuan" in in_words.stdout


def test_what_is_not_published_or_not_known_is_refused_with_its_code(shelf: Shelf) -> None:
    shelf.buy(107, 1_000_000)
    shelf.run_until(MONDAY)

    unpublished = explain(shelf, "107", "2015-05-12", "--json")
    stranger = explain(shelf, "999", "2015-05-12", "--json")
    nobody = explain(shelf, "0", "2015-05-12", "--json")

    assert unpublished.exit_code == stranger.exit_code == nobody.exit_code == 1
    assert json.loads(unpublished.stdout)["code"] == "fund.day_not_published"
    assert json.loads(stranger.stdout)["code"] == "fund.holding_unknown"
    assert json.loads(nobody.stdout)["code"] == "customer.unknown"
    assert unpublished.stderr.endswith("Next: huoqi close status\n")
    assert nobody.stderr.endswith("Next: huoqi sandbox personas\n")


def test_an_accepted_figure_is_told_with_its_file_its_people_and_the_registers_row(
    dsn: str,
) -> None:
    with bought(dsn) as company:
        found = blocked(company, customer_no=104, fen=3)
        session = SimpleNamespace(database=company.database)
        asked = ["explain", "104", "2015-05-13"]
        before = CliRunner().invoke(holding_group, [*asked, "--json"], obj=session)
        decide(company, proposed(company, found))
        move(company, to=4)
        told = json.loads(CliRunner().invoke(holding_group, [*asked, "--json"], obj=session).stdout)
        words = CliRunner().invoke(holding_group, asked, obj=session).stdout

    predicted = json.loads(before.stdout)
    assert (predicted["status"], predicted["register_row"]) == ("predicted", None)
    assert predicted["ledger_transfer_id"] is None
    assert told["status"] == "overridden"
    assert int(told["income_fen"]) == int(told["floor_fen"]) + told["plus_one_fen"] + 3
    accepted = told["override"]
    assert (accepted["proposed_by"], accepted["approved_by"]) == ("staff:an", "staff:bo")
    assert accepted["record_no"] == told["register_row"]["record_no"] == 5
    assert told["register_row"]["units"] == told["units_after"]
    assert told["ledger_transfer_id"]
    assert "accepted by         staff:an and staff:bo" in words
    assert "register row" in words
