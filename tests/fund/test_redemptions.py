"""Redemptions: normal ones wait for the register, fast ones are advanced; nothing is paid twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from huoqi.fund.operations import transfers_of_day
from huoqi.fund.orders import FundOrder, Origin, PayoutState, Speed
from huoqi.fund.products import ProductState, RedemptionsSuspended
from huoqi.fund.redemptions import redeem
from huoqi.fund.rules.fast_redemption import (
    AdvanceLineExhausted,
    FastCapReached,
    FastCountReached,
    FastRedemptionNotOffered,
    InsufficientUnits,
)
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.fund.shelf import AdvanceLineInUse, StateChange, change_state, set_advance_line
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Work
from huoqi.ledger.rules.chart import AccountKind
from huoqi.payments.operations.orders import CardNotBound
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules, end_rule
from huoqi.policy.queries import rule_on
from tests.fund.world import FUND, MONDAY, ONE_DAY, Shelf, shelf_on

TUESDAY = date(2015, 5, 12)
WEDNESDAY = date(2015, 5, 13)
FRIDAY = date(2015, 5, 15)
# What a normal redemption of Wednesday would offer; refusals of fast ones tell it.
NORMALLY = {"normal_confirmed_on": "2015-05-14", "normal_cash_on": "2015-05-14"}


@pytest.fixture
def rich(dsn: str) -> Iterator[Shelf]:
    """Return a shelf on Wednesday half past nine; 107 and 108 hold 100,000.00 units and a bit."""
    with shelf_on(dsn) as shelf:
        # The card's bank takes at most 50,000.00 a day.
        for on in (MONDAY, TUESDAY):
            for saver in (107, 108):
                shelf.buy(saver, 5_000_000)
            shelf.run_until(on)
        yield shelf


def limits(shelf: Shelf, *, max_count: int | None, max_amount_fen: int | None) -> None:
    """Put other limits of fast redemption in force from Tuesday on."""

    def body(work: Work) -> None:
        row = rule_on(work, rule="fund.fast_redemption", on=TUESDAY, fund=FUND)
        assert row is not None
        end_rule(work, row, effective_to=TUESDAY)
        value = {"max_count": max_count, "max_amount_fen": max_amount_fen}
        new = PolicyRow("fund.fast_redemption", TUESDAY, value, "test", row.effective_to, FUND)
        add_rules(work, [new])

    shelf.database.run(body)


def test_a_friday_redemption_earns_friday_saturday_and_sunday(rich: Shelf) -> None:
    rich.run_until(FRIDAY - ONE_DAY)

    order = rich.sell(107, 4_000_000)
    assert (order.t_day, order.confirm_on) == (FRIDAY, date(2015, 5, 18))
    assert order.earns_until == date(2015, 5, 17)
    assert rich.holding(107).available_e2 == rich.holding(107).units_e2 - 4_000_000

    rich.run_until(date(2015, 5, 17))
    paid = rich.now(order)
    assert paid.state is RedemptionState.PAID_OUT
    (payout,) = rich.payouts(order)
    assert (payout.amount_fen, payout.state) == (4_000_000, PayoutState.PAID_OUT)
    assert rich.cash_fen(107) == 0
    rich.run_until(date(2015, 5, 19))


def test_more_than_the_free_units_is_refused(rich: Shelf) -> None:
    held_e2 = rich.holding(107).units_e2
    first, second, other = rich.redeem(
        rich.ask(107, 8_000_000), rich.ask(107, held_e2 - 7_999_999), rich.ask(109, 1)
    )

    assert isinstance(first, FundOrder)
    assert second == InsufficientUnits(available_units_e2=held_e2 - 8_000_000)
    assert other == InsufficientUnits(available_units_e2=0)


def test_redeeming_all_pays_later_income_by_itself_until_nothing_is_left(rich: Shelf) -> None:
    order = rich.sell(107, None)
    rich.run_until(date(2015, 5, 18))

    orders = rich.orders(107)
    late = [each for each in orders if each.origin is Origin.LATE_INCOME]
    assert rich.now(order).state is RedemptionState.PAID_OUT
    assert [each.state for each in late] == [RedemptionState.PAID_OUT]
    assert late[0].parent_order_id == order.order_id
    # The card takes 50,000.00 a day, so the money came in three parts on three days.
    assert sorted(payout.amount_fen for payout in rich.payouts(order))[1:] == [5_000_000] * 2
    assert rich.holding(107).units_e2 == 0
    income_fen = late[0].done_fen
    # The income of Wednesday alone: Tuesday's was in the units, on Thursday they had left.
    assert 1_280 < income_fen < 1_380


def test_a_deferred_rest_waits_for_the_next_open_day(rich: Shelf) -> None:
    with rich.database.work() as work:
        work.run("INSERT INTO simulated.manager_setting VALUES (%s, 1, 10, true)", (FUND,))

    order = rich.sell(107, 5_000_000)
    rich.run_until(WEDNESDAY)
    cut = rich.now(order)
    assert cut.state is RedemptionState.DEFERRED
    # A tenth of the fund's 200,000 units and some is served on the first day.
    assert cut.done_fen == rich.register(WEDNESDAY).total_units_e2 // 10
    assert cut.rest_e2 == 5_000_000 - cut.done_fen
    assert cut.t_day == date(2015, 5, 14)

    rich.run_until(date(2015, 5, 18))
    done = rich.now(order)
    assert (done.state, done.done_fen) == (RedemptionState.PAID_OUT, 5_000_000)
    assert len(rich.payouts(order)) == 3


def test_a_suspended_fund_gives_nothing_back_either_way(rich: Shelf) -> None:
    change = StateChange(FUND, ProductState.REDEMPTIONS_SUSPENDED, "notice", "notice 2015-2")
    rich.database.run(lambda work: change_state(work, change))

    fast, normal = rich.redeem(rich.ask(107, 100, speed=Speed.FAST), rich.ask(107, 100))

    assert fast == normal == RedemptionsSuspended(fund=FUND, state="redemptions_suspended")


def test_a_normal_redemption_can_be_taken_back_before_the_cut_off(rich: Shelf) -> None:
    before_e2 = rich.holding(107).available_e2
    order = rich.sell(107, 4_000_000)

    cancelled = rich.cancel(order)

    assert isinstance(cancelled, FundOrder)
    assert cancelled.state is RedemptionState.CANCELLED
    assert rich.holding(107).available_e2 == before_e2


def test_a_fast_redemption_pays_at_once_and_the_provider_earns_the_day(rich: Shelf) -> None:
    before_e2 = rich.holding(107).units_e2
    order = rich.sell(107, 1_000_000, speed=Speed.FAST)

    assert order.state is RedemptionState.PAID_OUT
    assert order.earns_until == TUESDAY
    assert rich.holding(107).units_e2 == before_e2 - 1_000_000
    assert rich.holding(1).units_e2 == 1_000_000
    assert rich.system_fen(AccountKind.ADVANCE_RECEIVABLE) == -1_000_000

    rich.run_until(WEDNESDAY)
    assert rich.system_fen(AccountKind.ADVANCE_RECEIVABLE) == 0
    assert 0 < rich.holding(1).units_e2 < 200
    assert rich.system_fen(AccountKind.FUND_SETTLEMENT) == 19_000_000
    rich.run_until(date(2015, 5, 15))


def test_three_orders_a_day_and_sixty_thousand_in_2015(rich: Shelf) -> None:
    asks = [rich.ask(107, 1_000_000, speed=Speed.FAST) for _ in range(3)]
    accepted = rich.redeem(*asks)
    (by_count,) = rich.redeem(rich.ask(107, 1, speed=Speed.FAST))
    large, by_sum = rich.redeem(
        rich.ask(108, 5_000_000, speed=Speed.FAST), rich.ask(108, 1_000_001, speed=Speed.FAST)
    )

    assert all(isinstance(order, FundOrder) for order in accepted)
    assert by_count == FastCountReached(max_count=3, **NORMALLY)
    assert isinstance(large, FundOrder)
    assert by_sum == FastCapReached(max_amount_fen=6_000_000, left_fen=1_000_000, **NORMALLY)


def test_two_of_six_thousand_at_one_instant_give_exactly_one(rich: Shelf) -> None:
    limits(rich, max_count=None, max_amount_fen=1_000_000)
    asks = [rich.ask(107, 600_000, speed=Speed.FAST) for _ in range(2)]

    with ThreadPoolExecutor(2) as threads:
        answers = list(
            threads.map(lambda ask: rich.database.run(lambda work: redeem(work, [ask]))[0], asks)
        )

    accepted = [answer for answer in answers if isinstance(answer, FundOrder)]
    refused = [answer for answer in answers if not isinstance(answer, FundOrder)]
    assert len(accepted) == 1
    assert refused == [FastCapReached(max_amount_fen=1_000_000, left_fen=400_000, **NORMALLY)]


def test_quotas_turn_at_midnight_in_shanghai(rich: Shelf) -> None:
    for _ in range(3):
        rich.sell(107, 100, speed=Speed.FAST)
    rich.clock.at = shanghai_at(WEDNESDAY, hour=23, minute=59)
    (before,) = rich.redeem(rich.ask(107, 100, speed=Speed.FAST))
    rich.clock.at = shanghai_at(WEDNESDAY + ONE_DAY, hour=0)
    (after,) = rich.redeem(rich.ask(107, 100, speed=Speed.FAST))

    assert isinstance(before, FastCountReached)
    assert before.params["normal_confirmed_on"] == FRIDAY.isoformat()
    assert isinstance(after, FundOrder)


def test_the_advance_line_never_goes_below_zero(rich: Shelf) -> None:
    rich.database.run(lambda work: set_advance_line(work, fund=FUND, limit_fen=1_000_000))

    first, second, third = rich.redeem(
        rich.ask(107, 700_000, speed=Speed.FAST),
        rich.ask(108, 300_001, speed=Speed.FAST),
        rich.ask(108, 300_000, speed=Speed.FAST),
    )

    assert isinstance(first, FundOrder)
    assert second == AdvanceLineExhausted(line_left_fen=300_000, **NORMALLY)
    assert isinstance(third, FundOrder)


def test_a_payout_that_failed_for_certain_gives_everything_back(dsn: str) -> None:
    with shelf_on(dsn, advance_fen=1_000_000) as shelf:
        shelf.buy(107, 1_000_000)
        shelf.run_until(MONDAY)
        limits(shelf, max_count=1, max_amount_fen=600_000)
        # The bank reports the card as lost from now on.
        with shelf.database.work() as work:
            work.run("UPDATE simulated.bank_card SET last_four = '0005'")
        (order,) = shelf.redeem(shelf.ask(107, 600_000, speed=Speed.FAST))
        assert isinstance(order, FundOrder)
        assert shelf.holding(107).units_e2 == 400_000

        shelf.pay()

        failed = shelf.now(order)
        assert failed.state is RedemptionState.FAILED, failed
        assert shelf.holding(107).units_e2 == 1_000_000
        assert shelf.holding(1).units_e2 == 0
        assert shelf.cash_fen(107) == 0
        assert shelf.system_fen(AccountKind.ADVANCE_RECEIVABLE) == 0
        with shelf.database.work() as work:
            work.run("UPDATE card SET blocked = false")
            work.run("UPDATE simulated.bank_card SET last_four = '0000'")
        (again,) = shelf.redeem(shelf.ask(107, 600_000, speed=Speed.FAST))
        assert isinstance(again, FundOrder)
        shelf.run_until(TUESDAY)


def test_the_line_is_not_cut_below_what_is_lent(rich: Shelf) -> None:
    rich.sell(107, 300_000, speed=Speed.FAST)

    with rich.database.work() as work, pytest.raises(AdvanceLineInUse):
        set_advance_line(work, fund=FUND, limit_fen=299_999)


def test_a_payout_that_fails_after_midnight_gives_units_back_from_today(rich: Shelf) -> None:
    (order,) = rich.redeem(rich.ask(107, 600_000, speed=Speed.FAST))
    assert isinstance(order, FundOrder)
    before_e2 = rich.holding(107).units_e2
    rich.send(WEDNESDAY)
    rich.publish(WEDNESDAY)
    rich.check_books(WEDNESDAY)
    income_fen = rich.holding(107).units_e2 - before_e2
    with rich.database.work() as work:
        work.run("UPDATE simulated.bank_card SET last_four = '0005'")

    rich.pay()

    assert rich.now(order).state is RedemptionState.FAILED
    assert rich.holding(107).units_e2 == before_e2 + income_fen + 600_000
    rich.run_until(date(2015, 5, 15))


def test_what_the_manager_was_told_of_a_day_stays_so_if_a_payout_fails_that_night(
    rich: Shelf,
) -> None:
    def transfers(on: date) -> list[str]:
        with rich.database.work() as work:
            return [str(each.side) for each in transfers_of_day(work, fund=FUND, on=on)]

    (order,) = rich.redeem(rich.ask(107, 600_000, speed=Speed.FAST))
    assert isinstance(order, FundOrder)
    with rich.database.work() as work:
        work.run("UPDATE simulated.bank_card SET last_four = '0005'")
    thursday = date(2015, 5, 14)

    rich.clock.at = shanghai_at(thursday, hour=0, minute=20)
    rich.pay()

    assert rich.now(order).state is RedemptionState.FAILED
    assert transfers(WEDNESDAY) == ["fast_redeem"], "told at five past midnight"
    assert transfers(thursday) == ["fast_return"]


def test_nothing_is_sold_to_a_card_that_is_not_the_customers(rich: Shelf) -> None:
    ask = rich.ask(107, 100)
    theirs = replace(ask, card_id=rich.cards[108].card_id)
    unknown = replace(ask, card_id=rich.new_id())

    assert rich.redeem(theirs, unknown) == [CardNotBound(), CardNotBound()]


def test_without_a_rule_in_force_fast_redemption_is_not_offered(rich: Shelf) -> None:
    def end(work: Work) -> None:
        row = rule_on(work, rule="fund.fast_redemption", on=TUESDAY, fund=FUND)
        assert row is not None
        end_rule(work, row, effective_to=TUESDAY)

    rich.database.run(end)

    (refusal,) = rich.redeem(rich.ask(107, 100, speed=Speed.FAST))

    assert refusal == FastRedemptionNotOffered(on="2015-05-13")


def test_before_the_income_of_yesterday_is_known_a_margin_is_kept_back(rich: Shelf) -> None:
    rich.clock.at = shanghai_at(date(2015, 5, 14), hour=0, minute=30)
    held = rich.holding(107)

    assert held.available_e2 == held.units_e2
    assert held.advanceable_e2 == held.units_e2 - -(-held.units_e2 // 10_000)
