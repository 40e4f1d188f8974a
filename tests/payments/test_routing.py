"""Channels through the database: chosen, kept with what was known, stopped, and healed."""

from datetime import UTC, datetime, timedelta

import pytest

from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import route_of
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.limits import SingleLimit
from huoqi.payments.rules.reducer import State
from tests.payments.world import World

TUESDAY_NINE = datetime(2016, 3, 1, 1, 0, tzinfo=UTC)
LAST_DAY_OF_ONE_CHANNEL = datetime(2016, 2, 29, 15, 44, tzinfo=UTC)

FULL = """
    INSERT INTO channel_day_use (shard, bank, direction, channel, on_date, amount_fen)
    VALUES (0, %s, %s, %s, %s, %s)
"""


def arm(world: World, fault: str, *, remaining: int | None) -> None:
    world.database.run(
        lambda work: work.run(
            "INSERT INTO simulated.fault (fault_id, fault, target, active_from, remaining, params)"
            " VALUES (%s, %s, 'ICBC', %s, %s, '{}')",
            (work.new_id(), fault, work.at, remaining),
        )
    )


def test_with_a_single_channel_there_is_nothing_to_keep(world: World) -> None:
    world.clock.at = LAST_DAY_OF_ONE_CHANNEL
    order = world.place_one(world.saver(), 10_000)

    assert order.channel == "direct"
    assert world.database.run(lambda work: route_of(work, order)).note is None


def test_from_march_2016_the_choice_is_kept_with_what_was_known(world: World) -> None:
    world.clock.at = TUESDAY_NINE
    order = world.place_one(world.saver(), 10_000)
    route = world.database.run(lambda work: route_of(work, order))

    assert order.channel == "direct"
    assert route.note is not None
    assert route.note["chosen"] == "direct"
    told = [(c["channel"], c["fee_fen"], c["shut"]) for c in route.note["channels"]]
    assert told == [("direct", 0, ""), ("aggregator", 60, "")]


def test_a_bank_that_is_down_is_reached_by_the_aggregator_and_it_pays(world: World) -> None:
    world.clock.at = TUESDAY_NINE
    card = world.saver()
    arm(world, "bank_down", remaining=1)
    world.place_one(card, 10_000)
    world.run_at(TUESDAY_NINE)

    second = world.place_one(card, 20_000)
    world.run_at(TUESDAY_NINE)
    assert (second.channel, world.now(second).state) == ("aggregator", State.SUCCEEDED)
    world.run_after(minutes=5)
    third = world.place_one(card, 30_000)
    assert third.channel == "direct"  # a query was answered, so the line is up again


def test_a_channel_that_is_full_for_the_day_hands_the_order_to_the_next(world: World) -> None:
    world.clock.at = TUESDAY_NINE
    card = world.saver(8)
    world.database.run(
        lambda work: work.run(FULL, ("ICBC", "COLLECT", "direct", TUESDAY_NINE.date(), 10**11))
    )
    order = world.place_one(card, 10_000)

    assert order.channel == world.now(order).channel == "aggregator"
    note = world.database.run(lambda work: route_of(work, order)).note
    assert note is not None
    assert [(c["channel"], c["shut"]) for c in note["channels"]] == [
        ("direct", "channel_day_limit"),
        ("aggregator", ""),
    ]
    used = world.database.run(
        lambda work: work.rows("SELECT channel, amount_fen FROM channel_day_use ORDER BY 1")
    )
    assert used == [("aggregator", 10_000), ("direct", 10**11)]
    world.run_at(TUESDAY_NINE)
    assert world.now(order).state is State.SUCCEEDED


def test_more_than_any_channel_moves_at_a_time_names_the_largest_limit(world: World) -> None:
    world.clock.at = TUESDAY_NINE
    card = world.saver()

    assert world.place(world.request(card, 1_000_001)) == [SingleLimit(limit_fen=1_000_000)]


def test_half_of_ten_unanswered_stop_a_channel_until_a_probe_is_answered(world: World) -> None:
    world.clock.at = TUESDAY_NINE
    cards = [world.saver(7 + n) for n in range(10)]
    arm(world, "reply_lost", remaining=10)
    for card in cards:
        world.place_one(card, 10_000)
    world.run_at(TUESDAY_NINE)

    passed_by = world.place_one(cards[0], 10_000)
    assert passed_by.channel == "aggregator"
    world.run_after(minutes=5)
    probe = world.place_one(cards[1], 10_000)
    assert probe.channel == "direct"
    world.run_at(world.clock.at)
    assert world.now(probe).state is State.SUCCEEDED
    left = world.database.run(lambda work: work.row("SELECT count(*) FROM channel_health"))
    assert left == (0,)


def test_a_lone_sick_channel_lets_payouts_wait_and_sends_one_ahead(world: World) -> None:
    cards = [world.saver(7 + n, cash_fen=50_000) for n in range(10)]
    arm(world, "reply_lost", remaining=11)
    for card in cards:
        world.place_one(card, 10_000, direction=Direction.PAYOUT)
    world.run_at(world.clock.at)

    waiting = [world.place_one(card, 1_000, direction=Direction.PAYOUT) for card in cards[:3]]
    assert {order.next_at for order in waiting} == {world.clock.at + timedelta(minutes=5)}
    world.run_after(minutes=5)
    assert sorted(world.now(order).state for order in waiting) == [
        "RESERVED",
        "RESERVED",
        "UNKNOWN",
    ]
    world.run_after(minutes=5)
    assert {world.now(order).state for order in waiting[1:]} == {State.SUCCEEDED}


@pytest.mark.parametrize("at", [LAST_DAY_OF_ONE_CHANNEL, TUESDAY_NINE])
def test_a_repeated_request_keeps_the_channel_it_was_given(world: World, at: datetime) -> None:
    world.clock.at = at
    card = world.saver()
    request = world.request(card, 10_000)
    (first,), (again,) = world.place(request), world.place(request)

    assert isinstance(first, MoneyOrder)
    assert first == again
