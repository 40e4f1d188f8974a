"""The back office: dated policies, states of funds, the advance line, payments that hang."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from huoqi.customers.operations import KeyHolder
from huoqi.fund.products import ProductState
from huoqi.fund.queries import advance_line_of
from huoqi.fund.shelf import StateChange
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.operations import propose_resolutions
from huoqi.payments.operations.resolving import ResolutionWish
from huoqi.policy.book import PolicyRow
from huoqi.policy.queries import rules_on
from huoqi.web.changes.figures import propose_line
from huoqi.web.changes.terms import propose_fund_state, propose_policy
from huoqi.web.doors import AnyRole, Operator, only
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.routes.funds import FundCode
from huoqi.web.routes.payments import payment_of
from huoqi.web.wire import (
    Answer,
    Day,
    Masked,
    Money,
    Page,
    Shape,
    minor,
    money,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Back office"], route_class=StrictRoute)


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
        | Annotated[str, StringConstraints(max_length=100), Masked]
        | None,
    ] = Field(examples=[{"max_count": 3, "max_amount_fen": 1_000_000}])
    source: Annotated[str, StringConstraints(min_length=1, max_length=300), Masked]


class StateBody(Shape):
    """What may be done with a fund from the approval on."""

    state: Literal["open", "purchases_suspended", "redemptions_suspended", "gated", "liquidating"]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200), Masked]
    source: Annotated[str, StringConstraints(min_length=1, max_length=300), Masked]


class ResolutionBody(Shape):
    """How a payment ended, according to the bank's proof."""

    verdict: Literal["success", "reject", "close_cases"]
    proof: Annotated[
        str,
        StringConstraints(max_length=200),
        Masked,
        Field(description="What the bank gave in writing, by its reference."),
    ]


class LineBody(Shape):
    """What the provider advances to fast redemptions at most, all customers together."""

    limit: Money | None = Field(description="Null for any sum.")
    source: Annotated[str, StringConstraints(min_length=1, max_length=200), Masked]


class LineAnswer(Answer):
    """The advance line of a fund: what is lent at most, and what is lent now."""

    fund: str
    limit: Money | None = Field(description="Null for any sum.")
    used: Money


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
        return approval_answer(
            work, propose_policy(work, row, maker=holder.actor, evidence=evidence)
        )

    return door.act(proposed)


@router.post("/funds/{fund}/state", operation_id="funds_propose_state", status_code=202)
def funds_propose_state(door: Operator, fund: FundCode, body: StateBody) -> ApprovalAnswer:
    """Propose to open, suspend or gate a fund; a second person approves."""
    change = StateChange(fund, ProductState(body.state), body.reason, body.source)
    return door.act(
        lambda work, holder: approval_answer(
            work, propose_fund_state(work, change, maker=holder.actor)
        )
    )


@router.get("/funds/{fund}/advance-line", operation_id="funds_advance_line")
def funds_advance_line(door: AnyRole, fund: FundCode) -> LineAnswer:
    """Show what the provider advances to fast redemptions at most, and what is lent now."""

    def found(work: Work, _: KeyHolder) -> LineAnswer:
        line = advance_line_of(work, fund=fund)
        return LineAnswer(
            fund=fund,
            limit=None if line.limit_fen is None else money(line.limit_fen),
            used=money(line.used_fen),
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.post(
    "/funds/{fund}/advance-line", operation_id="funds_propose_advance_line", status_code=202
)
def funds_propose_advance_line(door: Operator, fund: FundCode, body: LineBody) -> ApprovalAnswer:
    """Propose what the provider advances at most; a second person approves."""
    limit_fen = None if body.limit is None else minor(body.limit.amount, pointer="/limit/amount")

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        result = propose_line(
            work, fund=fund, limit_fen=limit_fen, source=body.source, maker=holder.actor
        )
        return approval_answer(work, result)

    return door.act(proposed)


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
        return approval_answer(work, only(propose_resolutions(work, [wish])))

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
