"""Several workers at once: limits, claims and repeats hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from huoqi.payments.operations import claim_sends, create_orders
from huoqi.payments.operations.orders import IntentInFlight
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.limits import CardDayLimit
from huoqi.payments.rules.reducer import State
from tests.payments.world import MONDAY_NINE, World

Answer = TypeVar("Answer")


def together(*calls: Callable[[], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]


def test_two_payouts_that_fit_alone_but_not_together_give_one_day_limit(world: World) -> None:
    card = world.saver(cash_fen=10_000_000)
    wishes = [world.request(card, 3_000_000, direction=Direction.PAYOUT) for _ in range(2)]
    results = together(*(lambda wish=wish: world.place(wish)[0] for wish in wishes))

    assert sorted(type(result).__name__ for result in results) == ["CardDayLimit", "MoneyOrder"]
    (refused,) = [result for result in results if isinstance(result, CardDayLimit)]
    assert refused.params["used_fen"] == 3_000_000
    assert world.cash(card).debits_pending == 3_000_000


def test_equal_requests_from_many_callers_are_one_order_and_one_send(world: World) -> None:
    card = world.saver()
    wish = world.request(card, 10_000)
    results = together(*[lambda: world.place(wish)[0]] * 8)
    world.run_at(MONDAY_NINE)

    assert {result.order_id for result in results if isinstance(result, MoneyOrder)} == {
        wish.order_id
    }
    assert len(results) == 8
    assert world.cash(card).credits_posted == 10_000
    sends = world.database.run(
        lambda work: work.rows("SELECT times FROM simulated.bank_instruction")
    )
    assert sends == [(1,)]


def test_a_row_that_one_worker_claims_is_passed_by_another(world: World) -> None:
    card = world.saver()
    for _ in range(3):
        world.place_one(card, 10_000)
    with world.database.work() as first, world.database.work() as second:
        mine = claim_sends(first, limit=2)
        yours = claim_sends(second, limit=2)

    assert len(mine) == 2
    assert len(yours) == 1
    assert not {item.order_id for item in mine} & {item.order_id for item in yours}


def test_rivals_for_one_intent_leave_one_order_and_no_trace_of_the_other(world: World) -> None:
    card = world.saver()
    intent_id = world.new_id()
    wishes = [
        replace(world.request(card, amount_fen), intent_id=intent_id)
        for amount_fen in (10_000, 20_000)
    ]
    with world.database.work() as first:
        (held,) = create_orders(first, wishes[:1])
        with ThreadPoolExecutor(1) as thread:
            waiting = thread.submit(world.place, wishes[1])
            first.conn.commit()
            (refused,) = waiting.result()

    assert isinstance(held, MoneyOrder)
    assert refused == IntentInFlight(order_id=str(held.order_id))
    assert world.now(held).state is State.RESERVED
    used = world.database.run(
        lambda work: work.row("SELECT amount_fen, used_count FROM card_day_use")
    )
    assert used == (10_000, 1)
