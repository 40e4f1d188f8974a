"""Cases: opened by findings, taken in hand, noted on, and ended by two people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from huoqi.approvals.operations import Proposal, propose
from huoqi.approvals.queries import Approval
from huoqi.compliance import _store as store
from huoqi.compliance.cases import Case, CaseState, Finding, Verdict
from huoqi.customers.operations import freeze_by_staff
from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import shards

CASE = "compliance.case"
#: Why an account is frozen by a case's verdict; its customer is told no more.
FREEZE_REASON = "compliance_review"


class CaseUnknown(DomainError):
    """There is no case with that id."""

    code: ClassVar[str] = "case.unknown"


class CaseClosed(DomainError):
    """The case is closed; what was done about it stays as it is."""

    code: ClassVar[str] = "case.closed"


class CaseNotYours(DomainError):
    """Somebody else has the case in hand; ``owner`` says who."""

    code: ClassVar[str] = "case.not_yours"


@dataclass(frozen=True, slots=True)
class VerdictWish:
    """How a first person would end a case, why, and by which proof."""

    case_id: UUID
    verdict: Verdict
    note: str
    proof: str
    maker: str


def open_cases(work: Work, found: Sequence[Finding]) -> int:
    """Open a case for each finding that has none yet; return how many that were."""
    opened = store.add(work, found)
    emit_all(
        work,
        [
            # Of the company, not of the customer: whoever is looked at is not told.
            EventDraft("compliance.case.opened", case_id, data={"rule": finding.rule})
            for finding, case_id in opened
        ],
    )
    return len(opened)


def take_case(work: Work, *, case_id: UUID) -> Case | DomainError:
    """Take a case in hand, also from somebody else; the work's actor is its owner then.

    Errors: CaseUnknown, CaseClosed.
    """
    case = _open(work, case_id)
    if isinstance(case, DomainError):
        return case
    state = CaseState.IN_HAND if case.state is CaseState.OPEN else case.state
    return _moved(work, replace(case, state=state, owner=work.actor), verb="taken")


def hand_back(work: Work, *, case_id: UUID) -> Case | DomainError:
    """Put a case back into the queue. Errors: CaseUnknown, CaseClosed, CaseNotYours."""
    case = _own(work, case_id)
    if isinstance(case, DomainError):
        return case
    return _moved(work, replace(case, state=CaseState.OPEN, owner=None), verb="handed_back")


def note_case(work: Work, *, case_id: UUID, note: str) -> Case | DomainError:
    """Write down what was found out about a case in hand; errors as ``hand_back``."""
    case = _own(work, case_id)
    if isinstance(case, DomainError):
        return case
    return _moved(work, case, verb="noted", note=note)


def propose_verdict(work: Work, wish: VerdictWish) -> Approval | DomainError:
    """Put the end of a case in hand before a second person.

    Errors: CaseUnknown, CaseClosed, CaseNotYours, ApprovalDuplicate.
    """
    case = _own(work, wish.case_id)
    if isinstance(case, DomainError):
        return case
    proposed = replace(case, state=CaseState.PROPOSED)
    proposal = Proposal(
        kind=CASE,
        object_id=str(case.case_id),
        object_version=_version(proposed),
        maker=wish.maker,
        before={"rule": case.rule, "state": str(CaseState.IN_HAND)},
        after={"verdict": str(wish.verdict)},
        customer_count=1,
        evidence=wish.proof,
    )
    (approval,) = propose(work, [proposal])
    if isinstance(approval, DomainError):
        return approval
    _moved(work, proposed, verb="proposed", note=wish.note, verdict=wish.verdict)
    return approval


def case_version(work: Work, object_id: str) -> str:
    """Return a text that changes whenever a case is taken over or ends."""
    case = store.one(work, UUID(object_id))
    return _version(case) if case else "gone"


def close_as_approved(work: Work, approval: Approval) -> DomainError | None:
    """End a case as two people decided; the verdict ``frozen`` freezes the account at once."""
    case = store.lock(work, UUID(approval.object_id))
    assert case is not None, "its version was read before"
    verdict = Verdict(str(approval.after["verdict"]))
    closed = replace(case, state=CaseState.CLOSED, verdict=verdict, closed_at=work.at)
    _moved(work, closed, verb="closed", verdict=verdict)
    if verdict is Verdict.FROZEN:
        freeze_by_staff(work, [case.customer_no], shards=len(shards(work)), reason=FREEZE_REASON)
    return None


def _open(work: Work, case_id: UUID) -> Case | DomainError:
    case = store.lock(work, case_id)
    if case is None:
        return CaseUnknown()
    return CaseClosed(verdict=str(case.verdict)) if case.state is CaseState.CLOSED else case


def _own(work: Work, case_id: UUID) -> Case | DomainError:
    case = _open(work, case_id)
    if isinstance(case, DomainError) or case.owner == work.actor:
        return case
    return CaseNotYours(owner=case.owner or "nobody")


def _moved(
    work: Work, case: Case, *, verb: str, note: str = "", verdict: Verdict | None = None
) -> Case:
    store.save(work, case)
    store.add_act(work, case, verb=verb, note=note, verdict=verdict)
    data = {"rule": case.rule, "state": case.state.value, "actor": work.actor}
    emit_all(work, [EventDraft(f"compliance.case.{verb}", case.case_id, data=data)])
    return case


def _version(case: Case) -> str:
    return f"{case.state}@{case.owner}"
