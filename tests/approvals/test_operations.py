"""Approvals against the database: two people, one pending twin, nothing decided when stale."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from huoqi.approvals.operations import (
    ApprovalDecided,
    ApprovalDuplicate,
    ApprovalNotFound,
    ApprovalStale,
    Decision,
    MakerIsChecker,
    NotTheMaker,
    Proposal,
    decide,
    propose,
    withdraw,
)
from huoqi.approvals.queries import Approval, approval_of, approvals_in
from huoqi.events.queries import events_after
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database, Work

AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
CAP = Proposal(
    "policy.add", "redeem.fast", "v1", "staff:li", {"cap_fen": 1}, {"cap_fen": 2}, amount_fen=2
)


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    opened = Database(dsn, clock=ManualClock(AT), size=2)
    yield opened
    opened.close()


def _proposed(work: Work) -> Approval:
    (approval,) = propose(work, [CAP])
    assert isinstance(approval, Approval)
    return approval


def test_a_second_person_approves(database: Database) -> None:
    with database.work() as work:
        waiting = _proposed(work)
        assert approvals_in(work) == [waiting]
    with database.work() as work:
        (approved,) = decide(work, [Decision(waiting.approval_id, "staff:wang", "approve", "v1")])

    assert isinstance(approved, Approval)
    assert (approved.state, approved.checker, approved.decided_at) == ("approved", "staff:wang", AT)
    with database.work() as work:
        assert approval_of(work, waiting.approval_id) == approved
        assert approvals_in(work) == []
        types = [event.type for event in events_after(work, seq=0)]
        assert types == ["approval.change.proposed", "approval.change.approved"]


def test_the_maker_may_not_decide_and_a_decision_is_final(database: Database) -> None:
    with database.work() as work:
        waiting = _proposed(work).approval_id
        results = decide(
            work,
            [
                Decision(waiting, "staff:li", "approve", "v1"),
                Decision(waiting, "staff:wang", "refuse", "v1", "too high"),
                Decision(waiting, "staff:zhao", "approve", "v1"),
                Decision(UUID(int=7), "staff:wang", "approve", "v1"),
            ],
        )

    assert results[0] == MakerIsChecker()
    assert isinstance(results[1], Approval)
    assert (results[1].state, results[1].reason) == ("refused", "too high")
    assert results[2] == ApprovalDecided(state="refused")
    assert results[3] == ApprovalNotFound(approval_id=str(UUID(int=7)))


def test_the_same_change_waits_once(database: Database) -> None:
    with database.work() as work:
        first, second = propose(work, [CAP, CAP])
        assert isinstance(first, Approval)
        assert second == ApprovalDuplicate(approval_id=str(first.approval_id))

        withdraw(work, approval_id=first.approval_id, maker="staff:li")
        (again,) = propose(work, [CAP])
        assert isinstance(again, Approval)


def test_a_changed_object_makes_the_proposal_stale(database: Database) -> None:
    with database.work() as work:
        waiting = _proposed(work).approval_id
        (result,) = decide(work, [Decision(waiting, "staff:wang", "approve", "v2")])

    assert result == ApprovalStale(approval_id=str(waiting))
    with database.work() as work:
        (stale,) = approvals_in(work, state="stale")
        assert stale.approval_id == waiting


def test_only_the_maker_withdraws_and_only_while_it_waits(database: Database) -> None:
    with database.work() as work:
        waiting = _proposed(work).approval_id
        with pytest.raises(NotTheMaker):
            withdraw(work, approval_id=waiting, maker="staff:wang")
        withdraw(work, approval_id=waiting, maker="staff:li")
        with pytest.raises(ApprovalDecided):
            withdraw(work, approval_id=waiting, maker="staff:li")
        with pytest.raises(ApprovalNotFound):
            withdraw(work, approval_id=UUID(int=7), maker="staff:li")


def test_pages_go_on_where_the_last_one_ended(database: Database) -> None:
    with database.work() as work:
        for number in range(3):
            other = Proposal("policy.add", f"rule.{number}", "v1", "staff:li", {}, {"n": number})
            propose(work, [other])
        page = approvals_in(work, limit=2)
        rest = approvals_in(work, limit=2, before=page[-1])

    assert [each.object_id for each in page + rest] == ["rule.2", "rule.1", "rule.0"]
