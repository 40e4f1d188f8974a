"""Debts of collections that banks took back: what is owed, and settling it by two people."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from huoqi.customers.operations import KeyHolder
from huoqi.customers.queries import customers_of
from huoqi.fund.debt_decisions import DebtWish, propose_debt_settlement
from huoqi.fund.debt_nouns import Debt, Settlement, Way
from huoqi.fund.debts import DebtUnknown
from huoqi.fund.queries import debt_of, open_debts, settled_debts, settlements_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.doors import Finance, Operator
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.wire import (
    Answer,
    CursorText,
    Masked,
    Money,
    Page,
    PageLimit,
    Shape,
    Units,
    cursor_after,
    id_of_cursor,
    minor,
    money,
    page,
    shown_at,
    units,
)

router = APIRouter(prefix="/v1", tags=["Back office"], route_class=StrictRoute)


class DebtView(Shape):
    """What a customer owes for a purchase whose collection was taken back."""

    order_id: UUID
    customer_id: UUID | None
    fund: str
    amount: Money
    settled: Money
    pending: Money = Field(description="What settlements under way shall bring.")
    left: Money = Field(description="What nothing is done about yet.")
    frozen: Units = Field(description="Units kept beside the debt.")
    opened_at: str
    ended_at: str | None


class SettlementView(Shape):
    """One way in which the debt, or a part of it, is settled."""

    id: UUID = Field(description="The approval that decided it.")
    way: Literal["collection", "units", "held_refund", "write_off"]
    amount: Money
    settled: Money
    state: Literal["pending", "settled", "failed", "returned"]
    reason: str | None
    created_at: str
    ended_at: str | None


class DebtAnswer(Answer):
    """A debt with what was done about it, oldest first."""

    debt: DebtView
    settlements: list[SettlementView]


class SettlementBody(Shape):
    """How to settle: a new collection, the frozen units, the refund held back, or our own loss."""

    way: Literal["collection", "units", "held_refund", "write_off"]
    amount: Money | None = Field(
        default=None,
        description="Without it all that is left; a held refund always counts in full.",
    )
    card_id: UUID | None = Field(
        default=None, description="The card of a collection; without it that of the purchase."
    )
    proof: Annotated[
        str,
        StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/#-]*$"),
        Masked,
        Field(description="What was agreed, by its reference.", examples=["case-2015-21"]),
    ]


@router.get("/staff/debts", operation_id="staff_debts_list")
def staff_debts_list(
    door: Finance,
    state: Literal["open", "settled"] = "open",
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[DebtView]:
    """List debts of collections that banks took back, those of the newest orders first."""
    before = id_of_cursor(cursor)
    shards = door.machine.desk.shards
    listed = open_debts if state == "open" else settled_debts

    def found(work: Work, _: KeyHolder) -> Page[DebtView]:
        rows = listed(work, before=before, limit=limit + 1)
        shown = rows[:limit]
        return page(
            _views(work, shown, shards=shards),
            next_cursor=cursor_after(shown[-1].order_id) if len(rows) > limit else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/staff/debts/{order_id}", operation_id="staff_debts_get")
def staff_debts_get(door: Finance, order_id: UUID) -> DebtAnswer:
    """Show a debt, by the purchase that it is for, and what was done about it."""
    shards = door.machine.desk.shards

    def found(work: Work, _: KeyHolder) -> DebtAnswer:
        debt = debt_of(work, order_id)
        if debt is None:
            raise DebtUnknown(order_id=str(order_id))
        (view,) = _views(work, [debt], shards=shards)
        return DebtAnswer(
            debt=view,
            settlements=[_settlement(each) for each in settlements_of(work, debt)],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.post(
    "/staff/debts/{order_id}/settlements", operation_id="staff_debts_settle", status_code=202
)
def staff_debts_settle(door: Operator, order_id: UUID, body: SettlementBody) -> ApprovalAnswer:
    """Propose how a debt is settled; a second person approves, and then it is done."""
    amount_fen = None if body.amount is None else minor(body.amount.amount, pointer="/amount")

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        wish = DebtWish(order_id, Way(body.way), amount_fen, body.card_id, body.proof, holder.actor)
        return approval_answer(work, propose_debt_settlement(work, wish))

    return door.act(proposed)


def _views(work: Work, debts: list[Debt], *, shards: int) -> list[DebtView]:
    owners = customers_of(work, [debt.customer_no for debt in debts], shards=shards)
    ids = {number: owner.customer_id for number, owner in owners.items()}
    return [
        DebtView(
            order_id=debt.order_id,
            customer_id=ids.get(debt.customer_no),
            fund=debt.fund,
            amount=money(debt.amount_fen),
            settled=money(debt.settled_fen),
            pending=money(debt.pending_fen),
            left=money(debt.left_fen),
            frozen=units(debt.frozen_e2),
            opened_at=shown_at(debt.opened_at),
            ended_at=shown_at(debt.ended_at) if debt.ended_at else None,
        )
        for debt in debts
    ]


def _settlement(settlement: Settlement) -> SettlementView:
    return SettlementView(
        id=settlement.settlement_id,
        way=settlement.way.value,
        amount=money(settlement.amount_fen),
        settled=money(settlement.settled_fen),
        state=settlement.state.value,
        reason=settlement.reason,
        created_at=shown_at(settlement.created_at),
        ended_at=shown_at(settlement.ended_at) if settlement.ended_at else None,
    )
