"""A purchase from the tap to its first income, and every way in which it can end otherwise."""

from dataclasses import replace
from datetime import date

import pytest

from huoqi.fund.cancellations import CutOffPassed
from huoqi.fund.orders import FundOrder, PayoutKind, PayoutState
from huoqi.fund.products import FundUnknown, ProductState, PurchasesSuspended
from huoqi.fund.purchases import OrderIdReused
from huoqi.fund.rules.order_states import PurchaseState
from huoqi.fund.rules.purchase_limits import BelowMinimum, PurchaseCapReached
from huoqi.fund.rules.trading_days import CalendarHorizon
from huoqi.fund.shelf import StateChange, change_state
from huoqi.ledger.rules.chart import AccountKind
from huoqi.payments.rules.limits import CardDayLimit
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from tests.fund.world import FUND, MONDAY, Shelf

TUESDAY = date(2015, 5, 12)
WEDNESDAY = date(2015, 5, 13)


def test_a_purchase_before_the_cut_off_earns_from_the_next_trading_day(shelf: Shelf) -> None:
    order = shelf.buy(107, 1_000_000)

    assert order.state is PurchaseState.PAID
    assert (order.t_day, order.confirm_on, order.earns_from) == (MONDAY, TUESDAY, TUESDAY)
    assert order.visible_on == WEDNESDAY
    assert shelf.cash_fen(107) == 0
    assert shelf.system_fen(AccountKind.FUND_SETTLEMENT) == 1_000_000

    shelf.run_until(MONDAY)
    assert shelf.now(order).state is PurchaseState.CONFIRMED
    assert shelf.holding(107).units_e2 == 1_000_000

    report = shelf.publish(TUESDAY)
    assert shelf.now(order).state is PurchaseState.EARNING
    income_fen = report.income_per_10k_e5 * 1_000_000 // 10**9
    assert shelf.holding(107).units_e2 == 1_000_000 + income_fen
    shelf.check_books(TUESDAY)


def test_the_day_of_an_order_follows_its_payment_not_its_tap(shelf: Shelf) -> None:
    shelf.at(MONDAY, hour=14, minute=59)
    (order,) = shelf.place(shelf.wish(107, 10_000))
    assert isinstance(order, FundOrder)
    assert order.t_day == MONDAY

    shelf.at(MONDAY, hour=15).pay()

    paid = shelf.now(order)
    assert (paid.t_day, paid.confirm_on, paid.earns_from) == (TUESDAY, WEDNESDAY, WEDNESDAY)


def test_a_batch_answers_each_item_and_repeats_give_the_first_answer(shelf: Shelf) -> None:
    wish = shelf.wish(107, 10_000)
    small = shelf.wish(108, 99)
    elsewhere = replace(shelf.wish(108, 10_000), fund="000000")

    first, refused, unknown, again = shelf.place(wish, small, elsewhere, wish)
    (later,) = shelf.place(wish)
    (reused,) = shelf.place(replace(wish, amount_fen=20_000))

    assert isinstance(first, FundOrder)
    assert first == again == later
    assert refused == BelowMinimum(minimum_fen=100)
    assert unknown == FundUnknown(fund="000000")
    assert isinstance(reused, OrderIdReused)


def test_what_the_days_limit_of_a_card_refuses_leaves_nothing_behind(shelf: Shelf) -> None:
    wishes = [shelf.wish(107, 5_000_000) for _ in range(2)]

    first, refused = shelf.place(*wishes)

    assert isinstance(first, FundOrder)
    assert isinstance(refused, CardDayLimit)
    assert shelf.orders(107) == [first]


def test_a_refused_card_leaves_a_failed_order_and_no_money(shelf: Shelf) -> None:
    shelf.open_saver(109, last_four="0002")

    order = shelf.buy(109, 10_000)

    assert (order.state, order.reason) == (PurchaseState.FAILED, "card.insufficient_funds")
    assert shelf.cash_fen(109) == 0


def test_a_suspended_fund_takes_no_purchases_and_says_since_when(shelf: Shelf) -> None:
    change = StateChange(FUND, ProductState.PURCHASES_SUSPENDED, "capacity", "notice 2015-1")
    shelf.database.run(lambda work: change_state(work, change))

    (refusal,) = shelf.place(shelf.wish(107, 10_000))

    assert refusal == PurchasesSuspended(fund=FUND, state="purchases_suspended")


def test_beyond_the_calendar_no_date_is_guessed(shelf: Shelf) -> None:
    shelf.at(date(2026, 12, 31), hour=10)

    (refusal,) = shelf.place(shelf.wish(107, 10_000))

    assert isinstance(refusal, CalendarHorizon)


def test_caps_hold_over_a_batch_and_over_unconfirmed_orders(shelf: Shelf) -> None:
    limits = {"order_max_fen": 60_000, "day_max_fen": 100_000, "holding_cap_e2": 120_000}
    row = PolicyRow("fund.purchase_limits", MONDAY, limits, "test", fund=FUND)
    shelf.database.run(lambda work: add_rules(work, [row]))

    big, first, second, third = shelf.place(
        *(shelf.wish(107, fen) for fen in (60_001, 60_000, 40_001, 40_000))
    )
    shelf.pay()
    shelf.run_until(MONDAY)
    (beyond,) = shelf.place(shelf.wish(107, 20_001))
    (fitting,) = shelf.place(shelf.wish(107, 20_000))

    assert isinstance(first, FundOrder)
    assert isinstance(third, FundOrder)
    assert big == PurchaseCapReached(limit="order", maximum_fen=60_000, left_fen=60_000)
    assert second == PurchaseCapReached(limit="day", maximum_fen=100_000, left_fen=40_000)
    assert beyond == PurchaseCapReached(limit="holding", maximum_fen=120_000, left_fen=20_000)
    assert isinstance(fitting, FundOrder)


def test_a_refused_purchase_is_refunded_in_full_the_same_day(shelf: Shelf) -> None:
    order = shelf.buy(107, 10_013)

    shelf.run_until(MONDAY)

    ended = shelf.now(order)
    assert (ended.state, ended.reason) == (PurchaseState.REFUNDED, "fund.rejected")
    assert ended.refunded_fen == 10_013
    (payout,) = shelf.payouts(order)
    assert (payout.kind, payout.state) == (PayoutKind.REFUND, PayoutState.PAID_OUT)
    assert shelf.system_fen(AccountKind.FUND_SETTLEMENT) == 0
    assert shelf.cash_fen(107) == 0


def test_a_partly_confirmed_purchase_earns_with_one_half_and_gets_the_other_back(
    shelf: Shelf,
) -> None:
    order = shelf.buy(107, 10_017)

    shelf.run_until(TUESDAY)

    ended = shelf.now(order)
    assert (ended.state, ended.done_fen, ended.refunded_fen) == (
        PurchaseState.EARNING,
        5_008,
        5_009,
    )
    assert shelf.holding(107).units_e2 in {5_008, 5_009}


def test_a_late_confirmation_earns_from_the_day_that_the_manager_states(shelf: Shelf) -> None:
    order = shelf.buy(107, 10_019)

    shelf.run_until(MONDAY)
    assert shelf.now(order).state is PurchaseState.SENT

    shelf.run_until(TUESDAY)
    late = shelf.now(order)
    assert (late.state, late.earns_from) == (PurchaseState.CONFIRMED, WEDNESDAY)


def test_an_order_can_be_taken_back_until_the_cut_off(shelf: Shelf) -> None:
    (unpaid,) = shelf.place(shelf.wish(107, 10_000))
    assert isinstance(unpaid, FundOrder)
    stopped = shelf.cancel(unpaid)
    paid = shelf.buy(107, 20_000)
    cancelled = shelf.cancel(paid)
    shelf.pay()
    late = shelf.buy(108, 30_000)
    shelf.at(MONDAY, hour=15)

    assert isinstance(stopped, FundOrder)
    assert (stopped.state, stopped.reason) == (PurchaseState.FAILED, "cancelled_by_customer")
    assert isinstance(cancelled, FundOrder)
    assert cancelled.state is PurchaseState.CANCELLED
    assert shelf.now(paid).state is PurchaseState.REFUNDED
    assert isinstance(shelf.cancel(late), CutOffPassed)


@pytest.mark.parametrize("holiday", [date(2024, 2, 8)])
def test_a_holiday_run_moves_the_first_income(shelf: Shelf, holiday: date) -> None:
    shelf.at(holiday, hour=15)

    (order,) = shelf.place(shelf.wish(107, 10_000))

    assert isinstance(order, FundOrder)
    assert (order.t_day, order.earns_from) == (date(2024, 2, 19), date(2024, 2, 20))
