"""Estates of customers who have died: reported, settled among heirs, paid to their cards."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from huoqi.compliance.estates import DeathReport, Estate, Heir, SettlementWish
from huoqi.compliance.operations import (
    EstateUnknown,
    propose_settlement,
    propose_withdrawal,
    report_death,
)
from huoqi.compliance.queries import BEFORE_ALL, estate_of, estates, heirs_of, payments_of
from huoqi.customers.operations import KeyHolder
from huoqi.customers.queries import customers_of, require_customer
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import shards
from huoqi.web.doors import Investigator
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
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
    money,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Compliance"], route_class=StrictRoute)

State = Literal["reported", "settling", "settled", "withdrawn"]
Proof = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/#-]*$"),
    Masked,
    Field(description="Which paper was looked at, by its reference.", examples=["cert-2015-88"]),
]


class EstateView(Shape):
    """An estate as it stands."""

    id: UUID
    customer_id: UUID | None
    died_on: date
    proof: str
    state: State
    reported_at: str
    reported_by: str
    ended_at: str | None


class HeirView(Shape):
    """An heir with the parts of the whole, and what was given so far."""

    customer_id: UUID | None
    parts: int
    given: Money


class HeirPaymentView(Shape):
    """Cash that an heir was given: on the account, on its way to a card, or there."""

    id: UUID
    customer_id: UUID | None
    amount: Money
    state: Literal["waiting", "sent", "paid"]
    attempt: int
    reason: str | None = Field(description="Why it waits: no_card, or what a bank refused.")
    given_at: str
    paid_at: str | None


class EstateAnswer(Answer):
    """An estate with its heirs and what they were given."""

    estate: EstateView
    heirs: list[HeirView]
    payments: list[HeirPaymentView]


class DeathBody(Shape):
    """Who has died, when, and by which paper."""

    customer_id: UUID
    died_on: Day
    proof: Proof


class HeirBody(Shape):
    """An heir: a customer, and how many parts of the whole."""

    customer_id: UUID
    parts: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] = 1


class EstateSettlementBody(Shape):
    """To whom the estate goes, by which paper."""

    heirs: Annotated[list[HeirBody], Field(min_length=1, max_length=20)]
    proof: Proof


class WithdrawalBody(Shape):
    """Which paper says that the report was an error."""

    proof: Proof


@router.get("/staff/estates", operation_id="staff_estates_list")
def staff_estates_list(
    door: Investigator,
    state: Annotated[State | None, Query()] = None,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[EstateView]:
    """List estates, oldest first."""
    after = id_of_cursor(cursor) or BEFORE_ALL

    def found(work: Work, _: KeyHolder) -> Page[EstateView]:
        rows = estates(work, state=state or "", after=after, limit=limit + 1)
        shown = rows[:limit]
        last = shown[-1] if len(rows) > limit else None
        people = _people(work, [each.customer_no for each in shown])
        return page(
            [_view(each, people) for each in shown],
            next_cursor=cursor_after(last.estate_id) if last else None,
            at=work.at,
        )

    return door.ask(found)


@router.post("/staff/estates", operation_id="staff_estates_report", status_code=201)
def staff_estates_report(door: Investigator, body: DeathBody) -> EstateAnswer:
    """Report a death: the account is kept as it is at once, and its plans end."""

    def reported(work: Work, _: KeyHolder) -> EstateAnswer | DomainError:
        customer = require_customer(work, body.customer_id)
        report = DeathReport(customer.shard, customer.customer_no, body.died_on, body.proof)
        result = report_death(work, report)
        return result if isinstance(result, DomainError) else _answer(work, result)

    return door.act(reported)


@router.get("/staff/estates/{estate_id}", operation_id="staff_estates_get")
def staff_estates_get(door: Investigator, estate_id: UUID) -> EstateAnswer:
    """Show an estate with its heirs and what they were given."""

    def found(work: Work, _: KeyHolder) -> EstateAnswer:
        estate = estate_of(work, estate_id)
        if estate is None:
            raise EstateUnknown
        return _answer(work, estate)

    return door.ask(found)


@router.post(
    "/staff/estates/{estate_id}/settlement", operation_id="staff_estates_settle", status_code=202
)
def staff_estates_settle(
    door: Investigator, estate_id: UUID, body: EstateSettlementBody
) -> ApprovalAnswer:
    """Propose to whom an estate goes; a second person decides.

    From then on units become cash, and cash goes to the heirs' cards, night by night.
    """

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        heirs = [
            Heir(require_customer(work, each.customer_id).customer_no, each.parts)
            for each in body.heirs
        ]
        wish = SettlementWish(estate_id, heirs, body.proof, holder.actor)
        return approval_answer(work, propose_settlement(work, wish))

    return door.act(proposed)


@router.post(
    "/staff/estates/{estate_id}/withdrawal",
    operation_id="staff_estates_withdraw",
    status_code=202,
)
def staff_estates_withdraw(
    door: Investigator, estate_id: UUID, body: WithdrawalBody
) -> ApprovalAnswer:
    """Propose to take a report back that was an error; a second person decides."""

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        result = propose_withdrawal(work, estate_id=estate_id, proof=body.proof, maker=holder.actor)
        return approval_answer(work, result)

    return door.act(proposed)


def _people(work: Work, numbers: list[int]) -> dict[int, UUID]:
    if not numbers:
        return {}
    found = customers_of(work, sorted(set(numbers)), shards=len(shards(work)))
    return {number: customer.customer_id for number, customer in found.items()}


def _answer(work: Work, estate: Estate) -> EstateAnswer:
    heirs, payments = heirs_of(work, estate), payments_of(work, estate)
    people = _people(work, [estate.customer_no, *(each.heir_no for each in heirs)])
    return EstateAnswer(
        estate=_view(estate, people),
        heirs=[
            HeirView(
                customer_id=people.get(each.heir_no),
                parts=each.parts,
                given=money(each.given_fen),
            )
            for each in heirs
        ],
        payments=[
            HeirPaymentView(
                id=each.payment_id,
                customer_id=people.get(each.heir_no),
                amount=money(each.amount_fen),
                state=each.state.value,
                attempt=each.attempt,
                reason=each.reason or None,
                given_at=shown_at(each.given_at),
                paid_at=shown_at(each.paid_at) if each.paid_at else None,
            )
            for each in payments
        ],
        business_time=shown_at(work.at),
    )


def _view(estate: Estate, people: dict[int, UUID]) -> EstateView:
    return EstateView(
        id=estate.estate_id,
        customer_id=people.get(estate.customer_no),
        died_on=estate.died_on,
        proof=estate.proof,
        state=estate.state.value,
        reported_at=shown_at(estate.reported_at),
        reported_by=estate.reported_by,
        ended_at=shown_at(estate.ended_at) if estate.ended_at else None,
    )
