"""``huoqi route``: why payments took their channels, how these do, whether the reserve is kept."""

import json
from types import SimpleNamespace

from click.testing import CliRunner, Result

from huoqi.cli.route_commands import route_group
from tests.payments.conftest import world as world
from tests.payments.test_routing import TUESDAY_NINE, arm
from tests.payments.world import World


def run(world: World, *arguments: str) -> Result:
    session = SimpleNamespace(database=world.database)
    return CliRunner().invoke(route_group, arguments, obj=session)


def test_a_choice_is_explained_with_what_was_known(world: World) -> None:
    world.clock.at = TUESDAY_NINE
    card = world.saver()
    arm(world, "bank_down", remaining=1)
    world.place_one(card, 10_000)
    world.run_at(TUESDAY_NINE)
    order = world.place_one(card, 20_000)

    text = run(world, "explain", str(order.order_id)).stdout
    assert "over aggregator" in text
    assert "* aggregator  fee 0.60" in text
    (told,) = json.loads(run(world, "explain", str(order.intent_id), "--json").stdout)["payments"]
    assert (told["channel"], told["was_choice"]) == ("aggregator", True)
    assert [c["shut"] for c in told["decision"]["channels"]] == ["down", ""]


def test_a_single_channel_and_an_unknown_order_say_so(world: World) -> None:
    order = world.place_one(world.saver(), 10_000)

    assert "a single channel was in force" in run(world, "explain", str(order.order_id)).stdout
    unknown = run(world, "explain", str(world.new_id()), "--json")
    assert json.loads(unknown.stdout)["code"] == "payment.order_not_found"


def test_channels_are_listed_with_how_they_answer(world: World) -> None:
    world.clock.at = TUESDAY_NINE
    found = json.loads(run(world, "channels", "--json").stdout)["channels"]

    assert len(found) == 24 + 12
    assert {each["success_ppm"] for each in found} == {1_000_000}
    assert "aggregator" in run(world, "channels").stdout


def test_the_reserve_is_kept_until_something_is_paid_out_of_it(world: World) -> None:
    world.saver(cash_fen=10_000)

    kept = run(world, "reserve", "--json")
    assert (kept.exit_code, json.loads(kept.stdout)["is_kept"]) == (0, True)
    assert "customers" in run(world, "reserve").stdout
