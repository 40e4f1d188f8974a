"""What each fault does to an order or a day, and that everything ties once it is over."""

from huoqi.close.rules.steps import State, Step
from huoqi.fund.operations import settle_payments
from huoqi.payments.operations import decide_resolutions, propose_resolutions
from huoqi.payments.operations.resolving import ResolutionWish, ResolutionWord, Resolved
from tests.journeys.traveller import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    Traveller,
)
from tests.simulation.model_rules import DAY


def test_a_lost_reply_is_asked_for_and_the_purchase_is_paid_once(company: Traveller) -> None:
    saver = company.saver()
    company.fault("reply_lost", hours=1)

    bought = company.buy(saver, 100_000)
    assert company.state(saver, bought) == "placed"
    assert company.cash(saver).credits_pending == 100_000

    company.wait(30)
    assert company.state(saver, bought) == "paid"
    assert company.cash(saver).credits_pending == 0
    company.to(THURSDAY, 9)
    assert company.state(saver, bought) == "earning"
    company.prove(WEDNESDAY)


def test_money_that_moves_after_the_cut_off_belongs_to_the_next_trading_day(
    company: Traveller,
) -> None:
    saver = company.saver()
    company.to(MONDAY, 14)
    company.fault("executed_late", hours=1)

    bought = company.buy(saver, 100_000)
    assert company.order(saver, bought).t_day == MONDAY

    company.to(MONDAY, 16)
    after = company.order(saver, bought)
    assert (after.state.value, after.t_day, after.earns_on) == ("paid", TUESDAY, WEDNESDAY)
    company.to(FRIDAY, 9)
    company.prove(THURSDAY)


def test_a_debit_lost_on_the_way_stays_open_until_two_people_end_it(company: Traveller) -> None:
    saver = company.saver()
    company.fault("bank_down", hours=1)
    bought = company.buy(saver, 100_000)
    assert company.live.buy(company.new_id(), saver.customer_no, 100) == "card.bank_down"

    company.to(TUESDAY, 10)
    assert company.state(saver, bought) == "placed"
    assert company.cash(saver).credits_pending == 100_000
    money_id = company.order(saver, bought).money_order_id
    assert money_id is not None
    wish = ResolutionWish(saver.shard, money_id, "reject", "the bank's letter", "staff:ann")
    with company.live.database.work() as work:
        (proposal,) = propose_resolutions(work, [wish])
        assert not isinstance(proposal, Exception)
        word = ResolutionWord(proposal.approval_id, "staff:bob", "approve")
        (resolved,) = decide_resolutions(work, [word])
        assert isinstance(resolved, Resolved)
        settle_payments(work, resolved.news)

    assert company.state(saver, bought) == "failed"
    assert company.cash(saver).credits_pending == 0
    again = company.buy(saver, 100_000)
    company.to(FRIDAY, 9)
    assert company.state(saver, again) == "earning"
    company.prove(THURSDAY)


def test_a_callback_that_comes_twice_counts_once(company: Traveller) -> None:
    saver = company.saver()
    company.fault("callback_duplicated", hours=1)
    bought = company.buy(saver, 100_000)

    company.wait(60)

    assert company.state(saver, bought) == "paid"
    assert company.cash(saver).credits_posted == 100_000
    company.to(TUESDAY, 10)
    assert company.holding(saver).units_e2 == 100_000
    company.prove(MONDAY)


def test_late_figures_close_the_day_late(company: Traveller) -> None:
    saver = company.saver()
    company.buy(saver, 100_000)
    company.fault("nav_late", hours=20)

    assert company.to(TUESDAY, 5, 29) == "ready"
    assert company.day(MONDAY).state is State.WAITING
    assert company.to(TUESDAY, 5, 30) == "ready"
    assert company.day(MONDAY).state is State.DONE
    company.prove(MONDAY)


def test_a_negative_day_takes_units_and_says_so(company: Traveller) -> None:
    saver = company.saver()
    company.buy(saver, 10_000_00)
    company.to(WEDNESDAY, 1)
    company.fault("income_negative", hours=1)

    company.to(WEDNESDAY, 9)

    assert company.flags(TUESDAY) == ("negative",)
    assert company.holding(saver).units_e2 == 10_000_00 - 62
    assert company.holding(saver).last_income_fen == -62
    company.prove(TUESDAY)


def test_a_total_off_by_a_fen_blocks_the_day_until_the_manager_corrects_it(
    company: Traveller,
) -> None:
    saver = company.saver()
    company.buy(saver, 10_000_00)
    company.to(WEDNESDAY, 1)
    wrong = company.fault("income_total_off_by_one", hours=100)

    assert company.to(THURSDAY, 9) == "stopped_at_event"
    rows = {row.kind: (row.account_no, row.difference) for row in company.rows(TUESDAY)}
    assert rows == {"total_income": (None, -1), "register": (saver.customer_no, 1)}
    blocked = [each for each in company.day(TUESDAY).steps if each.state is State.BLOCKED]
    assert [each.step for each in blocked] == [Step.VALIDATE]
    assert company.holding(saver).last_income_fen is None

    company.live.disarm(wrong)
    assert company.to(THURSDAY, 9) == "ready"
    assert company.rows(TUESDAY) == []
    company.prove(WEDNESDAY)


def test_suspended_redemptions_are_refused_until_the_manager_opens_again(
    company: Traveller,
) -> None:
    saver = company.saver()
    company.buy(saver, 100_000)
    company.to(WEDNESDAY, 1)
    company.fault("redemption_suspended", hours=1)
    company.to(WEDNESDAY, 9)

    for speed in ("fast", "normal"):
        refusal = company.live.sell(company.new_id(), saver.customer_no, 100, speed)
        assert refusal == "redeem.suspended"
    assert company.live.buy(company.new_id(), saver.customer_no, 100) == "fund.suspended"

    company.to(THURSDAY, 9)
    sold = company.sell(saver, 100, "fast")
    assert company.state(saver, sold) == "paid_out"
    company.to(FRIDAY, 9)
    company.prove(THURSDAY)


def test_an_answer_missing_from_the_file_comes_with_the_next_one(company: Traveller) -> None:
    savers = [company.saver() for _ in range(3)]
    orders = [company.buy(saver, 100_000) for saver in savers]
    company.fault("confirmation_partial", hours=26)

    company.to(TUESDAY, 10)
    states = [company.state(*pair) for pair in zip(savers, orders, strict=True)]
    assert states == ["confirmed", "confirmed", "sent"]
    company.to(WEDNESDAY, 3)
    (row,) = company.rows(TUESDAY)
    assert (row.kind, row.rows_count, row.ours) == ("missing_confirmation", 1, 1)

    company.to(FRIDAY, 9)
    late = company.order(savers[2], orders[2])
    assert (late.state.value, late.earns_on) == ("earning", WEDNESDAY)
    company.prove(THURSDAY)


def test_a_manager_that_is_down_for_days_is_told_everything_before_it_is_asked(
    company: Traveller,
) -> None:
    saver, other = company.saver(), company.saver()
    company.buy(saver, 1_000_000)
    company.buy(other, 1_000_000)
    company.to(FRIDAY, 15, 30)
    company.fault("manager_down", hours=60)
    company.sell(saver, 400_000, "fast")
    company.to(FRIDAY + DAY, 12)
    company.sell(other, 300_000, "fast")

    assert company.to(FRIDAY + 3 * DAY, 3) == "ready"
    assert company.day(THURSDAY).state is State.DONE
    assert company.day(FRIDAY).state is State.WAITING

    assert company.to(FRIDAY + 5 * DAY, 9) == "ready"
    company.prove(FRIDAY + 4 * DAY)
