"""The simulated world over HTTP: faults of banks and managers, and the personas who live there."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field, StringConstraints

from huoqi.customers.operations import KeyHolder, SessionRequest, open_sessions
from huoqi.fund.managers.drop.table import is_in_files
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.sandbox.faults import (
    KINDS,
    Fault,
    FaultRequest,
    arm_faults,
    cancel_faults,
    faults_of,
)
from huoqi.sandbox.magic_values import magic_values
from huoqi.sandbox.personas import PAYMENT_PASSWORD, Member, members_of, personas_here
from huoqi.web.doors import Developer, only
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.handover import Handing, SessionView
from huoqi.web.routes.registrations import CSRF
from huoqi.web.wire import Answer, Instant, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1/sandbox", tags=["Sandbox: world"], route_class=StrictRoute)

Small = Annotated[str, StringConstraints(max_length=64)]
Whole = Annotated[int, Field(ge=-(2**53), le=2**53, strict=True)]


class FaultKindView(Shape):
    """A fault that can be armed, with its parameters and their limits."""

    fault: str
    party: str
    does: str
    params: dict[str, tuple[int, int]]
    needs_files: bool
    can_be_armed: bool = Field(
        description="False for what befalls files, where the manager is spoken to without them."
    )


class FaultBody(Shape):
    """Arm a fault: at once or at an instant, until another, or the next so many times."""

    fault: Annotated[Small, Field(examples=["bank_down"])]
    target: Small = Field("", description="A bank's code or a fund's; empty means all of them.")
    at: Instant | None = None
    until: Instant | None = None
    next_n: Annotated[int, Field(ge=1, le=10_000, strict=True)] | None = None
    params: dict[Small, Whole] = Field(default_factory=dict)


class ActBody(Shape):
    """The same, aimed at the party of the path."""

    fault: Annotated[Small, Field(examples=["bank_down"])]
    at: Instant | None = None
    until: Instant | None = None
    next_n: Annotated[int, Field(ge=1, le=10_000, strict=True)] | None = None
    params: dict[Small, Whole] = Field(default_factory=dict)


class FaultView(Shape):
    """A fault that was armed."""

    id: UUID
    fault: str
    target: str
    state: Literal["waiting", "armed", "over"]
    active_from: str
    active_until: str | None
    remaining: int | None
    params: dict[str, int]


class FaultAnswer(Answer):
    """A fault."""

    fault: FaultView


class MagicView(Shape):
    """A value that makes something happen; several apply in the order fault, ID, card, amount."""

    where: Literal["card", "national_id", "amount"]
    ending: str
    name: str
    does: str
    code: str | None
    sample: str = Field(description="A sound sample; an amount is in fen.")


class PersonaView(Shape):
    """A persona and its documents, all invented; they open nothing but a sandbox."""

    persona: str
    member: int
    about: str
    later: str
    name: str
    national_id: str
    phone: str
    card: str
    bank: str
    payment_password: str
    customer_id: UUID | None = Field(description="Null for a persona that is no customer yet.")
    card_id: UUID | None


class PersonaSession(Answer):
    """A session of a persona, to try things with."""

    session: SessionView
    csrf: str = CSRF
    card_id: UUID
    payment_password: str


@router.get("/fault-kinds", operation_id="sandbox_fault_kinds")
def sandbox_fault_kinds(door: Developer) -> Page[FaultKindView]:
    """List the faults that can be armed, what each does, and its parameters."""

    def found(work: Work, _: KeyHolder) -> Page[FaultKindView]:
        has_files = is_in_files(work)
        views = [
            FaultKindView(
                fault=kind.name,
                party=kind.party,
                does=kind.does,
                params=dict(kind.params),
                needs_files=kind.needs_files,
                can_be_armed=has_files or not kind.needs_files,
            )
            for kind in KINDS.values()
        ]
        return page(views, next_cursor=None, at=work.at)

    return door.ask(found)


@router.get("/faults", operation_id="sandbox_faults_list")
def sandbox_faults_list(door: Developer) -> Page[FaultView]:
    """List every fault that was ever armed."""
    return door.ask(
        lambda work, _: page(
            [_fault(fault) for fault in faults_of(work)], next_cursor=None, at=work.at
        )
    )


@router.post("/faults", operation_id="sandbox_faults_arm", status_code=201)
def sandbox_faults_arm(door: Developer, body: FaultBody) -> FaultAnswer:
    """Arm a fault of a bank or of the fund manager."""
    return door.act(lambda work, _: _armed(work, body, target=body.target))


@router.delete("/faults/{fault_id}", operation_id="sandbox_faults_cancel")
def sandbox_faults_cancel(door: Developer, fault_id: UUID) -> FaultAnswer:
    """Let a fault strike no more; what it has done already stays done."""
    return door.act(lambda work, _: _told(only(cancel_faults(work, [fault_id])), work))


@router.post("/banks/{bank}/faults", operation_id="sandbox_bank_act", status_code=201)
def sandbox_bank_act(
    door: Developer, bank: Annotated[str, Path(max_length=16, examples=["ICBC"])], body: ActBody
) -> FaultAnswer:
    """Act as a bank: go down, lose a reply, execute late, call twice."""
    return door.act(lambda work, _: _armed(work, body, target=bank))


@router.post("/fund-manager/{fund}/faults", operation_id="sandbox_manager_act", status_code=201)
def sandbox_manager_act(
    door: Developer, fund: Annotated[str, Path(max_length=16, examples=["990001"])], body: ActBody
) -> FaultAnswer:
    """Act as the fund manager: publish late, lose a day, be off by a fen, be down."""
    return door.act(lambda work, _: _armed(work, body, target=fund))


@router.get("/magic-values", operation_id="sandbox_magic_values")
def sandbox_magic_values(door: Developer) -> Page[MagicView]:
    """List the cards, numbers and amounts that make simulated parties act, with samples."""
    views = [
        MagicView(
            where=value.where,
            ending=value.ending,
            name=value.name,
            does=value.does,
            code=value.code or None,
            sample=value.sample,
        )
        for value in magic_values()
    ]
    return door.ask(lambda work, _: page(views, next_cursor=None, at=work.at))


@router.get("/personas", operation_id="sandbox_personas_list")
def sandbox_personas_list(door: Developer) -> Page[PersonaView]:
    """List the personas with their documents."""
    door.enter()
    members = members_of(personas_here(door.machine.platform))
    return door.ask(
        lambda work, _: page([_persona(each) for each in members], next_cursor=None, at=work.at)
    )


@router.post(
    "/personas/{persona}/sessions", operation_id="sandbox_personas_sign_in", status_code=201
)
def sandbox_personas_sign_in(
    door: Developer,
    hand: Handing,
    persona: Annotated[str, Path(max_length=32, examples=["saver"])],
) -> PersonaSession:
    """Open a session of a persona without a code."""
    residents = personas_here(door.machine.platform).get(persona)
    if not residents:
        door.enter()
        raise ObjectNotFound
    resident = residents[0]

    def opened(work: Work, _: KeyHolder) -> PersonaSession:
        request = SessionRequest(
            resident.customer_no, resident.customer_id, "sandbox", hand.device_id
        )
        (session,) = open_sessions(work, door.machine.desk, [request])
        return PersonaSession(
            session=hand.view(work, session),
            csrf=hand.csrf(session),
            card_id=resident.card_id,
            payment_password=PAYMENT_PASSWORD,
            business_time=shown_at(work.at),
        )

    return door.act(opened)


def _armed(work: Work, body: FaultBody | ActBody, *, target: str) -> FaultAnswer | DomainError:
    request = FaultRequest(
        fault_id=work.new_id(),
        fault=body.fault,
        target=target,
        at=body.at,
        until=body.until,
        next_n=body.next_n,
        params=body.params,
    )
    return _told(only(arm_faults(work, [request])), work)


def _told(result: Fault | DomainError, work: Work) -> FaultAnswer | DomainError:
    if isinstance(result, DomainError):
        return result
    return FaultAnswer(fault=_fault(result), business_time=shown_at(work.at))


def _fault(fault: Fault) -> FaultView:
    return FaultView(
        id=fault.fault_id,
        fault=fault.fault,
        target=fault.target,
        state=fault.state,
        active_from=shown_at(fault.active_from),
        active_until=shown_at(fault.active_until) if fault.active_until else None,
        remaining=fault.remaining,
        params=dict(fault.params),
    )


def _persona(member: Member) -> PersonaView:
    resident = member.resident
    return PersonaView(
        persona=member.persona.name,
        member=member.member,
        about=member.persona.about,
        later=member.persona.later,
        name=member.person.name,
        national_id=member.person.national_id,
        phone=member.person.phone,
        card=member.person.card,
        bank=member.person.bank,
        payment_password=PAYMENT_PASSWORD,
        customer_id=resident.customer_id if resident else None,
        card_id=resident.card_id if resident else None,
    )
