"""The customer's own account: profile, devices, freeze, payment password, step-up."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from huoqi.customers.operations import (
    Caller,
    Grant,
    change_payment_password,
    end_session,
    freeze_own,
    reveal_identities,
    set_payment_password,
    step_up,
    stop_closing,
    unfreeze_own,
)
from huoqi.customers.queries import Session, customers_of, has_payment_password, sessions_of
from huoqi.customers.rules.phone import masked_mobile
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.doors import Customer, SteppedUp, granted
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, DoneAnswer, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1", tags=["My account"], route_class=StrictRoute)

SixDigits = Annotated[
    str,
    StringConstraints(min_length=1, max_length=32),
    Field(description="Six digits.", examples=["280461"]),
]


class ProfileAnswer(Answer):
    """The account, with private fields masked."""

    customer_id: UUID
    state: str
    name_masked: str
    phone_masked: str
    national_id_masked: str
    registered_at: str
    frozen_by: Literal["self", "staff"] | None
    cool_down_until: str | None = Field(description="Until then no money leaves.")
    has_payment_password: bool
    simulated: bool


class DeviceView(Shape):
    """A device that is signed in."""

    session_id: UUID
    device: str
    opened_at: str
    expires_at: str
    is_current: bool


class NewPasswordBody(Shape):
    """The first payment password."""

    payment_password: SixDigits


class PasswordChangeBody(Shape):
    """The old payment password and the new one."""

    old_payment_password: SixDigits
    new_payment_password: SixDigits


class GrantAnswer(Answer):
    """Leave to move money; the grant is told once and goes into the header Huoqi-Step-Up."""

    grant: str
    expires_at: str
    scope: str


@router.get("/me", operation_id="me_get")
def me_get(door: Customer) -> ProfileAnswer:
    """Show the account; that private fields were read is written down."""

    def profile(work: Work, caller: Caller) -> ProfileAnswer:
        shards = door.machine.desk.shards
        customer = customers_of(work, [caller.customer_no], shards=shards)[caller.customer_no]
        (revealed,) = reveal_identities(
            work, door.machine.desk, [caller.customer_no], purpose="profile.view"
        )
        identity = granted(revealed)
        frozen_by: Literal["self", "staff"] | None = "self" if customer.own_frozen_at else None
        until = customer.cool_down_until
        return ProfileAnswer(
            customer_id=customer.customer_id,
            state=customer.state,
            name_masked=f"{identity.name[:1]}**",
            phone_masked=masked_mobile(identity.phone),
            national_id_masked=f"{identity.national_id[:3]}***********{identity.national_id[-2:]}",
            registered_at=shown_at(customer.registered_at),
            frozen_by="staff" if customer.staff_frozen_at else frozen_by,
            cool_down_until=shown_at(until) if until else None,
            has_payment_password=has_payment_password(work, caller=caller),
            simulated=customer.simulated,
            business_time=shown_at(work.at),
        )

    return door.note_on_security(profile)


@router.get("/sessions", operation_id="sessions_list")
def sessions_list(door: Customer) -> Page[DeviceView]:
    """List the devices that are signed in."""
    vault = door.machine.platform.vault
    return door.ask(
        lambda work, caller: page(
            [_device(session) for session in sessions_of(work, vault, caller=caller)],
            next_cursor=None,
            at=work.at,
        )
    )


@router.delete("/sessions/{session_id}", operation_id="sessions_end")
def sessions_end(door: Customer, session_id: UUID) -> DoneAnswer:
    """Sign a device out; one's own session too."""
    return door.act_on_security(
        lambda work, caller: end_session(work, caller=caller, session_id=session_id) or _done(work)
    )


@router.post("/me/freeze", operation_id="me_freeze")
def me_freeze(door: Customer) -> DoneAnswer:
    """Freeze the account at once: nothing is bought and nothing leaves until it is lifted."""

    def frozen(work: Work, caller: Caller) -> DoneAnswer:
        freeze_own(work, caller=caller)
        return _done(work)

    return door.act_on_security(frozen)


@router.post("/me/unfreeze", operation_id="me_unfreeze")
def me_unfreeze(door: SteppedUp) -> DoneAnswer:
    """Lift one's own freeze, after a step-up."""

    def lifted(work: Work, caller: Caller) -> DoneAnswer | DomainError:
        return unfreeze_own(work, caller=caller) or _done(work)

    return door.act_on_security(lifted)


@router.delete("/me/closing", operation_id="me_keep")
def me_keep(door: SteppedUp) -> DoneAnswer:
    """Keep an account that is being closed; orders on their way go on."""

    def kept(work: Work, caller: Caller) -> DoneAnswer | DomainError:
        refusal = stop_closing(work, door.machine.desk, customer_no=caller.customer_no)
        return refusal or _done(work)

    return door.act_stepped_up(kept)


@router.post("/me/payment-password", operation_id="me_set_payment_password", status_code=201)
def me_set_payment_password(door: SteppedUp, body: NewPasswordBody) -> DoneAnswer:
    """Set the first payment password: six digits, not a birthday, repeat or sequence.

    A customer who has a passkey approves it with a step-up by that passkey.
    """
    return door.act(
        lambda work, caller: (
            set_payment_password(
                work, door.machine.desk, caller=caller, digits=body.payment_password
            )
            or _done(work)
        )
    )


@router.put("/me/payment-password", operation_id="me_change_payment_password")
def me_change_payment_password(door: Customer, body: PasswordChangeBody) -> DoneAnswer:
    """Change the payment password; no money leaves for 24 hours."""
    door.machine.step_ups.take(door.credentials.session_token)
    return door.act(
        lambda work, caller: (
            change_payment_password(
                work,
                door.machine.desk,
                caller=caller,
                old=body.old_payment_password,
                new=body.new_payment_password,
            )
            or _done(work)
        )
    )


@router.post("/step-ups", operation_id="step_ups_open", status_code=201)
def step_ups_open(door: Customer, body: NewPasswordBody) -> GrantAnswer:
    """Prove the payment password; money may move from this session for ten minutes."""
    door.machine.step_ups.take(door.credentials.session_token)

    def stepped(work: Work, caller: Caller) -> GrantAnswer | DomainError:
        grant = step_up(work, door.machine.desk, caller=caller, digits=body.payment_password)
        return grant if isinstance(grant, DomainError) else grant_answer(grant, at=work.at)

    return door.act_on_security(stepped)


def grant_answer(grant: Grant, *, at: datetime) -> GrantAnswer:
    """Return a fresh grant for the wire."""
    return GrantAnswer(
        grant=grant.token,
        expires_at=shown_at(grant.expires_at),
        scope=grant.scope,
        business_time=shown_at(at),
    )


def _done(work: Work) -> DoneAnswer:
    return DoneAnswer(business_time=shown_at(work.at))


def _device(session: Session) -> DeviceView:
    return DeviceView(
        session_id=session.session_id,
        device=session.device,
        opened_at=shown_at(session.opened_at),
        expires_at=shown_at(session.machine_expires_at),
        is_current=session.is_current,
    )
