"""Money orders through the database: placed, sent, proven, cancelled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from huoqi.payments.operations import cancel_orders, claim_sends
from huoqi.payments.operations.orders import (
    BalanceTooLow,
    BankNotAvailable,
    CardNotBound,
    IntentInFlight,
    OrderEnded,
    OrderIdReused,
    OrderInFlight,
)
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.limits import CardDayLimit, ChannelDayLimit, SingleLimit
from huoqi.payments.rules.reducer import State
from tests.payments.world import MONDAY_NINE, World


def test_a_collection_is_held_then_posted_to_the_customers_cash(world: World) -> None:
    card = world.saver()
    order = world.place_one(card, 10_000)

    assert order.state is State.RESERVED
    assert world.cash(card).credits_pending == 10_000
    world.run_at(MONDAY_NINE)
    assert world.now(order).state is State.SUCCEEDED
    assert (world.cash(card).credits_posted, world.cash(card).credits_pending) == (10_000, 0)
    assert [(n.order_id, n.state) for n in world.news] == [(order.order_id, State.SUCCEEDED)]


def test_a_payout_takes_the_money_out_of_the_cash_at_once_and_for_good(world: World) -> None:
    card = world.saver(cash_fen=10_000)
    order = world.place_one(card, 10_000, direction=Direction.PAYOUT)

    assert world.cash(card).available == 0
    world.run_at(MONDAY_NINE)
    assert world.now(order).state is State.SUCCEEDED
    assert world.cash(card).credit_balance == 0


def test_a_payout_beyond_the_balance_leaves_nothing_behind(world: World) -> None:
    card = world.saver(cash_fen=9_999)
    request = world.request(card, 10_000, direction=Direction.PAYOUT)

    assert world.place(request) == [BalanceTooLow()]
    assert world.database.run(lambda work: work.row("SELECT count(*) FROM money_order")) == (0,)
    used = world.database.run(
        lambda work: work.row("SELECT amount_fen, used_count FROM card_day_use")
    )
    assert used == (0, 0)


def test_a_repeated_request_answers_the_same_order(world: World) -> None:
    card = world.saver()
    request = world.request(card, 10_000)
    first, again = world.place(request), world.place(request, request)

    assert again == first * 2
    assert world.cash(card).credits_pending == 10_000


def test_an_order_id_with_other_content_is_refused(world: World) -> None:
    card = world.saver()
    request = world.request(card, 10_000)
    other = replace(request, amount_fen=20_000)
    world.place(request)

    assert world.place(other) == [OrderIdReused(order_id=str(request.order_id))]


def test_an_unknown_order_blocks_its_intent(world: World) -> None:
    card = world.saver(last_four="0009")
    first = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)
    again = world.request(card, 10_000)
    second = replace(again, intent_id=first.intent_id, attempt=2)

    assert world.now(first).state is State.UNKNOWN
    assert world.place(second) == [IntentInFlight(order_id=str(first.order_id))]


def test_a_proven_refusal_frees_the_intent_the_hold_and_the_limit(world: World) -> None:
    card = world.saver(last_four="0002")
    first = world.place_one(card, 5_000_000)
    world.run_at(MONDAY_NINE)
    again = world.request(card, 5_000_000)
    second = replace(again, intent_id=first.intent_id, attempt=2)

    assert world.now(first).reason == "card.insufficient_funds"
    assert world.cash(card).credits_pending == 0
    assert isinstance(world.place(second)[0], MoneyOrder)


def test_an_unknown_order_keeps_its_limit(world: World) -> None:
    card = world.saver(last_four="0009")
    world.place_one(card, 5_000_000)
    world.run_at(MONDAY_NINE)

    (refused,) = world.place(world.request(card, 1))
    assert isinstance(refused, CardDayLimit)


def test_orders_of_one_batch_share_the_days_limit_in_order(world: World) -> None:
    card = world.saver()
    results = world.place(
        world.request(card, 3_000_000),
        world.request(card, 5_000_001),
        world.request(card, 2_000_001),
        world.request(card, 2_000_000),
    )

    assert [type(result) for result in results] == [
        MoneyOrder,
        SingleLimit,
        CardDayLimit,
        MoneyOrder,
    ]
    refused = results[2]
    assert isinstance(refused, CardDayLimit)
    assert refused.params["used_fen"] == 3_000_000


def test_the_limit_is_new_at_shanghai_midnight(world: World) -> None:
    card = world.saver()
    world.place_one(card, 5_000_000)
    world.clock.at = MONDAY_NINE + timedelta(hours=15)

    assert world.place_one(card, 5_000_000).state is State.RESERVED


def test_another_customers_card_is_no_card(world: World) -> None:
    card = world.saver()
    world.open_customer(9)
    request = world.request(card, 10_000)
    thief = replace(request, customer_no=9)

    assert world.place(thief) == [CardNotBound()]


def test_cancelling_before_the_send_gives_everything_back(world: World) -> None:
    card = world.saver()
    order = world.place_one(card, 5_000_000)
    (cancelled,) = world.database.run(lambda work: cancel_orders(work, [order.key]))

    assert isinstance(cancelled, MoneyOrder)
    assert cancelled.state is State.CANCELLED
    assert world.cash(card).credits_pending == 0
    assert world.place_one(card, 5_000_000).state is State.RESERVED
    assert world.run_at(MONDAY_NINE) == 1


def test_what_was_sent_or_has_ended_cannot_be_cancelled(world: World) -> None:
    card = world.saver()
    order = world.place_one(card, 10_000)
    world.database.run(lambda work: claim_sends(work, limit=10))
    (in_flight,) = world.database.run(lambda work: cancel_orders(work, [order.key]))
    world.run_after(seconds=30)
    (ended,) = world.database.run(lambda work: cancel_orders(work, [order.key]))

    assert isinstance(in_flight, OrderInFlight)
    assert world.now(order).state is State.UNKNOWN
    assert isinstance(ended, OrderInFlight | OrderEnded)


def test_in_maintenance_an_order_waits_reserved_and_can_be_cancelled(world: World) -> None:
    card = world.saver()
    world.clock.at = MONDAY_NINE + timedelta(hours=14, minutes=50)
    order = world.place_one(card, 10_000)
    goes_at = MONDAY_NINE + timedelta(hours=15, minutes=10)

    assert order.next_at == goes_at
    assert world.run_after() == 0
    world.run_at(goes_at)
    assert world.now(order).state is State.SUCCEEDED


def test_an_order_of_a_bank_without_terms_waits_for_the_next_day(world: World) -> None:
    card = world.saver()
    order = world.place_one(card, 10_000)
    ends = "UPDATE bank_profile SET effective_until = %s WHERE bank = 'ICBC'"
    world.database.run(
        lambda work: work.run(ends + " AND effective_from = '2015-05-11'", ("2015-05-12",))
    )
    world.clock.at = MONDAY_NINE + timedelta(days=1)
    try:
        assert world.pump.run_once() == 0
        assert world.now(order).next_at == MONDAY_NINE + timedelta(days=1, hours=15)
        assert world.place(world.request(card, 1)) == [BankNotAvailable(bank="ICBC")]
    finally:
        world.database.run(
            lambda work: work.run(
                ends + " AND direction = 'COLLECT' AND effective_from = '2015-05-11'",
                ("2015-09-01",),
            )
        )
        world.database.run(
            lambda work: work.run(ends + " AND direction = 'PAYOUT'", ("9999-12-31",))
        )


def test_the_limit_of_the_day_follows_the_row_in_force(world: World) -> None:
    card = world.saver()
    world.clock.at = datetime(2015, 8, 31, 1, 0, tzinfo=UTC)
    assert isinstance(world.place(world.request(card, 3_000_000))[0], MoneyOrder)
    world.clock.at = datetime(2015, 9, 1, 1, 0, tzinfo=UTC)

    assert world.place(world.request(card, 3_000_000)) == [SingleLimit(limit_fen=1_000_000)]


def test_the_channels_day_is_shared_by_all_customers(world: World) -> None:
    saver, other = world.saver(7), world.saver(8)
    world.database.run(
        lambda work: work.run(
            "INSERT INTO channel_day_use VALUES (%s, %s, %s, 'ICBC', 'COLLECT', 'direct')",
            (99_999_990_000, "2015-05-11", 0),
        )
    )
    placed = [world.place(world.request(card, 6_000))[0] for card in (saver, other)]

    assert isinstance(placed[0], MoneyOrder)
    assert placed[1] == ChannelDayLimit(bank="ICBC", resets_at="2015-05-11T16:00:00+00:00")
