"""What can be done with approvals: propose, decide, withdraw."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import ClassVar, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from huoqi.approvals import _store
from huoqi.approvals.queries import Approval, State, Value, approval_from
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

_STATE_AFTER: Mapping[str, State] = {"approve": "approved", "refuse": "refused"}


class ApprovalNotFound(DomainError):
    """There is no proposal with that id."""

    code: ClassVar[str] = "approval.not_found"


class ApprovalDuplicate(DomainError):
    """The same change of the same object waits already; ``approval_id`` says where."""

    code: ClassVar[str] = "approval.duplicate"


class MakerIsChecker(DomainError):
    """Whoever proposed a change may not decide on it."""

    code: ClassVar[str] = "approval.maker_is_checker"


class ApprovalStale(DomainError):
    """The object has changed since the proposal; look at it again and propose anew."""

    code: ClassVar[str] = "approval.stale"


class ApprovalDecided(DomainError):
    """The proposal was decided before; ``state`` says how."""

    code: ClassVar[str] = "approval.decided"


class NotTheMaker(DomainError):
    """Only whoever proposed a change may withdraw it."""

    code: ClassVar[str] = "approval.not_the_maker"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that needs a second person.

    ``object_version`` is any text that changes whenever the object does; ``before`` and ``after``
    are the differing fields, without personal data.
    """

    kind: str
    object_id: str
    object_version: str
    maker: str
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    amount_fen: int | None = None
    customer_count: int | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A second person's word; ``object_version`` is the object's present one."""

    approval_id: UUID
    checker: str
    verdict: Literal["approve", "refuse"]
    object_version: str
    reason: str = ""


def propose(work: Work, proposals: Sequence[Proposal]) -> list[Approval | DomainError]:
    """Put changes before a second person. Errors: ApprovalDuplicate."""
    return [_propose(work, proposal) for proposal in proposals]


def decide(work: Work, decisions: Sequence[Decision]) -> list[Approval | DomainError]:
    """Decide on proposals; the caller carries out what was approved, in the same work.

    One result a decision, in order. Errors: ApprovalNotFound, ApprovalDecided, MakerIsChecker,
    ApprovalStale (which is kept as the proposal's end: let the work commit).
    """
    known = _locked(work, [decision.approval_id for decision in decisions])
    results: list[Approval | DomainError] = []
    for decision in decisions:
        result = _decide(work, decision, known.get(decision.approval_id))
        if isinstance(result, Approval):
            known[decision.approval_id] = result
        results.append(result)
    return results


def withdraw(work: Work, *, approval_id: UUID, maker: str) -> Approval:
    """Take back one's own proposal. Errors: ApprovalNotFound, ApprovalDecided, NotTheMaker."""
    approval = _locked(work, [approval_id]).get(approval_id)
    if approval is None:
        raise ApprovalNotFound(approval_id=str(approval_id))
    if approval.state != "pending":
        raise ApprovalDecided(state=approval.state)
    if approval.maker != maker:
        raise NotTheMaker
    return _ended(work, replace(approval, state="withdrawn"))


def _propose(work: Work, proposal: Proposal) -> Approval | DomainError:
    content = json.dumps([dict(proposal.before), dict(proposal.after)], sort_keys=True)
    approval_id = work.new_id()
    parameters = {
        "approval_id": approval_id,
        "kind": proposal.kind,
        "object_id": proposal.object_id,
        "object_version": proposal.object_version,
        "before": Jsonb(dict(proposal.before)),
        "after": Jsonb(dict(proposal.after)),
        "content_sha256": sha256(content.encode()).digest(),
        "amount_fen": proposal.amount_fen,
        "customer_count": proposal.customer_count,
        "evidence": proposal.evidence,
        "maker": proposal.maker,
        "at": work.at,
    }
    if not _store.add(work, parameters):
        return ApprovalDuplicate(approval_id=str(_store.waiting_twin(work, parameters)))
    row = _store.one(work, approval_id)
    assert row is not None, "it was just written"
    approval = approval_from(row)
    _tell(work, approval, "proposed")
    return approval


def _decide(work: Work, decision: Decision, approval: Approval | None) -> Approval | DomainError:
    if approval is None:
        return ApprovalNotFound(approval_id=str(decision.approval_id))
    if approval.state != "pending":
        return ApprovalDecided(state=approval.state)
    if approval.maker == decision.checker:
        return MakerIsChecker()
    decided = replace(
        approval,
        state=_STATE_AFTER[decision.verdict],
        checker=decision.checker,
        reason=decision.reason,
    )
    if approval.object_version == decision.object_version:
        return _ended(work, decided)
    _ended(work, replace(decided, state="stale"))
    return ApprovalStale(approval_id=str(approval.approval_id))


def _ended(work: Work, approval: Approval) -> Approval:
    _store.decide(
        work,
        {
            "approval_id": approval.approval_id,
            "state": approval.state,
            "checker": approval.checker,
            "reason": approval.reason,
            "at": work.at,
        },
    )
    _tell(work, approval, approval.state)
    return replace(approval, decided_at=work.at)


def _locked(work: Work, ids: Sequence[UUID]) -> dict[UUID, Approval]:
    return {row[0]: approval_from(row) for row in _store.lock(work, sorted(set(ids)))}


def _tell(work: Work, approval: Approval, verb: str) -> None:
    data = {"kind": approval.kind, "object": approval.object_id}
    emit(work, EventDraft(f"approval.change.{verb}", approval.approval_id, data=data))
