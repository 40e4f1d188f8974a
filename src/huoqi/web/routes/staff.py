"""Staff: customers by id, freezing, applications."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field, StringConstraints

from huoqi.compliance.operations import refusal_to_unfreeze
from huoqi.customers.applications import Application
from huoqi.customers.operations import (
    KeyHolder,
    freeze_by_staff,
    unfreeze_by_staff,
)
from huoqi.customers.operations.screening import hits_of_applications
from huoqi.customers.operations.staff_reading import masked_fields, reveal_fields
from huoqi.customers.people import Customer
from huoqi.customers.queries import applications_in_review, require_customer
from huoqi.customers.rules.screening import Hit
from huoqi.fund.queries import holdings_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.money import INT64_MAX
from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import customer_cash_account
from huoqi.ledger.rules.counters import Counters
from huoqi.web.changes.people import (
    OverrideWish,
    ReviewWish,
    propose_override,
    propose_review,
)
from huoqi.web.doors import Operator, Support, only
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.routes.funds import FundCode
from huoqi.web.routes.holdings import HoldingView, holding_view
from huoqi.web.routes.staff_orders import Purpose
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

router = APIRouter(prefix="/v1", tags=["Staff"], route_class=StrictRoute)

_REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9 ._:/#-]*$"


class CustomerView(Shape):
    """A customer as staff see it: nothing private."""

    customer_id: UUID
    customer_no: str = Field(description="The account number of the allocation's tie rule.")
    state: str
    registered_at: str
    frozen_by: Literal["self", "staff"] | None
    freeze_reason: str | None
    cool_down_until: str | None
    simulated: bool


class MaskedView(Shape):
    """Private fields as far as they may be shown: enough to recognise somebody by."""

    name: str = Field(examples=["王**"])
    national_id: str = Field(examples=["110105********0017"])
    phone: str = Field(examples=["138****1234"])


class CustomerAnswer(Answer):
    """A customer with what they have; masked private fields only if a purpose was given."""

    customer: CustomerView
    masked: MaskedView | None = None
    cash: Money
    holdings: list[HoldingView]


class RevealBody(Shape):
    """Which private fields, and what for; both are written down where the customer sees it."""

    fields: Annotated[list[Literal["name", "national_id", "phone"]], Field(min_length=1)]
    purpose: Purpose


class RevealAnswer(Answer):
    """Private fields in full; those that were not asked for are absent."""

    customer_id: UUID
    purpose: Purpose
    fields: dict[str, str]


class FreezeBody(Shape):
    """Why: a code such as court_order, deceased or suspected_fraud, never a story."""

    reason: Annotated[str, StringConstraints(max_length=40), Field(examples=["suspected_fraud"])]


class HitView(Shape):
    """An entry of the list that an applicant may be."""

    entry: str = Field(examples=["SIM-001"])
    grade: Literal["id", "name_and_birth", "near_name_and_birth", "name"]


class ApplicationView(Shape):
    """An application that people look at, and what it met in the list in force."""

    application_id: UUID
    state: str
    opened_at: str
    submitted_at: str | None
    expected_by: str | None
    hits: list[HitView]


class ReviewBody(Shape):
    """What a first person thinks of an application; never write about the person here."""

    verdict: Literal["accept", "refuse"]
    proof: Annotated[
        str,
        StringConstraints(min_length=1, max_length=80, pattern=_REFERENCE),
        Masked,
        Field(description="What was looked at, by its reference.", examples=["case-2015-17"]),
    ]


class OverrideBody(Shape):
    """The register's figure of a holder's day, and where it stands."""

    income: Money = Field(description="The day's income; negative for a loss.")
    source: Annotated[
        str,
        StringConstraints(min_length=1, max_length=80, pattern=_REFERENCE),
        Masked,
        Field(description="The register's file.", examples=["OFD_05_20150512.TXT"]),
    ]
    record_no: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]


@router.get("/staff/customers/{customer_id}", operation_id="staff_customers_get")
def staff_customers_get(
    door: Support, customer_id: UUID, purpose: Annotated[Purpose | None, Query()] = None
) -> CustomerAnswer:
    """Show a customer by id, with holdings and cash; masked private fields only for a purpose.

    A look at masked fields is written down, as every reading of personal data.
    """
    desk = door.machine.desk

    def found(work: Work, _: KeyHolder) -> CustomerAnswer:
        return _answer(work, require_customer(work, customer_id))

    def noted(work: Work, _: KeyHolder) -> CustomerAnswer | DomainError:
        customer = require_customer(work, customer_id)
        fields = masked_fields(work, desk, customer, purpose=purpose or "")
        if isinstance(fields, DomainError):
            return fields
        return _answer(work, customer).model_copy(update={"masked": MaskedView(**fields)})

    return door.ask(found) if purpose is None else door.note(noted)


@router.post("/staff/customers/{customer_id}/reveal", operation_id="staff_customers_reveal")
def staff_customers_reveal(door: Support, customer_id: UUID, body: RevealBody) -> RevealAnswer:
    """Show private fields in full, for a purpose; the reading is on the disk before the answer."""
    desk = door.machine.desk

    def revealed(work: Work, _: KeyHolder) -> RevealAnswer | DomainError:
        customer = require_customer(work, customer_id)
        fields = reveal_fields(work, desk, customer, fields=body.fields, purpose=body.purpose)
        if isinstance(fields, DomainError):
            return fields
        return RevealAnswer(
            customer_id=customer_id,
            purpose=body.purpose,
            fields=dict(fields),
            business_time=shown_at(work.at),
        )

    return door.note(revealed)


@router.post("/staff/customers/{customer_id}/freeze", operation_id="staff_customers_freeze")
def staff_customers_freeze(door: Support, customer_id: UUID, body: FreezeBody) -> CustomerAnswer:
    """Freeze an account and end its sessions, with a reason code."""
    shards = door.machine.desk.shards

    def frozen(work: Work, _: KeyHolder) -> CustomerAnswer | DomainError:
        number = require_customer(work, customer_id).customer_no
        result = only(freeze_by_staff(work, [number], shards=shards, reason=body.reason))
        return result if isinstance(result, DomainError) else _answer(work, result)

    return door.act(frozen)


@router.post("/staff/customers/{customer_id}/unfreeze", operation_id="staff_customers_unfreeze")
def staff_customers_unfreeze(door: Support, customer_id: UUID) -> CustomerAnswer:
    """Lift the staff's freeze; a customer's own stays."""
    shards = door.machine.desk.shards

    def lifted(work: Work, _: KeyHolder) -> CustomerAnswer | DomainError:
        customer = require_customer(work, customer_id)
        number = customer.customer_no
        refusal = refusal_to_unfreeze(work, shard=customer.shard, customer_no=number)
        if refusal is not None:
            return refusal
        result = only(unfreeze_by_staff(work, [number], shards=shards))
        return result if isinstance(result, DomainError) else _answer(work, result)

    return door.act(lifted)


@router.get("/staff/applications", operation_id="staff_applications_list")
def staff_applications_list(door: Support) -> Page[ApplicationView]:
    """List applications that wait for people, oldest first."""
    machine = door.machine

    def found(work: Work, _: KeyHolder) -> Page[ApplicationView]:
        waiting = applications_in_review(work)
        watch_list = machine.platform.watch_list
        hits = hits_of_applications(work, machine.desk, watch_list, waiting) if watch_list else {}
        views = [_application(each, hits.get(each, [])) for each in waiting]
        return page(views, next_cursor=None, at=work.at)

    return door.ask(found)


@router.post(
    "/staff/applications/{application_id}/resolution",
    operation_id="staff_applications_resolve",
    status_code=202,
)
def staff_applications_resolve(
    door: Support, application_id: UUID, body: ReviewBody
) -> ApprovalAnswer:
    """Propose to accept or refuse an application under review; a second person decides."""
    desk = door.machine.desk

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        wish = ReviewWish(application_id, body.verdict, body.proof, holder.actor)
        return approval_answer(work, propose_review(work, wish, desk=desk))

    return door.act(proposed)


@router.post(
    "/staff/customers/{customer_id}/holdings/{fund}/days/{on}/override",
    operation_id="staff_income_override",
    status_code=202,
)
def staff_income_override(
    door: Operator,
    customer_id: UUID,
    fund: FundCode,
    on: Annotated[Day, Path()],
    body: OverrideBody,
) -> ApprovalAnswer:
    """Propose to accept the register's figure of a holder's day; a second person decides."""
    income_fen = minor(body.income.amount, pointer="/income/amount", least=-INT64_MAX)

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        wish = OverrideWish(
            customer_id,
            fund,
            on,
            income_fen=income_fen,
            source=body.source,
            record_no=body.record_no,
            maker=holder.actor,
        )
        return approval_answer(work, propose_override(work, wish))

    return door.act(proposed)


def _application(each: Application, hits: list[Hit]) -> ApplicationView:
    return ApplicationView(
        application_id=each.application_id,
        state=each.state,
        opened_at=shown_at(each.opened_at),
        submitted_at=shown_at(each.submitted_at) if each.submitted_at else None,
        expected_by=shown_at(each.expected_by) if each.expected_by else None,
        hits=[HitView(entry=hit.entry, grade=hit.grade.value) for hit in hits],
    )


def _answer(work: Work, customer: Customer) -> CustomerAnswer:
    account = customer_cash_account(shard=customer.shard, customer_no=customer.customer_no)
    cash = balances(work, [account]).get(account, Counters())
    held = holdings_of(work, shard=customer.shard, customer_no=customer.customer_no)
    frozen_by: Literal["self", "staff"] | None = "self" if customer.own_frozen_at else None
    until = customer.cool_down_until
    return CustomerAnswer(
        customer=CustomerView(
            customer_id=customer.customer_id,
            customer_no=str(customer.customer_no),
            state=customer.state,
            registered_at=shown_at(customer.registered_at),
            frozen_by="staff" if customer.staff_frozen_at else frozen_by,
            freeze_reason=customer.staff_freeze_reason,
            cool_down_until=shown_at(until) if until else None,
            simulated=customer.simulated,
        ),
        cash=money(cash.available),
        holdings=[holding_view(each) for each in held],
        business_time=shown_at(work.at),
    )
