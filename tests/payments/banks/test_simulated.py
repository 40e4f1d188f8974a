"""The simulated banks: each magic card and each fault does what its description says."""

from datetime import datetime, timedelta

import pytest

from huoqi.payments.banks.port import Instruction
from huoqi.payments.banks.simulated import truth
from huoqi.payments.operations.orders import BankDown
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import banks_down, evidence_of
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import State
from tests.payments.world import MONDAY_NINE, World


def arm(
    world: World,
    fault: str,
    *,
    target: str = "",
    until: datetime | None = None,
    remaining: int | None = None,
) -> None:
    world.database.run(
        lambda work: work.run(
            "INSERT INTO simulated.fault"
            " (fault_id, fault, target, active_from, active_until, remaining)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (world.new_id(), fault, target, work.at, until, remaining),
        )
    )


def paid(world: World, last_four: str) -> MoneyOrder:
    order = world.place_one(world.saver(last_four=last_four), 10_000)
    world.run_at(MONDAY_NINE)
    return order


def moved(world: World) -> list[tuple[int, int]]:
    return [(m.amount_fen, m.times) for m in world.database.run(truth.movements)]


def test_0000_succeeds_at_once(world: World) -> None:
    order = paid(world, "0000")

    assert world.now(order).state is State.SUCCEEDED
    assert moved(world) == [(10_000, 1)]


def test_0002_refuses_every_debit_and_pays_out(world: World) -> None:
    order = paid(world, "0002")
    assert world.now(order).state is State.REJECTED
    assert moved(world) == []
    world.open_customer(9, cash_fen=10_000)
    payout = world.place_one(world.bind(9, "0002"), 10_000, direction=Direction.PAYOUT)
    world.run_at(MONDAY_NINE)
    assert world.now(payout).state is State.SUCCEEDED


def test_0009_is_unknown_then_succeeds_by_itself_after_ninety_seconds(world: World) -> None:
    order = paid(world, "0009")

    assert world.now(order).state is State.UNKNOWN
    assert world.banks.next_callback_at() == MONDAY_NINE + timedelta(seconds=90)
    world.run_after(seconds=89)
    assert world.now(order).state is State.UNKNOWN
    world.run_after(seconds=1)
    assert world.now(order).state is State.SUCCEEDED
    assert moved(world) == [(10_000, 1)]


def test_0012_is_debited_twice_for_one_success(world: World) -> None:
    order = paid(world, "0012")

    assert world.now(order).state is State.SUCCEEDED
    assert moved(world) == [(10_000, 2)]


def test_0016_is_returned_on_the_next_day(world: World) -> None:
    paid(world, "0016")
    (movement,) = world.database.run(truth.movements)

    assert movement.returns_on is not None
    assert movement.returns_on.isoformat() == "2015-05-12"


def test_0024_is_over_its_daily_limit(world: World) -> None:
    assert world.now(paid(world, "0024")).reason == "card.daily_limit"


def test_a_bank_that_is_down_leaves_the_order_unknown_and_never_moved(world: World) -> None:
    card = world.saver()
    arm(world, "bank_down", target="ICBC", until=MONDAY_NINE + timedelta(minutes=10))
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)
    world.run_after(hours=7)

    assert world.now(order).state is State.UNKNOWN
    assert moved(world) == []


def test_while_a_bank_is_down_collections_are_refused_and_payouts_wait(world: World) -> None:
    card = world.saver(cash_fen=50_000)
    arm(world, "bank_down", target="ICBC", until=MONDAY_NINE + timedelta(minutes=7))
    first = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)
    retry_at = MONDAY_NINE + timedelta(minutes=5)

    (refused,) = world.place(world.request(card, 10_000))
    assert refused == BankDown(bank="ICBC", retry_at=retry_at.isoformat())
    payouts = [world.place_one(card, 10_000, direction=Direction.PAYOUT) for _ in range(3)]
    assert {payout.next_at for payout in payouts} == {retry_at}
    assert world.now(first).state is State.UNKNOWN


def test_one_order_probes_a_bank_and_the_others_follow_its_answer(world: World) -> None:
    card = world.saver(cash_fen=50_000)
    arm(world, "bank_down", target="ICBC", until=MONDAY_NINE + timedelta(minutes=4))
    orders = [world.place_one(card, 10_000, direction=Direction.PAYOUT) for _ in range(3)]
    world.run_at(MONDAY_NINE)

    assert {world.now(order).state for order in orders} == {State.UNKNOWN}
    later = [world.place_one(card, 5_000, direction=Direction.PAYOUT) for _ in range(3)]
    assert {world.now(order).state for order in later} == {State.RESERVED}
    world.run_at(MONDAY_NINE + timedelta(minutes=5))
    assert {world.now(order).state for order in later} == {State.SUCCEEDED}
    assert world.database.run(banks_down) == {}


def test_a_probe_that_fails_puts_the_others_off_again(world: World) -> None:
    card = world.saver(cash_fen=50_000)
    arm(world, "bank_down", target="ICBC", until=MONDAY_NINE + timedelta(hours=1))
    world.place_one(card, 10_000, direction=Direction.PAYOUT)
    world.run_at(MONDAY_NINE)
    waiting = [world.place_one(card, 5_000, direction=Direction.PAYOUT) for _ in range(3)]
    world.run_at(MONDAY_NINE + timedelta(minutes=5))
    states = sorted(world.now(order).state for order in waiting)

    assert states == [State.RESERVED] * 3 or states == [State.RESERVED] * 2 + [State.UNKNOWN]
    world.run_at(MONDAY_NINE + timedelta(hours=8))
    assert world.now(waiting[-1]).state is State.SUCCEEDED


def test_another_bank_is_not_struck(world: World) -> None:
    arm(world, "reply_lost", target="BOC")

    assert world.now(paid(world, "0000")).state is State.SUCCEEDED


def test_a_lost_reply_is_found_by_the_first_query(world: World) -> None:
    card = world.saver()
    arm(world, "reply_lost", remaining=1)
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)

    assert world.now(order).state is State.UNKNOWN
    world.run_after(seconds=30)
    assert world.now(order).state is State.SUCCEEDED
    assert moved(world) == [(10_000, 1)]


def test_a_late_execution_is_not_found_at_first_and_succeeds_in_the_end(world: World) -> None:
    card = world.saver()
    arm(world, "executed_late", remaining=1)
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)
    world.run_after(minutes=30)

    assert world.now(order).state is State.UNKNOWN
    lines = world.database.run(lambda work: evidence_of(work, order.key))
    assert {line.event for line in lines} == {"E_TIMEOUT", "E_NOT_FOUND"}
    world.run_after(hours=6)
    assert world.now(order).state is State.SUCCEEDED


@pytest.mark.parametrize("fault", ["callback_duplicated", "callback_reordered"])
def test_odd_callbacks_end_as_orderly_ones(world: World, fault: str) -> None:
    card = world.saver()
    arm(world, fault, remaining=1)
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)

    assert world.now(order).state is State.SENT
    world.run_after(seconds=10)
    assert world.now(order).state is State.SUCCEEDED
    assert world.now(order).cases == frozenset()
    assert world.cash(card).credits_posted == 10_000


def test_a_fault_that_strikes_once_is_spent(world: World) -> None:
    card = world.saver()
    arm(world, "reply_lost", remaining=1)
    first = world.place_one(card, 10_000)
    second = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)

    assert sorted([world.now(first).state, world.now(second).state]) == ["SUCCEEDED", "UNKNOWN"]


def test_a_reference_that_a_bank_has_seen_moves_nothing_more(world: World) -> None:
    card = world.saver()
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)
    before = moved(world)
    again = Instruction(
        shard=order.shard,
        order_id=order.order_id,
        bank_ref=world.now(order).bank_ref or "",
        bank=order.bank,
        channel=order.channel,
        direction=order.direction,
        amount_fen=order.amount_fen,
        card_id=order.card_id,
        queries=0,
    )
    world.banks.send([again])
    assert moved(world) == before
