"""What happens to money when a payout, a refund or a paid purchase does not go as planned."""

from datetime import date, timedelta

from huoqi.fund.leaving import redeem_rest, rest_of
from huoqi.fund.operations import retry_payouts, settle_payments
from huoqi.fund.orders import FundOrder, Payout, PayoutState, Speed
from huoqi.fund.payout_retries import PayoutHeld, PayoutNotWaiting, PayoutRetry
from huoqi.fund.rules.order_states import PurchaseState, RedemptionState
from huoqi.payments.operations import record_evidence
from huoqi.payments.orders import Evidence
from huoqi.payments.rules.reducer import Event
from tests.fund.world import MONDAY, Shelf

TUESDAY = date(2015, 5, 12)
SAVER = (1, 107)


def bank_knows_card_as(shelf: Shelf, customer_no: int, last_four: str) -> None:
    """Let the bank know a saver's card by other digits: 0005 is lost, 0000 works."""
    card_id = shelf.cards[customer_no].card_id
    with shelf.database.work() as work:
        work.run(
            "UPDATE simulated.bank_card SET last_four = %s WHERE request_id = %s",
            (last_four, card_id),
        )
        work.run("UPDATE card SET blocked = false WHERE card_id = %s", (card_id,))


def test_cash_of_a_failed_payout_waits_and_is_sent_again(shelf: Shelf) -> None:
    shelf.buy(107, 100_000)
    shelf.run_until(MONDAY)
    order = shelf.sell(107, 60_000)
    bank_knows_card_as(shelf, 107, "0005")

    shelf.run_until(TUESDAY)
    (failed,) = shelf.payouts(order)
    waiting_fen = shelf.cash_fen(107)
    bank_knows_card_as(shelf, 107, "0000")
    card_id = shelf.cards[107].card_id
    wish = PayoutRetry(*SAVER, payout_id=failed.payout_id, card_id=card_id)
    first, second = shelf.database.run(lambda work: retry_payouts(work, [wish, wish]))
    shelf.pay()

    assert isinstance(first, Payout)
    assert isinstance(second, PayoutNotWaiting)
    assert failed.state in {PayoutState.FAILED, PayoutState.BLOCKED}
    assert waiting_fen == 60_000
    (paid,) = shelf.payouts(order)
    assert (paid.state, paid.attempt) == (PayoutState.PAID_OUT, 2)
    assert shelf.now(order).state is RedemptionState.PAID_OUT
    assert shelf.cash_fen(107) == 0


def test_an_unknown_payout_gives_nothing_back_until_it_is_known(shelf: Shelf) -> None:
    shelf.buy(107, 100_000)
    shelf.run_until(MONDAY)
    with shelf.database.work() as work:
        work.run(
            "INSERT INTO simulated.fault (fault_id, fault, target, active_from, remaining)"
            " VALUES (%s, 'reply_lost', '', %s, 1)",
            (work.new_id(), work.at),
        )
    (order,) = shelf.redeem(shelf.ask(107, 60_000, speed=Speed.FAST))
    assert isinstance(order, FundOrder)

    shelf.pay()
    assert shelf.now(order).state is RedemptionState.CONFIRMED
    assert shelf.holding(107).units_e2 == 40_000

    for minutes in (1, 5, 30, 120, 360, 720):
        shelf.clock.at += timedelta(minutes=minutes)
        shelf.pay()
    assert shelf.now(order).state is RedemptionState.PAID_OUT


def take_back(shelf: Shelf, order: FundOrder) -> None:
    """Let the bank's statement show, twice, that a collection was taken back."""
    assert order.money_order_id is not None
    evidence = Evidence(
        shard=order.shard,
        order_id=order.money_order_id,
        evidence_id="statement-1",
        source="statement",
        event=Event.S_RETURNED,
        amount_fen=order.amount_fen,
    )
    for _ in range(2):
        shelf.database.run(lambda work: settle_payments(work, record_evidence(work, [evidence])))


def test_a_collection_that_the_bank_takes_back_freezes_units(shelf: Shelf) -> None:
    order = shelf.buy(107, 50_000)
    shelf.run_until(TUESDAY)

    take_back(shelf, order)

    held = shelf.holding(107)
    assert shelf.now(order).reason == "reversed_by_bank"
    assert (held.frozen_e2, held.available_e2) == (50_000, held.units_e2 - 50_000)


def test_a_collection_that_was_taken_back_is_not_refunded_when_its_order_is_cancelled(
    shelf: Shelf,
) -> None:
    order = shelf.buy(107, 50_000)
    take_back(shelf, order)

    shelf.cancel(order)
    shelf.pay()

    (payout,) = shelf.payouts(order)
    assert (payout.state, payout.reason) == (PayoutState.BLOCKED, "payment.refund_exceeds_original")
    assert shelf.cash_fen(107) == 50_000  # beside the debt of the same amount
    wish = PayoutRetry(*SAVER, payout_id=payout.payout_id, card_id=shelf.cards[107].card_id)
    (answer,) = shelf.database.run(lambda work: retry_payouts(work, [wish]))
    assert isinstance(answer, PayoutHeld)


def test_a_collection_that_was_taken_back_is_not_refunded_when_the_manager_refuses(
    shelf: Shelf,
) -> None:
    order = shelf.buy(107, 50_013)
    shelf.send(MONDAY)
    shelf.publish(MONDAY)
    take_back(shelf, order)

    shelf.confirm(MONDAY)

    (payout,) = shelf.payouts(order)
    assert payout.state is PayoutState.BLOCKED
    assert shelf.cash_fen(107) == 50_013


def test_a_purchase_whose_money_was_taken_back_before_anybody_told_has_failed(shelf: Shelf) -> None:
    with shelf.database.work() as work:
        work.run(
            "INSERT INTO simulated.fault (fault_id, fault, target, active_from, remaining)"
            " VALUES (%s, 'reply_lost', '', %s, 1)",
            (work.new_id(), work.at),
        )
    order = shelf.buy(107, 50_000)

    take_back(shelf, order)

    after = shelf.now(order)
    assert (after.state, after.reason) == (PurchaseState.FAILED, "reversed_by_bank")
    shelf.run_until(TUESDAY)
    assert shelf.payouts(order) == []


def test_who_leaves_is_paid_out_until_nothing_is_left(shelf: Shelf) -> None:
    shelf.buy(107, 1_000_000)
    shelf.run_until(TUESDAY)
    with shelf.database.work() as work:
        before = rest_of(work, [SAVER])[SAVER]

    for day in range(3, 10):
        shelf.database.run(lambda work: redeem_rest(work, [SAVER]))
        with shelf.database.work() as work:
            between = rest_of(work, [SAVER])[SAVER]
        shelf.run_until(date(2015, 5, 10) + timedelta(days=day))
        assert day > 3 or (between.open_orders and between.income_is_due)

    with shelf.database.work() as work:
        after = rest_of(work, [SAVER])[SAVER]
    assert before.units_e2 == 1_000_132
    assert after.is_nothing
    assert shelf.cash_fen(107) == 0
