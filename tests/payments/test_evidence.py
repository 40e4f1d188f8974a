"""Evidence through the database: once each, in any order, against a clock that moves."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.payments.operations import claim_sends, create_orders, record_evidence
from huoqi.payments.orders import Evidence, MoneyOrder, OrderOutcome, bank_reference
from huoqi.payments.queries import evidence_of, next_due_at
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import Case, Event, State
from tests.payments.world import MONDAY_NINE, World


def learn(world: World, order: MoneyOrder, *events: Event, first: int = 1) -> list[OrderOutcome]:
    batch = [
        Evidence(
            shard=order.shard,
            order_id=order.order_id,
            evidence_id=f"e-{number}",
            source="statement",
            event=event,
        )
        for number, event in enumerate(events, first)
    ]
    return world.database.run(lambda work: record_evidence(work, batch))


def sent(world: World, order: MoneyOrder) -> MoneyOrder:
    """Take an order up and then never call the bank, as a worker that was killed."""
    world.database.run(lambda work: claim_sends(work, limit=10))
    return world.now(order)


def test_a_worker_killed_before_the_call_leaves_an_order_that_is_asked_about_not_sent_again(
    world: World,
) -> None:
    card = world.saver()
    order = sent(world, world.place_one(card, 10_000))

    assert order.state is State.SENT
    assert order.bank_ref == bank_reference(order.order_id)
    for _ in range(3):
        world.run_after(seconds=30)
    assert world.now(order).state is State.UNKNOWN
    rows = world.database.run(
        lambda work: work.rows("SELECT count(*) FROM simulated.bank_instruction")
    )
    assert rows == [(0,)]


def test_a_worker_killed_after_the_call_finds_one_execution(world: World) -> None:
    card = world.saver()
    order = world.place_one(card, 10_000)
    world.banks.send(world.database.run(lambda work: claim_sends(work, limit=10)))
    world.run_after(seconds=30)

    assert world.now(order).state is State.SUCCEEDED
    assert world.cash(card).credits_posted == 10_000


def test_queries_go_out_on_schedule_and_then_only_the_statement_decides(world: World) -> None:
    order = sent(world, world.place_one(world.saver(), 10_000))
    asked_after_s = []
    while (due_at := world.database.run(next_due_at)) is not None:
        world.run_at(due_at)
        asked_after_s.append((due_at - MONDAY_NINE) // timedelta(seconds=1))

    assert asked_after_s == [30, 60, 300, 1_800, 7_200, 21_600]
    assert world.now(order).state is State.UNKNOWN
    assert len(world.database.run(lambda work: evidence_of(work, order.key))) == 6
    learn(world, order, Event.S_ABSENT_FINAL)
    assert world.now(order).state is State.REJECTED


def test_the_same_evidence_counts_once(world: World) -> None:
    card = world.saver()
    order = sent(world, world.place_one(card, 10_000))
    news = [learn(world, order, Event.E_SUCCESS) for _ in range(5)]

    assert [len(batch) for batch in news] == [1, 0, 0, 0, 0]
    assert world.cash(card).credits_posted == 10_000


def test_evidence_of_one_batch_is_reduced_in_order(world: World) -> None:
    card = world.saver()
    order = sent(world, world.place_one(card, 10_000))
    news = learn(world, order, Event.E_TIMEOUT, Event.E_SUCCESS, Event.E_REJECT)

    assert [item.state for item in news] == [State.SUCCEEDED]
    assert world.now(order).cases == {Case.CONTRADICTION}
    assert world.cash(card).credits_posted == 10_000


def test_a_returned_payout_comes_back_to_the_cash_once(world: World) -> None:
    card = world.saver(cash_fen=10_000)
    order = world.place_one(card, 10_000, direction=Direction.PAYOUT)
    world.run_at(MONDAY_NINE)
    returned = learn(world, order, Event.S_RETURNED)
    again = learn(world, order, Event.S_RETURNED, first=9)

    assert [(n.state, n.returned) for n in returned] == [(State.SUCCEEDED, True)]
    assert again == []
    assert world.cash(card).available == 10_000


def test_a_returned_collection_is_owed_by_the_customer(world: World) -> None:
    card = world.saver()
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)
    learn(world, order, Event.S_RETURNED)
    owed = world.receivable(card)

    assert owed is not None
    assert owed.debit_balance == 10_000
    assert world.cash(card).credit_balance == 10_000


def test_an_open_case_blocks_a_new_attempt_until_two_people_closed_it(world: World) -> None:
    card = world.saver()
    order = sent(world, world.place_one(card, 10_000))
    learn(world, order, Event.S_ABSENT_FINAL, Event.S_BOOKED)
    again = replace(world.request(card, 10_000), intent_id=order.intent_id, attempt=2)

    assert world.now(order).cases == {Case.CONTRADICTION}
    assert not isinstance(world.place(again)[0], MoneyOrder)
    learn(world, order, Event.H_CLOSE_CASES, first=8)
    assert isinstance(world.place(again)[0], MoneyOrder)


def test_evidence_of_an_order_that_nobody_made_changes_nothing(world: World) -> None:
    stray = Evidence(0, UUID(int=1), "e-1", "callback", Event.E_SUCCESS)

    assert world.database.run(lambda work: record_evidence(work, [stray])) == []


def test_a_refund_goes_back_to_its_card_and_never_beyond_the_collection(world: World) -> None:
    card = world.saver(cash_fen=100_000)
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)

    def refund(amount_fen: int) -> bool:
        wish = world.request(card, amount_fen, direction=Direction.PAYOUT, purpose="refund")
        (result,) = world.place(replace(wish, original_order_id=order.order_id))
        return isinstance(result, MoneyOrder)

    assert [refund(6_000), refund(4_001), refund(4_000), refund(1)] == [True, False, True, False]


def test_two_refunds_in_one_batch_share_what_is_left(world: World) -> None:
    card = world.saver(cash_fen=100_000)
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)
    wishes = [
        replace(
            world.request(card, 6_000, direction=Direction.PAYOUT, purpose="refund"),
            original_order_id=order.order_id,
        )
        for _ in range(2)
    ]

    def body(work: Work) -> list[bool]:
        return [isinstance(result, MoneyOrder) for result in create_orders(work, wishes)]

    assert world.database.run(body) == [True, False]
