"""What people do about breaks: owners, four eyes, stale and taken-back proposals, the tolerance."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest

from huoqi.approvals.operations import (
    ApprovalDuplicate,
    ApprovalStale,
    MakerIsChecker,
    withdraw,
)
from huoqi.approvals.queries import Approval
from huoqi.close.breaks import (
    BreakFilter,
    acts_of,
    break_counts,
    breaks_queued,
    open_for,
    owners_of_breaks,
)
from huoqi.close.cockpit import cockpit_of, live_steps
from huoqi.close.operations import (
    ActionNotOffered,
    BreaksMixed,
    BreakUnknown,
    assign_break,
    release_breaks,
)
from huoqi.close.rules.breaks import BreakClass
from huoqi.close.rules.cockpit import CockpitState, Party
from huoqi.close.rules.resolutions import Action
from huoqi.close.rules.steps import Step
from huoqi.fund import day_facts
from huoqi.fund.queries import explain_day
from huoqi.kit.dates import shanghai_at
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from tests.close.differing import arm, blocked, bought, breaks, decide, move, propose, proposed
from tests.close.world import FUND, MONDAY, Company, day


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company whose savers bought on the first Monday."""
    with bought(dsn) as opened:
        yield opened


def test_one_person_alone_cannot_and_the_same_proposal_waits_once(company: Company) -> None:
    more, less = blocked(company)
    approval = proposed(company, [more, less])

    assert isinstance(decide(company, approval, who="staff:an"), MakerIsChecker)
    assert isinstance(propose(company, [more, less]), ApprovalDuplicate)
    assert isinstance(propose(company, [less]), ApprovalDuplicate)
    assert {each.state for each in breaks(company, 2)} == {"resolving"}
    assert len(company.days()) == 2


def test_the_close_waits_for_the_second_person_once_all_is_proposed(company: Company) -> None:
    more, less = blocked(company)

    def waits() -> Party | None:
        status = company.status(day(2))
        with company.database.work() as work:
            steps = {row.step: row.waits_for for row in live_steps(work, status)}
        return steps[Step.TIE_OUT]

    assert waits() is Party.US
    proposed(company, [more])
    assert waits() is Party.US
    proposed(company, [less])
    assert waits() is Party.APPROVER


def test_a_decision_waits_for_a_close_that_is_at_work_and_neither_is_lost(
    company: Company,
) -> None:
    found = blocked(company)
    approval = proposed(company, found)
    answers: list[object] = []
    second = Thread(target=lambda: answers.append(decide(company, approval)))
    with company.database.work() as closing:
        day_facts.lock_days(closing, fund=FUND)
        second.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while closing.row(waiting) == (0,):
            pass
        closing.run("UPDATE close_break SET rows_count = rows_count")
    second.join()

    assert isinstance(answers[0], Approval)
    assert move(company, to=5) == "ready"


def test_of_a_class_those_are_taken_on_which_the_action_can_be(company: Company) -> None:
    arm(company, on=day(3), customer_no=104)
    move(company, to=2)
    company.buy({103: 20_000})
    move(company, to=3)
    with company.database.work() as work:
        work.run("UPDATE simulated.manager_settlement SET in_fen = in_fen - 3")
    move(company, to=4)
    assert [each.key.kind for each in breaks(company, 3)] == ["cash_in", "register", "register"]

    of_class = BreakClass.AMOUNT_MISMATCH
    with company.database.work() as work:
        figures = open_for(work, Action.REPLACE_LINE, of_class=of_class, fund=FUND, on=day(3))
        nothing = open_for(work, Action.LINK_TO_ORDER, of_class=of_class, fund=FUND, on=day(3))
    assert [key.kind for key in figures] == ["register", "register"]
    assert len(nothing) == 3


def test_answers_that_came_late_are_marked_received_by_two_people(company: Company) -> None:
    move(company, to=2)
    company.fault("confirmation_partial", at=shanghai_at(day(3), hour=1), remaining=1)
    company.buy(dict.fromkeys((100, 101, 102), 20000))
    move(company, to=3, hour=23)
    move(company, to=4, hour=3)
    (late,) = breaks(company, 3)
    assert (late.key.kind, late.state) == ("missing_confirmation", "noted")
    early = propose(company, [late], action=Action.MARK_RECEIVED)
    assert isinstance(early, ActionNotOffered)
    assert early.params["reason"] == "still_unanswered"

    move(company, to=5)
    seen = propose(company, [late], action=Action.MARK_RECEIVED)
    assert isinstance(seen, Approval)
    decide(company, seen)

    assert [each.state for each in breaks(company, 3)] == ["resolved"]
    assert company.status(day(3)).breaks == []
    assert move(company, to=6) == "ready"


def test_figures_that_change_make_a_proposal_stale(company: Company) -> None:
    found = blocked(company, customer_no=104, fen=3)
    approval = proposed(company, found)
    with company.database.work() as work:
        packed = work.row("SELECT units FROM simulated.register WHERE day_on = %s", (day(2),))
        assert packed is not None
        columns = array("q", packed[0])
        columns[4] += 1
        columns[5] -= 1
        work.run(
            "UPDATE simulated.register SET units = %s WHERE day_on = %s",
            (columns.tobytes(), day(2)),
        )
    move(company, to=3, hour=5)

    assert [(e.state, e.row.version) for e in breaks(company, 2)] == [("open", 2), ("open", 2)]
    assert isinstance(decide(company, approval), ApprovalStale)
    decide(company, proposed(company, breaks(company, 2)))
    assert move(company, to=5) == "ready"
    with company.database.work() as work:
        told = explain_day(work, (0, FUND, 104), on=day(2))
    assert told.day.income_fen == told.rule.income_fen + 4


def test_a_refused_or_withdrawn_proposal_opens_its_breaks_again(company: Company) -> None:
    found = blocked(company)
    decide(company, proposed(company, found), approves=False)
    assert {each.state for each in breaks(company, 2)} == {"open"}

    approval = proposed(company, found)
    with company.database.work() as work:
        release_breaks(work, withdraw(work, approval_id=approval.approval_id, maker="staff:an"))
    assert {each.state for each in breaks(company, 2)} == {"open"}
    with company.database.work() as work:
        verbs = [act.verb for act in acts_of(work, found[0].key)]
    assert verbs == ["proposed", "refused", "proposed", "withdrawn"]


def test_cash_within_the_tolerance_is_let_stand_by_two_people_only(company: Company) -> None:
    rule = PolicyRow("close.break_tolerance", MONDAY, {"fen": 3}, "house rule", fund=FUND)
    with company.database.work() as work:
        assert add_rules(work, [rule]) == [rule]
    move(company, to=2)
    company.buy({103: 20_000})
    move(company, to=3)
    with company.database.work() as work:
        work.run(
            "UPDATE simulated.manager_settlement SET in_fen = in_fen - 3 WHERE settle_on = %s",
            (day(3),),
        )
    move(company, to=4)
    (cash,) = breaks(company, 3)
    assert (cash.key.kind, cash.row.difference) == ("cash_in", 3)
    refused = propose(company, [cash])
    assert isinstance(refused, ActionNotOffered)
    assert refused.params["reason"] == "other_kind"

    waiver = propose(company, [cash], action=Action.FORCE_MATCH)
    assert isinstance(waiver, Approval)
    assert isinstance(decide(company, waiver, who="staff:an"), MakerIsChecker)
    decide(company, waiver)

    assert move(company, to=6) == "ready"
    assert [each.state for each in breaks(company, 3)] == ["waived"]
    status = company.status(day(3))
    with company.database.work() as work:
        rows = {row.name: row.state for row in cockpit_of(status, live_steps(work, status))}
    assert (rows["breaks"], rows["tie_out"]) == (CockpitState.WAIVED, CockpitState.DONE)


def test_without_a_rule_nothing_is_within_the_tolerance(company: Company) -> None:
    move(company, to=2)
    company.buy({103: 20_000})
    move(company, to=3)
    with company.database.work() as work:
        work.run("UPDATE simulated.manager_settlement SET in_fen = in_fen - 1")
    move(company, to=4)

    refused = propose(company, breaks(company, 3), action=Action.FORCE_MATCH)

    assert isinstance(refused, ActionNotOffered)
    assert refused.params["reason"] == "beyond_tolerance"


def test_breaks_have_owners_and_are_counted_by_state(company: Company) -> None:
    more, less = blocked(company)
    with company.database.work() as work:
        assert assign_break(work, more.key, owner="staff:an").row.owner == "staff:an"
        assert [e.key for e in breaks_queued(work, BreakFilter("open", owner="staff:an"))] == [
            more.key
        ]
        assert [e.key for e in breaks_queued(work, BreakFilter("open", owner=""))] == [less.key]
        assert owners_of_breaks(work) == {"staff:an": 1}
    proposed(company, [more])
    with company.database.work() as work:
        counts = {(row.kind, row.state): row.rows_count for row in break_counts(work)}
    assert counts == {("register", "open"): 1, ("register", "resolving"): 1}


def test_several_classes_unknown_breaks_and_corrections_of_many_are_refused(
    company: Company,
) -> None:
    found = blocked(company, customer_no=104, fen=2, total=2)
    assert {each.key.kind for each in found} == {"register", "total_income"}
    assert isinstance(propose(company, found), BreaksMixed)
    gone = replace(found[0], key=replace(found[0].key, place=77))
    assert isinstance(propose(company, [gone]), BreakUnknown)
    with company.database.work() as work, pytest.raises(BreakUnknown):
        assign_break(work, gone.key, owner="staff:an")
