"""Rare ends: a cut redemption that gets no more, a provider's loss, a reused id, old reports."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from huoqi.events.queries import events_of_customer
from huoqi.fund._store.days import reports_between
from huoqi.fund.managers.port import Confirmation, FundDayReport
from huoqi.fund.operations import record_report, redeem, retry_payouts
from huoqi.fund.orders import FundOrder, PayoutState, RedemptionRequest, Speed
from huoqi.fund.payout_retries import PayoutRetry
from huoqi.fund.purchases import OrderIdReused
from huoqi.fund.queries import advance_line_of
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.kit.errors import DomainError
from huoqi.ledger.rules.chart import AccountKind
from tests.fund.test_money_out import bank_knows_card_as
from tests.fund.world import FUND, MONDAY, ONE_DAY, Shelf, shelf_on

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + n * ONE_DAY for n in (1, 2, 3))
SAVER, SHARD = 107, 1


@pytest.fixture
def rich(dsn: str) -> Iterator[Shelf]:
    """Yield a shelf on Tuesday after nine, with two savers of 20,000 yuan each."""
    with shelf_on(dsn) as shelf:
        for saver in (SAVER, 108):
            shelf.buy(saver, 2_000_000)
        shelf.run_until(MONDAY)
        yield shelf


def test_a_cut_redemption_whose_last_answer_gives_nothing_ends_when_its_parts_arrived(
    rich: Shelf,
) -> None:
    order = rich.sell(SAVER, 1_000_000)
    rich.send(TUESDAY)
    rich.publish(TUESDAY)
    rich.at(WEDNESDAY, hour=9)
    part = Confirmation(order.order_id, SAVER, True, 400_000, 400_000, WEDNESDAY, "0000", 600_000)
    rich.answer([part])
    assert rich.now(order).state is RedemptionState.DEFERRED
    rich.send(WEDNESDAY)
    rich.at(THURSDAY, hour=9)

    rich.answer([Confirmation(order.order_id, SAVER, True, 0, 0, THURSDAY, "0000", 0)])

    ended = rich.now(order)
    assert (ended.state, ended.done_fen, ended.rest_e2) == (RedemptionState.PAID_OUT, 400_000, 0)
    assert ended.ended_at is not None
    assert rich.holding(SAVER).ordered_e2 == 0


@pytest.mark.parametrize("ok", [True, False])
def test_an_empty_last_answer_ends_the_order_also_while_its_cash_waits(
    rich: Shelf, ok: bool
) -> None:
    order = rich.sell(SAVER, 1_000_000)
    rich.send(TUESDAY)
    rich.publish(TUESDAY)
    bank_knows_card_as(rich, SAVER, "0005")
    rich.at(WEDNESDAY, hour=9)
    part = Confirmation(order.order_id, SAVER, True, 400_000, 400_000, WEDNESDAY, "0000", 600_000)
    rich.answer([part])
    (held,) = rich.payouts(order)
    rich.send(WEDNESDAY)
    rich.at(THURSDAY, hour=9)

    rich.answer([Confirmation(order.order_id, SAVER, ok, 0, 0, THURSDAY, "0000", 0)])
    waiting = rich.now(order)
    bank_knows_card_as(rich, SAVER, "0000")
    wish = PayoutRetry(SHARD, SAVER, held.payout_id, rich.cards[SAVER].card_id)
    rich.database.run(lambda work: retry_payouts(work, [wish]))
    rich.pay()

    assert held.state in {PayoutState.FAILED, PayoutState.BLOCKED}
    assert waiting.state is RedemptionState.CONFIRMED
    ended = rich.now(order)
    assert (ended.state, ended.done_fen, ended.rest_e2) == (RedemptionState.PAID_OUT, 400_000, 0)
    assert ended.ended_at is not None
    assert rich.holding(SAVER).ordered_e2 == 0


def test_the_provider_bears_a_negative_day_and_the_line_is_free_again(rich: Shelf) -> None:
    rich.fault("income_negative", at=rich.clock.at, remaining=1)
    rich.sell(SAVER, 1_000_000, speed=Speed.FAST)
    rich.run_until(TUESDAY)  # the negative day; the provider's units are confirmed on Wednesday

    with rich.database.work() as work:
        assert advance_line_of(work, fund=FUND).used_fen == 0
    assert rich.system_fen(AccountKind.ADVANCE_RECEIVABLE) == 0
    # 10,000 units at -0.62280 a day.
    assert rich.system_fen(AccountKind.ADVANCE_LINE) == -62
    assert rich.holding(1).units_e2 == 0
    rich.run_until(THURSDAY)


def test_a_loss_is_told_apart_from_the_units_of_newer_advances(rich: Shelf) -> None:
    rich.fault("income_negative", at=rich.clock.at, remaining=1)
    rich.sell(SAVER, 1_000_000, speed=Speed.FAST)
    rich.send(TUESDAY)
    rich.sell(SAVER, 500_000, speed=Speed.FAST)  # after the cut-off: its units go a day later
    rich.publish(TUESDAY)
    rich.confirm(TUESDAY)

    with rich.database.work() as work:
        assert advance_line_of(work, fund=FUND).used_fen == 500_000
    rich.run_until(THURSDAY)
    with rich.database.work() as work:
        assert advance_line_of(work, fund=FUND).used_fen == 0


def test_the_id_of_a_refused_fast_redemption_is_refused_ever_after(rich: Shelf) -> None:
    with rich.database.work() as work:
        work.run("UPDATE bank_profile SET single_limit_fen = 500 WHERE direction = 'PAYOUT'")
    ask = rich.ask(SAVER, 10_000, speed=Speed.FAST)

    def answer(wish: RedemptionRequest) -> FundOrder | DomainError:
        (result,) = rich.database.run(lambda work: redeem(work, [wish]))
        return result

    assert getattr(answer(ask), "code", "") == "card.single_limit"
    again = answer(ask)
    other_amount = answer(replace(ask, units_e2=400))

    assert isinstance(again, OrderIdReused)
    assert isinstance(other_amount, OrderIdReused)
    assert rich.cash_fen(SAVER) == 0
    assert rich.system_fen(AccountKind.ADVANCE_RECEIVABLE) == 0
    fresh = answer(replace(ask, units_e2=400, order_id=rich.new_id()))
    assert isinstance(fresh, FundOrder)


def test_a_report_that_says_nothing_new_is_no_new_version(rich: Shelf) -> None:
    report = rich.publish(TUESDAY)

    def versions(*reports: FundDayReport) -> int:
        with rich.database.work() as work:
            for each in reports:
                record_report(work, each)
            found = reports_between(work, fund=FUND, first_on=TUESDAY, last_on=TUESDAY)
        return found[TUESDAY].report_no

    assert versions(report, report) == 1
    corrected = replace(report, total_income_fen=(report.total_income_fen or 0) + 1)
    assert versions(corrected, corrected) == 2
    assert versions(report) == 3
    unknown = replace(report, yield_7d_e3=None)
    assert versions(unknown, unknown) == 4


def test_events_of_a_payout_tell_the_request_that_placed_its_order(rich: Shelf) -> None:
    ask = rich.ask(SAVER, 10_000)

    def placed(work: object) -> FundOrder | DomainError:
        work.origins[str(ask.order_id)] = ("req-77", "key-77")  # type: ignore[attr-defined]
        (result,) = redeem(work, [ask])  # type: ignore[arg-type]
        return result

    assert isinstance(rich.database.run(placed), FundOrder)
    rich.run_until(TUESDAY + timedelta(days=1))

    with rich.database.work() as work:
        events = events_of_customer(work, customer_no=SAVER, limit=200)
    told = [e for e in events if e.type.startswith("fund.payout.")]
    assert [e.type for e in told] == ["fund.payout.sent", "fund.payout.paid_out"]
    assert {(e.request_id, e.idempotency_key) for e in told} == {("req-77", "key-77")}
