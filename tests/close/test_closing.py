"""The close of a day: it ties to the fen, waits, refuses, and names the rows that differ."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from huoqi.approvals.operations import Decision, MakerIsChecker
from huoqi.approvals.queries import Approval
from huoqi.close.operations import (
    DayBeforeOpen,
    DayNotOver,
    decide_negative_day,
    propose_negative_day,
    run_close,
)
from huoqi.close.queries import blocked_days, next_due, rhythm
from huoqi.close.rules.steps import State, Step
from huoqi.fund.orders import Speed
from huoqi.kit.dates import shanghai_at
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from huoqi.sandbox.faults import FaultRequest, arm_faults
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import FUND, MONDAY, Company, company_on, day

SAVERS = range(100, 112)


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company whose savers bought on the first Monday."""
    with company_on(dsn, savers=SAVERS) as opened:
        opened.buy({no: 100_000 + 37 * no for no in SAVERS})
        yield opened


def move(company: Company, *, to: int, hour: int = 9) -> str:
    """Move the clock to an hour of a day and return the state of the clock."""
    return TimeMachine(company.platform).advance_to(shanghai_at(day(to), hour=hour)).state


def step(company: Company, number: int, name: Step) -> tuple[State, str]:
    """Return the state and note of a step of a day."""
    (row,) = [row for row in company.status(day(number)).steps if row.step is name]
    return row.state, row.note


def test_a_week_closes_every_calendar_day_and_chains_its_roots(company: Company) -> None:
    assert move(company, to=8) == "ready"

    days = company.days()

    assert [closed.sealed.on for closed in days] == [day(n) for n in range(8)]
    assert [closed.sealed.holder_count for closed in days] == [0] + [12] * 7
    for before, after in zip(days, days[1:], strict=False):
        assert after.sealed.previous_root == before.root
        grown = after.sealed.total_units_e2 - before.sealed.total_units_e2
        if before.sealed.holder_count:
            assert grown == after.sealed.total_income_fen
    assert company.status(day(7)).state is State.DONE
    assert company.status(day(8)).state is State.WAITING


def test_purchases_and_both_kinds_of_redemption_tie(company: Company) -> None:
    move(company, to=2)
    company.sell(100, 50_000, speed=Speed.FAST)
    company.sell(101, None, speed=Speed.NORMAL)
    company.sell(102, None, speed=Speed.FAST)
    company.buy({103: 123_456, 104: 77_700})
    assert move(company, to=3) == "ready"
    company.sell(103, 10, speed=Speed.FAST)

    assert move(company, to=12) == "ready"

    assert len(company.days()) == 12
    assert company.status(day(11)).breaks == []


def test_a_negative_day_takes_units_and_is_flagged(company: Company) -> None:
    company.fault("income_negative", at=shanghai_at(day(3), hour=1), remaining=1)

    move(company, to=5)

    (negative,) = [d for d in company.days() if d.sealed.total_income_fen < 0]
    assert "negative" in negative.flags
    assert len(company.days()) == 5


def test_where_the_policy_says_so_a_negative_day_waits_for_two_people(company: Company) -> None:
    rule = PolicyRow(
        "close.negative_income_approval", MONDAY, {"needed": 1}, "house rule", fund=FUND
    )
    with company.database.work() as work:
        assert add_rules(work, [rule]) == [rule]
    company.fault("income_negative", at=shanghai_at(day(3), hour=1), remaining=1)

    assert move(company, to=3) == "stopped_at_event"
    assert step(company, 2, Step.VALIDATE) == (State.BLOCKED, "negative_income")

    with company.database.work() as work:
        waiting = propose_negative_day(work, fund=FUND, on=day(2), maker="staff:an")
        assert isinstance(waiting, Approval)
    verdict = Decision(waiting.approval_id, "staff:bo", "approve", "", "seen")
    with company.database.work() as work:
        alone = replace(verdict, checker="staff:an")
        assert isinstance(decide_negative_day(work, alone, fund=FUND, on=day(2)), MakerIsChecker)
    with company.database.work() as work:
        assert isinstance(decide_negative_day(work, verdict, fund=FUND, on=day(2)), Approval)

    assert move(company, to=4) == "ready"
    assert step(company, 2, Step.VALIDATE)[0] is State.WAIVED
    assert company.status(day(2)).state is State.DONE
    assert company.days()[2].sealed.total_income_fen < 0


def test_late_figures_are_asked_for_again_and_the_day_closes_then(company: Company) -> None:
    company.fault("nav_late", at=shanghai_at(day(2), hour=1), remaining=1)

    move(company, to=2, hour=4)
    assert len(company.days()) == 1
    with company.database.work(while_advancing=True) as work:
        waits = {row.kind.value: row.note for row in rhythm(work) if row.again_at is not None}
        assert next_due(work)[0].detail == FUND
    assert waits == {"income": "NotReady"}

    move(company, to=2, hour=6)
    assert len(company.days()) == 2


def test_a_total_off_by_a_fen_is_refused_with_both_totals(company: Company) -> None:
    company.fault("income_total_off_by_one", at=shanghai_at(day(2), hour=1), remaining=1)

    assert move(company, to=2, hour=3) == "stopped_at_event"

    status = company.status(day(1))
    assert step(company, 1, Step.VALIDATE) == (State.BLOCKED, "total_income")
    (found,) = [row for row in status.breaks if row.kind == "total_income"]
    assert found.difference == -1
    assert found.ours is not None
    assert found.theirs == found.ours + 1
    with company.database.work(while_advancing=True) as work:
        assert len(blocked_days(work)) == 1

    with company.database.work() as work:
        work.run("DELETE FROM simulated.manager_fault_use")
    assert move(company, to=2, hour=9) == "ready"
    assert company.status(day(1)).state is State.DONE
    assert company.status(day(1)).breaks == []


def test_a_total_is_put_right_after_some_hours_and_no_other_day_is_asked_for_again(
    company: Company,
) -> None:
    fault = FaultRequest(
        company.new_id(),
        "income_total_off_by_one",
        at=shanghai_at(day(2), hour=1),
        params={"hours": 100},
    )
    with company.database.work() as work:
        arm_faults(work, [fault])
    assert move(company, to=2, hour=3) == "stopped_at_event"

    move(company, to=5)

    with company.database.work() as work:
        asked = work.rows("SELECT income_on, count(*) FROM manager_report GROUP BY 1 ORDER BY 1")
    assert asked == [(day(n), 1) for n in range(5)]
    assert move(company, to=6, hour=9) == "ready"
    assert len(company.days()) == 6


def test_a_holding_that_differs_is_named_and_nothing_is_published(company: Company) -> None:
    move(company, to=3)
    with company.database.work() as work:
        work.run("UPDATE holding SET units_e2 = units_e2 + 7 WHERE customer_no = 105")

    assert move(company, to=6) == "stopped_at_event"

    assert step(company, 3, Step.TIE_OUT) == (State.BLOCKED, "holdings")
    (found,) = company.status(day(3)).breaks
    assert (found.account_no, found.rows_count, found.difference) == (105, 1, -7)
    assert len(company.days()) == 3
    with company.database.work() as work:
        published = work.row("SELECT max(income_on) FROM fund_day")
        work.run("UPDATE holding SET units_e2 = units_e2 - 7 WHERE customer_no = 105")
    assert published == (day(2),)

    move(company, to=6)
    assert len(company.days()) == 6


def test_a_register_that_differs_is_named_holder_by_holder(company: Company) -> None:
    move(company, to=3)
    with company.database.work() as work:
        work.run(
            "INSERT INTO simulated.unit_change VALUES (%s, %s, gen_random_uuid(), 106, -500)",
            (FUND, day(3)),
        )

    move(company, to=6)

    state, note = step(company, 3, Step.VALIDATE)
    assert (state, note) == (State.BLOCKED, "total_units")
    named = [row for row in company.status(day(3)).breaks if row.account_no == 106]
    assert [row.kind for row in named] == ["register"]
    assert 499 <= (named[0].difference or 0) <= 501


def test_a_control_account_that_differs_is_named(company: Company) -> None:
    move(company, to=3)
    with company.database.work() as work:
        work.run("UPDATE ledger_account SET cp = cp + 9, dp = dp + 9 WHERE kind = 22 AND shard = 1")
        work.run("UPDATE ledger_account SET cp = cp + 5 WHERE kind = 22 AND shard = 0")

    move(company, to=6)

    kinds = {row.kind: row.difference for row in company.status(day(3)).breaks}
    assert kinds == {"ledger_units": -5, "trial_balance": -5}


def test_cash_that_differs_from_the_confirmed_units_is_named(company: Company) -> None:
    move(company, to=2)
    company.buy({107: 20_000})
    move(company, to=3)
    with company.database.work() as work:
        work.run(
            "UPDATE simulated.manager_settlement SET in_fen = in_fen - 3 WHERE settle_on = %s",
            (day(3),),
        )

    move(company, to=6)

    kinds = {row.kind: row.difference for row in company.status(day(3)).breaks}
    assert kinds == {"cash_in": 3}


def test_a_day_closes_only_after_its_end_and_after_the_day_before(company: Company) -> None:
    move(company, to=2)
    with pytest.raises(DayNotOver):
        run_close(company.platform, fund=FUND, on=day(2))
    move(company, to=3, hour=1)
    with pytest.raises(DayNotOver):
        run_close(company.platform, fund=FUND, on=day(3))
    with pytest.raises(DayBeforeOpen):
        run_close(company.platform, fund=FUND, on=day(0) - timedelta(days=1))


def test_a_closed_day_answers_its_root_again(company: Company) -> None:
    move(company, to=3)

    again = run_close(company.platform, fund=FUND, on=day(1))

    assert again.root is not None
    assert again.root.hex() == company.roots()[1]
    assert len(company.days()) == 3


def test_books_are_kept_for_forty_days_and_at_month_ends(company: Company) -> None:
    move(company, to=62)

    with company.database.work() as work:
        kept = [row[0] for row in work.rows("SELECT close_on FROM close_book ORDER BY 1")]

    assert kept[0].isoformat() == "2015-05-31"
    assert kept[1:] == [day(n) for n in range(22, 62)]


def test_a_total_that_nobody_can_share_is_asked_for_again(dsn: str) -> None:
    with company_on(dsn) as company:
        company.fault(
            "income_total_off_by_one",
            at=shanghai_at(day(0), hour=12),
            until=shanghai_at(day(1), hour=4),
        )
        assert move(company, to=1, hour=3) == "stopped_at_event"
        blocked = step(company, 0, Step.ALLOCATE)
        assert blocked == (State.BLOCKED, "fund.no_units_to_share_on")

        assert move(company, to=1, hour=9) == "ready"

        assert company.status(day(0)).state is State.DONE
        assert company.status(day(0)).breaks == []
