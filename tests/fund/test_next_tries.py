"""Proven refusals that moved no money are tried again; nothing else is, and money moves once."""

from datetime import UTC, date, datetime, timedelta

from huoqi.fund.operations import settle_payments
from huoqi.fund.orders import FundOrder, PayoutState, Speed
from huoqi.fund.rules.order_states import PurchaseState, RedemptionState
from huoqi.kit.db import Work
from huoqi.payments.operations import claim_sends, record_evidence
from huoqi.payments.orders import Evidence, MoneyOrder
from huoqi.payments.queries import tries_of
from huoqi.payments.rules.reducer import Event, State
from huoqi.payments.rules.retrying import NO_ROUTE
from tests.fund.world import MONDAY, Shelf

SAVER_NO, SHARD = 107, 1
MARCH = date(2016, 3, 1)


def learn(shelf: Shelf, payment: MoneyOrder, event: Event, *, reason: str = "") -> None:
    """Let the platform learn something certain of a payment, as the pump and statements do."""

    def body(work: Work) -> None:
        fact = Evidence(*payment.key, f"{event}-1", "statement", event, reason=reason)
        settle_payments(work, record_evidence(work, [fact]))

    shelf.database.run(body)


def tries(shelf: Shelf, order: FundOrder) -> list[MoneyOrder]:
    intents = [order.order_id, *(payout.payout_id for payout in shelf.payouts(order))]
    found = shelf.database.run(
        lambda work: tries_of(work, intents, shard=order.shard, customer_no=order.customer_no)
    )
    return sorted(found, key=lambda each: each.attempt)


def placed(shelf: Shelf) -> FundOrder:
    (order,) = shelf.place(shelf.wish(SAVER_NO, 50_000))
    assert isinstance(order, FundOrder), order
    return order


def claim(shelf: Shelf) -> None:
    shelf.database.run(lambda work: claim_sends(work, limit=10))


def test_a_fast_payout_that_statements_prove_absent_is_sent_again_and_pays_once(
    shelf: Shelf,
) -> None:
    shelf.buy(SAVER_NO, 100_000)
    shelf.run_until(MONDAY)
    (order,) = shelf.redeem(shelf.ask(SAVER_NO, 60_000, speed=Speed.FAST))
    assert isinstance(order, FundOrder)
    claim(shelf)
    (first,) = tries(shelf, order)
    learn(shelf, first, Event.S_ABSENT_FINAL)

    absent, second = tries(shelf, order)
    assert (absent.state, absent.reason) == (State.REJECTED, "payment.not_executed")
    assert (second.attempt, second.state) == (2, State.RESERVED)
    assert shelf.now(order).state is RedemptionState.CONFIRMED
    shelf.pay()
    (payout,) = shelf.payouts(order)
    assert (payout.state, payout.attempt) == (PayoutState.PAID_OUT, 2)
    assert shelf.now(order).state is RedemptionState.PAID_OUT
    assert shelf.cash_fen(SAVER_NO) == 0
    assert shelf.holding(SAVER_NO).units_e2 == 40_000


def test_a_payout_without_a_route_waits_half_an_hour_when_no_other_channel_is_there(
    shelf: Shelf,
) -> None:
    shelf.buy(SAVER_NO, 100_000)
    shelf.run_until(MONDAY)
    (order,) = shelf.redeem(shelf.ask(SAVER_NO, 60_000, speed=Speed.FAST))
    assert isinstance(order, FundOrder)
    claim(shelf)
    learn(shelf, tries(shelf, order)[0], Event.E_REJECT, reason=NO_ROUTE)

    _, second = tries(shelf, order)
    assert second.next_at == shelf.clock.at + timedelta(minutes=30)
    shelf.pay()
    assert tries(shelf, order)[1].state is State.RESERVED
    shelf.clock.at += timedelta(minutes=30)
    shelf.pay()
    assert shelf.now(order).state is RedemptionState.PAID_OUT


def test_a_lost_card_is_not_tried_again_and_undoes_a_fast_redemption(shelf: Shelf) -> None:
    shelf.buy(SAVER_NO, 100_000)
    shelf.run_until(MONDAY)
    (order,) = shelf.redeem(shelf.ask(SAVER_NO, 60_000, speed=Speed.FAST))
    assert isinstance(order, FundOrder)
    claim(shelf)
    learn(shelf, tries(shelf, order)[0], Event.E_REJECT, reason="card.lost")

    assert len(tries(shelf, order)) == 1
    assert shelf.now(order).state is RedemptionState.FAILED
    assert shelf.holding(SAVER_NO).units_e2 == 100_000


def test_after_four_tries_without_a_route_a_payout_has_failed(shelf: Shelf) -> None:
    shelf.buy(SAVER_NO, 100_000)
    shelf.run_until(MONDAY)
    (order,) = shelf.redeem(shelf.ask(SAVER_NO, 60_000, speed=Speed.FAST))
    assert isinstance(order, FundOrder)
    for _ in range(4):
        claim(shelf)
        learn(shelf, tries(shelf, order)[-1], Event.E_REJECT, reason=NO_ROUTE)
        shelf.clock.at += timedelta(hours=6)

    assert [each.attempt for each in tries(shelf, order)] == [1, 2, 3, 4]
    assert shelf.now(order).state is RedemptionState.FAILED
    assert shelf.holding(SAVER_NO).units_e2 == 100_000


def test_a_purchase_without_a_route_takes_the_aggregator_and_is_debited_once(
    shelf: Shelf,
) -> None:
    shelf.clock.at = datetime(2016, 3, 1, 2, 0, tzinfo=UTC)
    order = placed(shelf)
    claim(shelf)
    (first,) = tries(shelf, order)
    learn(shelf, first, Event.E_REJECT, reason=NO_ROUTE)

    _, second = tries(shelf, order)
    assert (first.channel, second.channel) == ("direct", "aggregator")
    now = shelf.now(order)
    assert (now.state, now.money_order_id) == (PurchaseState.PLACED, second.order_id)
    shelf.pay()
    assert shelf.now(order).state is PurchaseState.PAID
    assert [each.state for each in tries(shelf, order)] == [State.REJECTED, State.SUCCEEDED]


def test_a_purchase_without_another_channel_has_failed(shelf: Shelf) -> None:
    shelf.at(MONDAY, hour=10)
    order = placed(shelf)
    claim(shelf)
    learn(shelf, tries(shelf, order)[0], Event.E_REJECT, reason=NO_ROUTE)

    now = shelf.now(order)
    assert (now.state, now.reason) == (PurchaseState.FAILED, NO_ROUTE)


def test_a_refusal_that_was_contradicted_is_left_to_people(shelf: Shelf) -> None:
    shelf.at(MONDAY, hour=10)
    order = placed(shelf)
    claim(shelf)
    (payment,) = tries(shelf, order)

    def body(work: Work) -> None:
        facts = [
            Evidence(*payment.key, "a", "callback", Event.E_REJECT, reason=NO_ROUTE),
            Evidence(*payment.key, "b", "statement", Event.S_BOOKED),
        ]
        settle_payments(work, record_evidence(work, facts))

    shelf.database.run(body)
    assert len(tries(shelf, order)) == 1
    assert shelf.now(order).state is PurchaseState.FAILED
