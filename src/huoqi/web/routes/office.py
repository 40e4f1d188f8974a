"""The back office: approvals by two people, dated policies, the close, the ledger."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from huoqi.approvals.operations import withdraw
from huoqi.approvals.queries import Approval, State, Value, approval_of, approvals_in
from huoqi.customers.operations import KeyHolder
from huoqi.fund.products import ProductState
from huoqi.fund.shelf import StateChange
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.operations import propose_resolutions
from huoqi.payments.operations.resolving import ResolutionWish
from huoqi.policy.book import PolicyRow
from huoqi.policy.queries import rules_on
from huoqi.web.changes import (
    decide_change,
    known_approval,
    propose_fund_state,
    propose_policy,
)
from huoqi.web.doors import AnyRole, Approver, Operator, only
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.funds import FundCode
from huoqi.web.routes.payments import payment_of
from huoqi.web.wire import (
    Answer,
    CursorText,
    Day,
    DoneAnswer,
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
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class PolicyBody(Shape):
    """A dated rule: figures are integers, words are text."""

    rule: Annotated[str, StringConstraints(pattern="^[a-z_]+(\\.[a-z_]+)+$", max_length=64)] = (
        Field(examples=["fund.fast_redemption"])
    )
    fund: Annotated[str, StringConstraints(max_length=16)] = ""
    effective_from: Day
    effective_to: Day | None = None
    value: dict[
        Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,39}$")],
        Annotated[int, Field(ge=-(2**53), le=2**53, strict=True)]
        | Annotated[str, StringConstraints(max_length=100)]
        | None,
    ] = Field(examples=[{"max_count": 3, "max_amount_fen": 1_000_000}])
    source: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class StateBody(Shape):
    """What may be done with a fund from the approval on."""

    state: Literal["open", "purchases_suspended", "redemptions_suspended", "gated", "liquidating"]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class ResolutionBody(Shape):
    """How a payment ended, according to the bank's proof."""

    verdict: Literal["success", "reject", "close_cases"]
    proof: Annotated[
        str,
        StringConstraints(max_length=200),
        Field(description="What the bank gave in writing, by its reference."),
    ]


class PolicyView(Shape):
    """A dated rule: what it says, from when to when, where it is written."""

    rule: str
    fund: str
    distributor: str
    jurisdiction: str
    effective_from: date
    effective_to: date | None
    value: dict[str, str | list[str] | None]
    source: str
    status: str


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
            [_approval(each) for each in listed],
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
        return ApprovalAnswer(approval=_approval(approval), business_time=shown_at(work.at))

    return door.ask(found)


@router.post("/approvals/{approval_id}/decision", operation_id="approvals_decide")
def approvals_decide(door: Approver, approval_id: UUID, body: DecisionBody) -> ApprovalAnswer:
    """Approve or refuse; never one's own proposal."""

    def decided(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        result = decide_change(
            work,
            known_approval(work, approval_id),
            checker=holder.actor,
            verdict=body.verdict,
            reason=body.reason,
        )
        return _answer(work, result)

    return door.act(decided)


@router.delete("/approvals/{approval_id}", operation_id="approvals_withdraw")
def approvals_withdraw(door: AnyRole, approval_id: UUID) -> DoneAnswer:
    """Take back one's own proposal."""

    def taken(work: Work, holder: KeyHolder) -> DoneAnswer:
        withdraw(work, approval_id=approval_id, maker=holder.actor)
        return DoneAnswer(business_time=shown_at(work.at))

    return door.act(taken)


@router.post("/policies", operation_id="policies_propose", status_code=202)
def policies_propose(door: Operator, body: PolicyBody) -> ApprovalAnswer:
    """Propose a dated rule; it takes effect on its date once a second person has approved it."""
    row = PolicyRow(
        rule=body.rule,
        effective_from=body.effective_from,
        effective_to=body.effective_to,
        value=body.value,
        source=body.source,
        fund=body.fund,
    )

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        evidence = body.source
        return _answer(work, propose_policy(work, row, maker=holder.actor, evidence=evidence))

    return door.act(proposed)


@router.post("/funds/{fund}/state", operation_id="funds_propose_state", status_code=202)
def funds_propose_state(door: Operator, fund: FundCode, body: StateBody) -> ApprovalAnswer:
    """Propose to open, suspend or gate a fund; a second person approves."""
    change = StateChange(fund, ProductState(body.state), body.reason, body.source)
    return door.act(
        lambda work, holder: _answer(work, propose_fund_state(work, change, maker=holder.actor))
    )


@router.post(
    "/staff/payments/{payment_id}/resolution",
    operation_id="staff_payments_resolve",
    status_code=202,
)
def staff_payments_resolve(
    door: Operator, payment_id: UUID, body: ResolutionBody
) -> ApprovalAnswer:
    """Propose how an unknown or disputed payment ended, by the bank's proof; two people decide."""
    shards = range(door.machine.desk.shards)

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        shard, order_id = payment_of(work, payment_id, shards=shards).key
        wish = ResolutionWish(shard, order_id, body.verdict, body.proof, holder.actor)
        return _answer(work, only(propose_resolutions(work, [wish])))

    return door.act(proposed)


@router.get("/policies", operation_id="policies_list")
def policies_list(door: AnyRole, on: Annotated[Day | None, Query()] = None) -> Page[PolicyView]:
    """List the rules in force on a date, today by default, each with its source."""
    return door.ask(
        lambda work, _: page(
            [_policy(row) for row in rules_on(work, on=on or shanghai_date(work.at))],
            next_cursor=None,
            at=work.at,
        )
    )


def _answer(work: Work, result: Approval | DomainError) -> ApprovalAnswer | DomainError:
    if isinstance(result, DomainError):
        return result
    return ApprovalAnswer(approval=_approval(result), business_time=shown_at(work.at))


def _approval(approval: Approval) -> ApprovalView:
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


def _policy(row: PolicyRow) -> PolicyView:
    return PolicyView(
        rule=row.rule,
        fund=row.fund,
        distributor=row.distributor,
        jurisdiction=row.jurisdiction,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        value={
            name: [str(each) for each in value]
            if isinstance(value, list)
            else None
            if value is None
            else str(value)
            for name, value in row.value.items()
        },
        source=row.source,
        status=row.status,
    )
