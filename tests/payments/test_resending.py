"""A reference that its bank does not know is sent once more, only where the bank dedupes by it."""

from datetime import datetime, timedelta

from huoqi.kit.db import Work
from huoqi.payments._store import banks
from huoqi.payments.banks.simulated import truth
from huoqi.payments.operations import claim_sends
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.reducer import State
from tests.payments.test_routing import TUESDAY_NINE, arm
from tests.payments.world import World


def moved(world: World) -> list[int]:
    def body(work: Work) -> list[int]:
        return [each.times for each in truth.movements(work)]

    return world.database.run(body)


def after(seconds: int) -> datetime:
    return TUESDAY_NINE + timedelta(seconds=seconds)


def over_the_aggregator(world: World) -> MoneyOrder:
    """Return an order for the aggregator, since the bank's own line is down."""
    world.clock.at = TUESDAY_NINE
    card = world.saver()
    world.database.run(
        lambda work: banks.set_down(work, ["ICBC"], retry_at=work.at + timedelta(days=1))
    )
    order = world.place_one(card, 10_000)
    assert order.channel == "aggregator"
    return order


def test_a_lost_request_is_sent_again_after_two_questions(world: World) -> None:
    order = over_the_aggregator(world)
    (lost,) = world.database.run(lambda work: claim_sends(work, limit=1))
    world.run_at(after(30))
    assert (world.now(order).state, moved(world)) == (State.UNKNOWN, [])
    world.run_at(after(60))

    assert (world.now(order).state, moved(world)) == (State.SUCCEEDED, [1])
    assert world.now(order).bank_ref == lost.bank_ref


def test_what_lies_inside_the_bank_is_executed_once(world: World) -> None:
    order = over_the_aggregator(world)
    arm(world, "executed_late", remaining=1)
    for seconds in (0, 30, 60):
        world.run_at(after(seconds))
    assert world.now(order).state is State.UNKNOWN
    world.run_at(after(7_200))

    assert (world.now(order).state, moved(world)) == (State.SUCCEEDED, [1])


def test_a_reference_that_was_refused_is_not_sent_again(world: World) -> None:
    order = over_the_aggregator(world)
    world.database.run(lambda work: work.run("DELETE FROM simulated.bank_card"))
    world.run_at(after(0))

    assert (world.now(order).state, moved(world)) == (State.REJECTED, [])
    world.run_at(after(60))
    assert moved(world) == []


def test_the_banks_own_line_is_only_asked(world: World) -> None:
    world.clock.at = TUESDAY_NINE
    card = world.saver()
    order = world.place_one(card, 10_000)
    world.database.run(lambda work: claim_sends(work, limit=1))
    for seconds in (30, 60, 300, 1_800, 7_200, 21_600):
        world.run_at(after(seconds))

    assert (order.channel, world.now(order).state, moved(world)) == ("direct", State.UNKNOWN, [])
