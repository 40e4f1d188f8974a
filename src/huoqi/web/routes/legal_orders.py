"""Orders of courts and authorities to keep an account, or an amount of it, as it is."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints, model_validator

from huoqi.compliance.legal_orders import LegalOrder, LegalWish, Scope
from huoqi.compliance.operations import (
    LegalOrderUnknown,
    LiftWish,
    place_order,
    propose_lifting,
)
from huoqi.compliance.queries import BEFORE_ALL, legal_order_of, legal_orders
from huoqi.customers.operations import KeyHolder
from huoqi.customers.queries import customers_of, require_customer
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import shards
from huoqi.web.doors import Investigator
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.routes.funds import FundCode
from huoqi.web.wire import (
    Answer,
    CursorText,
    Day,
    Masked,
    Money,
    Page,
    PageLimit,
    Shape,
    cursor_after,
    id_of_cursor,
    minor,
    money,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Compliance"], route_class=StrictRoute)

State = Literal["in_force", "lifted", "expired"]
Reference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/#-]*$"),
    Masked,
]
Authority = Annotated[str, StringConstraints(min_length=1, max_length=80), Masked]


class LegalOrderView(Shape):
    """An order as it stands."""

    id: UUID
    customer_id: UUID | None
    authority: str
    reference: str
    scope: Literal["account", "amount"]
    fund: str | None
    amount: Money | None
    until_on: date = Field(description="The last day on which it is in force.")
    state: State
    placed_at: str
    placed_by: str
    ended_at: str | None


class LegalOrderAnswer(Answer):
    """An order as it stands."""

    order: LegalOrderView


class LegalOrderBody(Shape):
    """An order as it came. An amount names its fund; its units go on earning."""

    customer_id: UUID
    authority: Authority = Field(examples=["Haidian District Court"])
    reference: Reference = Field(examples=["2015-1182"])
    scope: Literal["account", "amount"]
    until_on: Day
    fund: FundCode | None = None
    amount: Money | None = None

    @model_validator(mode="after")
    def _names_an_amount(self) -> "LegalOrderBody":
        named = (self.fund is not None, self.amount is not None)
        if named != (self.scope == "amount",) * 2:
            raise ValueError("scope amount names fund and amount, scope account neither")
        return self


class LiftBody(Shape):
    """Which paper says that the order is over."""

    proof: Reference


@router.get("/staff/legal-orders", operation_id="staff_legal_orders_list")
def staff_legal_orders_list(
    door: Investigator,
    state: Annotated[State | None, Query()] = None,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[LegalOrderView]:
    """List orders of courts and authorities, oldest first."""
    after = id_of_cursor(cursor) or BEFORE_ALL

    def found(work: Work, _: KeyHolder) -> Page[LegalOrderView]:
        rows = legal_orders(work, state=state or "", after=after, limit=limit + 1)
        shown = rows[:limit]
        last = shown[-1] if len(rows) > limit else None
        return page(
            _views(work, shown),
            next_cursor=cursor_after(last.order_id) if last else None,
            at=work.at,
        )

    return door.ask(found)


@router.post("/staff/legal-orders", operation_id="staff_legal_orders_place", status_code=201)
def staff_legal_orders_place(door: Investigator, body: LegalOrderBody) -> LegalOrderAnswer:
    """Place an order; what it names is frozen at once. The same again answers the first."""
    amount_fen = (
        minor(body.amount.amount, pointer="/amount/amount", least=1) if body.amount else None
    )

    def placed(work: Work, _: KeyHolder) -> LegalOrderAnswer | DomainError:
        customer = require_customer(work, body.customer_id)
        wish = LegalWish(
            customer.shard,
            customer.customer_no,
            body.authority,
            body.reference,
            Scope(body.scope),
            body.until_on,
            body.fund,
            amount_fen,
        )
        return _told(work, place_order(work, wish))

    return door.act(placed)


@router.get("/staff/legal-orders/{order_id}", operation_id="staff_legal_orders_get")
def staff_legal_orders_get(door: Investigator, order_id: UUID) -> LegalOrderAnswer:
    """Show an order."""

    def found(work: Work, _: KeyHolder) -> LegalOrderAnswer:
        order = legal_order_of(work, order_id)
        if order is None:
            raise LegalOrderUnknown
        return _answer(work, order)

    return door.ask(found)


@router.post(
    "/staff/legal-orders/{order_id}/lifting",
    operation_id="staff_legal_orders_lift",
    status_code=202,
)
def staff_legal_orders_lift(door: Investigator, order_id: UUID, body: LiftBody) -> ApprovalAnswer:
    """Propose to lift an order before its date; a second person decides."""

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        wish = LiftWish(order_id, body.proof, holder.actor)
        return approval_answer(work, propose_lifting(work, wish))

    return door.act(proposed)


def _told(work: Work, result: LegalOrder | DomainError) -> LegalOrderAnswer | DomainError:
    return result if isinstance(result, DomainError) else _answer(work, result)


def _answer(work: Work, order: LegalOrder) -> LegalOrderAnswer:
    return LegalOrderAnswer(order=_views(work, [order])[0], business_time=shown_at(work.at))


def _views(work: Work, found: list[LegalOrder]) -> list[LegalOrderView]:
    numbers = sorted({each.customer_no for each in found})
    people = customers_of(work, numbers, shards=len(shards(work))) if numbers else {}
    return [
        LegalOrderView(
            id=each.order_id,
            customer_id=people[each.customer_no].customer_id
            if each.customer_no in people
            else None,
            authority=each.authority,
            reference=each.reference,
            scope=each.scope.value,
            fund=each.fund,
            amount=None if each.amount_fen is None else money(each.amount_fen),
            until_on=each.until_on,
            state=each.state.value,
            placed_at=shown_at(each.placed_at),
            placed_by=each.placed_by,
            ended_at=shown_at(each.ended_at) if each.ended_at else None,
        )
        for each in found
    ]
