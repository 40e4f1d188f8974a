"""Sending is safe to repeat, tells large days, and every step has its time and its party."""

from datetime import date, timedelta

from huoqi.events.queries import events_after
from huoqi.fund.operations import mark_sent, orders_to_send, transfers_of_day
from huoqi.fund.orders import FundOrder, Origin, Speed
from huoqi.fund.queries import orders_without_answer, timeline_of
from huoqi.fund.rules.order_states import Party
from huoqi.kit.dates import shanghai_at
from tests.fund.world import FUND, MONDAY, Shelf

TUESDAY = date(2015, 5, 12)
WEDNESDAY = date(2015, 5, 13)


def test_orders_are_the_same_until_they_are_marked_and_never_sent_twice(shelf: Shelf) -> None:
    shelf.buy(107, 100_000)
    shelf.buy(108, 200_000)
    shelf.at(MONDAY, hour=15, minute=5)

    def ready() -> list[object]:
        return list(shelf.database.run(lambda w: orders_to_send(w, fund=FUND, t_day=MONDAY)))

    first, second = ready(), ready()
    sent = shelf.database.run(lambda w: orders_to_send(w, fund=FUND, t_day=MONDAY))
    for _ in range(2):
        shelf.manager.submit(sent, fund=FUND, t_day=MONDAY, at=shelf.clock.at)
        shelf.database.run(lambda work: mark_sent(work, fund=FUND, sent=sent))

    assert first == second
    assert len(first) == 2
    assert ready() == []
    with shelf.database.work() as work:
        assert len(orders_without_answer(work, fund=FUND, t_day=MONDAY)) == 2


def test_fast_transfers_are_told_the_same_way_each_time(shelf: Shelf) -> None:
    shelf.buy(107, 100_000)
    shelf.run_until(MONDAY)
    shelf.sell(107, 40_000, speed=Speed.FAST)
    with shelf.database.work() as work:
        first = transfers_of_day(work, fund=FUND, on=TUESDAY)
        second = transfers_of_day(work, fund=FUND, on=TUESDAY)

    assert first == second
    (transfer,) = first
    assert (transfer.customer_no, transfer.counter_no, transfer.units_e2) == (107, 1, 40_000)
    for _ in range(2):
        shelf.manager.submit(first, fund=FUND, t_day=TUESDAY, at=shelf.clock.at)
    shelf.run_until(WEDNESDAY)


def test_the_provider_redeems_what_was_paid_out_once(shelf: Shelf) -> None:
    shelf.buy(107, 100_000)
    shelf.run_until(MONDAY)
    shelf.sell(107, 40_000, speed=Speed.FAST)
    shelf.at(TUESDAY, hour=15, minute=5)
    for _ in range(2):
        shelf.database.run(lambda work: orders_to_send(work, fund=FUND, t_day=TUESDAY))

    provider = [o for o in shelf.orders(1) if o.origin is Origin.ADVANCE_PROVIDER]
    assert [order.units_e2 for order in provider] == [40_000]
    shelf.run_until(WEDNESDAY)


def test_a_large_day_is_told(shelf: Shelf) -> None:
    shelf.buy(107, 100_000)
    shelf.buy(108, 900_000)
    shelf.run_until(TUESDAY)
    shelf.sell(107, 100_000)
    shelf.send(WEDNESDAY)
    before = _large_days(shelf)
    shelf.run_until(WEDNESDAY)
    shelf.sell(108, 200_000)
    shelf.send(date(2015, 5, 14))

    # 1,000.00 of 10,001.3x is not strictly more than a tenth; 2,000.00 of the rest is.
    assert before == []
    assert _large_days(shelf) == [200_000]


def _large_days(shelf: Shelf) -> list[object]:
    with shelf.database.work() as work:
        events = events_after(work, seq=0, limit=500, types=["fund.large_redemption"])
    return [event.data["net_redemption_e2"] for event in events]


def test_each_step_has_its_expected_and_its_actual_time_and_its_party(shelf: Shelf) -> None:
    order = shelf.buy(107, 100_000)
    waiting = timeline_of(order)
    shelf.run_until(TUESDAY)
    done = timeline_of(shelf.now(order))

    assert [(step.state, step.waits_for) for step in waiting] == [
        ("placed", Party.US),
        ("paid", Party.YOUR_BANK),
        ("sent", Party.US),
        ("confirmed", Party.FUND_MANAGER),
        ("earning", None),
    ]
    assert [step.actual_at is not None for step in waiting] == [True, True, False, False, False]
    assert waiting[2].expected_at == shanghai_at(MONDAY, hour=15, minute=5)
    assert waiting[3].expected_at == shanghai_at(TUESDAY, hour=9)
    assert not waiting[3].is_late(shanghai_at(TUESDAY, hour=9))
    assert waiting[3].is_late(shanghai_at(TUESDAY, hour=9) + timedelta(seconds=1))
    assert all(step.actual_at is not None for step in done)


def test_a_refused_purchase_ends_its_line_with_the_refund(shelf: Shelf) -> None:
    order = shelf.buy(107, 10_013)
    shelf.run_until(MONDAY)

    steps = timeline_of(shelf.now(order))

    assert [step.state for step in steps] == ["placed", "paid", "sent", "refused", "refunded"]


def test_a_purchase_taken_back_waits_for_its_refund_only(shelf: Shelf) -> None:
    order = shelf.buy(107, 10_000)
    cancelled = shelf.cancel(order)
    assert isinstance(cancelled, FundOrder)

    steps = timeline_of(cancelled)
    shelf.pay()
    ended = timeline_of(shelf.now(order))

    assert [(step.state, step.actual_at is not None) for step in steps] == [
        ("placed", True),
        ("paid", True),
        ("cancelled", True),
        ("refunded", False),
    ]
    assert [step.state for step in ended] == ["placed", "paid", "refunded"]


def test_redemptions_tell_their_steps_too(shelf: Shelf) -> None:
    shelf.buy(107, 100_000)
    shelf.run_until(MONDAY)
    fast = timeline_of(shelf.sell(107, 10_000, speed=Speed.FAST))
    normal = timeline_of(shelf.sell(107, 10_000))

    assert [step.state for step in fast] == ["placed", "accepted", "confirmed", "paid_out"]
    assert all(step.actual_at is not None for step in fast)
    assert [step.state for step in normal] == [
        "placed",
        "accepted",
        "sent",
        "confirmed",
        "paid_out",
    ]
    assert normal[3].expected_at == shanghai_at(WEDNESDAY, hour=9)
