"""Periodic plans: a fixed amount bought each trading day, week or month."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from huoqi.customers.operations import Caller
from huoqi.fund.plan_nouns import Plan, PlanRequest
from huoqi.fund.plans import Step, change_plan, make_plan, plans_of
from huoqi.fund.rules.plan_dates import Every
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.doors import Customer, SteppedUp
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.funds import FundCode
from huoqi.web.wire import Answer, Money, Page, Shape, minor, money, page, shown_at

router = APIRouter(prefix="/v1", tags=["Plans"], route_class=StrictRoute)

Rhythm = Literal["trading_day", "week", "month"]


class PlanView(Shape):
    """A plan as it stands."""

    id: UUID
    fund: str
    card_id: UUID
    amount: Money
    every: Rhythm
    on_day: int | None = Field(description="1 to 7 from Monday, or a day of the month; else null.")
    state: Literal["active", "paused", "ended"]
    reason: str | None = Field(description="Why it pauses or ended, as a code.")
    next_on: date | None = Field(description="It buys on the first trading day from this date on.")
    misses: int = Field(description="How often in a row nothing could be bought; 3 pause a plan.")
    last_order_id: UUID | None
    made_at: str
    ended_at: str | None


class PlanAnswer(Answer):
    """A plan as it stands."""

    plan: PlanView


class PlanBody(Shape):
    """What to buy by habit, from which card, and when."""

    fund: FundCode
    amount: Money
    card_id: UUID
    every: Rhythm
    on_day: Annotated[int, Field(ge=1, le=31, strict=True)] | None = None


@router.get("/plans", operation_id="plans_list")
def plans_list(door: Customer) -> Page[PlanView]:
    """List the customer's plans, newest first, with those that have ended."""

    def found(work: Work, caller: Caller) -> Page[PlanView]:
        plans = plans_of(work, shard=caller.shard, customer_no=caller.customer_no)
        return page([_view(plan) for plan in plans], next_cursor=None, at=work.at)

    return door.ask(found)


@router.post("/plans", operation_id="plans_make", status_code=201)
def plans_make(door: SteppedUp, body: PlanBody) -> PlanAnswer:
    """Make a plan; it buys from its next date on, at half past nine of a trading day."""
    amount_fen = minor(body.amount.amount, pointer="/amount/amount")

    def made(work: Work, caller: Caller) -> PlanAnswer | DomainError:
        request = PlanRequest(
            caller.shard,
            caller.customer_no,
            body.fund,
            body.card_id,
            amount_fen,
            Every(body.every),
            body.on_day,
        )
        return _answer(work, make_plan(work, request))

    return door.act_stepped_up(made)


@router.post("/plans/{plan_id}/pause", operation_id="plans_pause")
def plans_pause(door: Customer, plan_id: UUID) -> PlanAnswer:
    """Let a plan rest."""
    return door.act(lambda work, caller: _changed(work, caller, plan_id, "pause"))


@router.post("/plans/{plan_id}/resume", operation_id="plans_resume")
def plans_resume(door: SteppedUp, plan_id: UUID) -> PlanAnswer:
    """Let a plan buy again, from its next date after today on; nothing is made up for."""
    return door.act_stepped_up(lambda work, caller: _changed(work, caller, plan_id, "resume"))


@router.post("/plans/{plan_id}/end", operation_id="plans_end")
def plans_end(door: Customer, plan_id: UUID) -> PlanAnswer:
    """End a plan for good; what it bought stays."""
    return door.act(lambda work, caller: _changed(work, caller, plan_id, "end"))


def _changed(work: Work, caller: Caller, plan_id: UUID, step: Step) -> PlanAnswer | DomainError:
    owner = (caller.shard, caller.customer_no)
    return _answer(work, change_plan(work, owner=owner, plan_id=plan_id, step=step))


def _answer(work: Work, result: Plan | DomainError) -> PlanAnswer | DomainError:
    if isinstance(result, DomainError):
        return result
    return PlanAnswer(plan=_view(result), business_time=shown_at(work.at))


def _view(plan: Plan) -> PlanView:
    return PlanView(
        id=plan.plan_id,
        fund=plan.fund,
        card_id=plan.card_id,
        amount=money(plan.amount_fen),
        every=plan.every.value,
        on_day=plan.on_day,
        state=plan.state.value,
        reason=plan.reason or None,
        next_on=plan.next_on if plan.state == "active" else None,
        misses=plan.failures,
        last_order_id=plan.last_order_id,
        made_at=shown_at(plan.made_at),
        ended_at=shown_at(plan.ended_at) if plan.ended_at else None,
    )
