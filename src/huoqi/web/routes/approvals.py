"""Approvals by two people: the inbox, a decision, taking one's own proposal back."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from huoqi.approvals.queries import Approval, State, Value, approval_of, approvals_in
from huoqi.customers.operations import KeyHolder
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.changes import Word, decide_change, known_approval, take_back
from huoqi.web.doors import AnyRole, Approver
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import (
    Answer,
    CursorText,
    DoneAnswer,
    Masked,
    Page,
    PageLimit,
    Shape,
    cursor_after,
    id_of_cursor,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Back office"], route_class=StrictRoute)

Changed = dict[str, str | bool | None]


class ApprovalView(Shape):
    """A change that needs a second person: what, from what to what, by whom, since when."""

    id: UUID
    kind: str
    object_id: str
    object_version: str
    before: Changed
    after: Changed
    customer_count: int | None
    evidence: str
    maker: str
    proposed_at: str
    state: str
    checker: str
    decided_at: str | None
    reason: str


class ApprovalAnswer(Answer):
    """An approval as it stands."""

    approval: ApprovalView


class DecisionBody(Shape):
    """The second person's word; a proposal whose object has changed meanwhile is stale."""

    verdict: Literal["approve", "refuse"]
    reason: Annotated[str, StringConstraints(max_length=500), Masked] = ""


@router.get("/approvals", operation_id="approvals_list")
def approvals_list(
    door: AnyRole,
    state: State = "pending",
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[ApprovalView]:
    """List changes that wait for a second person, newest first."""
    after = id_of_cursor(cursor)

    def found(work: Work, _: KeyHolder) -> Page[ApprovalView]:
        before = approval_of(work, after) if after else None
        listed = approvals_in(work, state=state, before=before, limit=limit)
        more = len(listed) == limit
        return page(
            [approval_view(each) for each in listed],
            next_cursor=cursor_after(listed[-1].approval_id) if more else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/approvals/{approval_id}", operation_id="approvals_get")
def approvals_get(door: AnyRole, approval_id: UUID) -> ApprovalAnswer:
    """Show a change with what it replaces."""

    def found(work: Work, _: KeyHolder) -> ApprovalAnswer:
        approval = approval_of(work, approval_id)
        if approval is None:
            raise ObjectNotFound
        return ApprovalAnswer(approval=approval_view(approval), business_time=shown_at(work.at))

    return door.ask(found)


@router.post("/approvals/{approval_id}/decision", operation_id="approvals_decide")
def approvals_decide(door: Approver, approval_id: UUID, body: DecisionBody) -> ApprovalAnswer:
    """Approve or refuse; never one's own proposal."""

    desk = door.machine.desk

    def decided(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        word = Word(holder.actor, body.verdict, body.reason)
        approval = known_approval(work, approval_id)
        result = decide_change(work, approval, word=word, desk=desk)
        return approval_answer(work, result)

    return door.act(decided)


@router.delete("/approvals/{approval_id}", operation_id="approvals_withdraw")
def approvals_withdraw(door: AnyRole, approval_id: UUID) -> DoneAnswer:
    """Take back one's own proposal."""

    def taken(work: Work, holder: KeyHolder) -> DoneAnswer:
        take_back(work, approval_id, maker=holder.actor)
        return DoneAnswer(business_time=shown_at(work.at))

    return door.act(taken)


def approval_answer(work: Work, result: Approval | DomainError) -> ApprovalAnswer | DomainError:
    """Return a proposal or a decision as an answer; a refusal as it is."""
    if isinstance(result, DomainError):
        return result
    return ApprovalAnswer(approval=approval_view(result), business_time=shown_at(work.at))


def approval_view(approval: Approval) -> ApprovalView:
    """Return an approval for the wire."""
    return ApprovalView(
        id=approval.approval_id,
        kind=approval.kind,
        object_id=approval.object_id,
        object_version=approval.object_version,
        before=_shown(approval.before),
        after=_shown(approval.after),
        customer_count=approval.customer_count,
        evidence=approval.evidence,
        maker=approval.maker,
        proposed_at=shown_at(approval.proposed_at),
        state=approval.state,
        checker=approval.checker,
        decided_at=shown_at(approval.decided_at) if approval.decided_at else None,
        reason=approval.reason,
    )


def _shown(changed: Mapping[str, Value]) -> Changed:
    return {
        name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in changed.items()
    }
