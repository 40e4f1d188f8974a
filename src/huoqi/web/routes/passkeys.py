"""Passkeys: add, list and remove them, sign in with one, and approve money or one order."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from huoqi.customers.operations import (
    Caller,
    NewPasskey,
    PasskeyAnswer,
    add_passkey,
    begin_passkey,
    begin_passkey_sign_in,
    begin_passkey_step_up,
    remove_passkey,
    sign_in_by_passkey,
    step_up_by_passkey,
)
from huoqi.customers.queries import Passkey, passkeys_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.doors import Customer, Public, SteppedUp
from huoqi.web.framework import StrictRoute
from huoqi.web.handover import Handing
from huoqi.web.machine import address_of
from huoqi.web.order_approval import OrderKind, order_fingerprint
from huoqi.web.routes.me import GrantAnswer, grant_answer
from huoqi.web.routes.registrations import Device, SessionAnswer, session_answer
from huoqi.web.wire import Answer, DoneAnswer, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1", tags=["Passkeys"], route_class=StrictRoute)

_BASE64URL = r"^[A-Za-z0-9_-]*$"
ShortBytes = Annotated[str, StringConstraints(pattern=_BASE64URL, min_length=1, max_length=1400)]
LongBytes = Annotated[str, StringConstraints(pattern=_BASE64URL, min_length=1, max_length=8192)]
HugeBytes = Annotated[str, StringConstraints(pattern=_BASE64URL, min_length=1, max_length=32768)]
SmallText = Annotated[str, StringConstraints(max_length=40)]


class BrowserShape(Shape):
    """Made by a browser; members that later browsers add are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CreatedResponse(BrowserShape):
    """What the authenticator made."""

    clientDataJSON: LongBytes
    attestationObject: HugeBytes
    transports: list[SmallText] = Field(default_factory=list, max_length=10)


class SignedResponse(BrowserShape):
    """What the authenticator signed."""

    clientDataJSON: LongBytes
    authenticatorData: LongBytes
    signature: LongBytes
    userHandle: ShortBytes | None = None


class CreatedCredential(BrowserShape):
    """The toJSON() of what navigator.credentials.create() gave."""

    id: ShortBytes
    rawId: ShortBytes
    type: Literal["public-key"]
    response: CreatedResponse


class SignedCredential(BrowserShape):
    """The toJSON() of what navigator.credentials.get() gave."""

    id: ShortBytes
    rawId: ShortBytes
    type: Literal["public-key"]
    response: SignedResponse


class OptionsAnswer(Answer):
    """Options for the browser; their challenge is good once, for five minutes."""

    options: dict[str, Any] = Field(  # a JSON document
        description="For PublicKeyCredential.parseCreationOptionsFromJSON or "
        "parseRequestOptionsFromJSON."
    )


class NewPasskeyBody(Shape):
    """A passkey that the browser just made, and what its customer calls it."""

    label: Annotated[SmallText, Field(examples=["my phone"])] = ""
    credential: CreatedCredential


class PasskeyView(Shape):
    """A passkey: we keep its public key only."""

    passkey_id: UUID
    label: str
    added_at: str
    last_used_at: str | None
    synced: bool = Field(description="Whether the maker's cloud carries it to other devices.")
    suspended: bool = Field(description="Whether it counted backwards, as a copy does.")


class PasskeyAdded(Answer):
    """The passkey is kept."""

    passkey_id: UUID


class PasskeySignInBody(Shape):
    """What a passkey signed, and what the app calls the device."""

    credential: SignedCredential
    device: Device = ""


class OrderApproval(Shape):
    """An order that is to be approved: the very body that will be posted."""

    kind: OrderKind
    body: dict[str, JsonValue]


class StepUpOptionsBody(Shape):
    """What is to be approved; without an order, the grant is good for any money of the session."""

    order: OrderApproval | None = None


class StepUpBody(Shape):
    """What a passkey signed."""

    credential: SignedCredential


@router.get("/passkeys", operation_id="passkeys_list")
def passkeys_list(door: Customer) -> Page[PasskeyView]:
    """List the customer's passkeys, oldest first."""
    vault = door.machine.platform.vault
    return door.ask(
        lambda work, caller: page(
            [_view(each) for each in passkeys_of(work, vault, caller=caller)],
            next_cursor=None,
            at=work.at,
        )
    )


@router.post("/passkeys/options", operation_id="passkeys_options", status_code=201)
def passkeys_options(door: SteppedUp) -> OptionsAnswer:
    """Begin to add a passkey; with a payment password set, a step-up by it comes first."""
    machine = door.machine
    machine.step_ups.take(door.credentials.session_token)
    return door.act(
        lambda work, caller: _options(
            begin_passkey(work, machine.desk, machine.settings.party, caller=caller), work
        )
    )


@router.post("/passkeys", operation_id="passkeys_add", status_code=201)
def passkeys_add(door: SteppedUp, body: NewPasskeyBody) -> PasskeyAdded:
    """Add the passkey that the browser made; only its public key is kept."""
    machine = door.machine
    new = NewPasskey(body.label, body.credential.model_dump(mode="json"))

    def added(work: Work, caller: Caller) -> PasskeyAdded | DomainError:
        made = add_passkey(work, machine.desk, machine.settings.party, caller=caller, new=new)
        if isinstance(made, DomainError):
            return made
        return PasskeyAdded(passkey_id=made, business_time=shown_at(work.at))

    return door.act(added)


@router.delete("/passkeys/{passkey_id}", operation_id="passkeys_remove")
def passkeys_remove(door: SteppedUp, passkey_id: UUID) -> DoneAnswer:
    """Remove a passkey, after a step-up; while the account is frozen too."""

    def removed(work: Work, caller: Caller) -> DoneAnswer | DomainError:
        refusal = remove_passkey(work, caller=caller, passkey_id=passkey_id)
        return refusal or DoneAnswer(business_time=shown_at(work.at))

    return door.act_on_security(removed)


@router.post("/sessions/passkey/options", operation_id="sessions_passkey_options", status_code=201)
def sessions_passkey_options(door: Public, request: Request) -> OptionsAnswer:
    """Begin to sign in with a passkey; the browser offers those that it has for this site."""
    machine = door.machine
    machine.sign_ins.take(address_of(request))
    return door.act(
        lambda work: _options(
            begin_passkey_sign_in(work, machine.desk, machine.settings.party), work
        )
    )


@router.post("/sessions/passkey", operation_id="sessions_passkey_open", status_code=201)
def sessions_passkey_open(
    door: Public, request: Request, hand: Handing, body: PasskeySignInBody
) -> SessionAnswer:
    """Sign in with what a passkey signed."""
    machine = door.machine
    machine.sign_ins.take(address_of(request))
    answer = PasskeyAnswer(
        body.credential.model_dump(mode="json"), hand.device_name(body.device), hand.device_id
    )

    def opened(work: Work) -> SessionAnswer | DomainError:
        session = sign_in_by_passkey(work, machine.desk, machine.settings.party, answer=answer)
        if isinstance(session, DomainError):
            return session
        return session_answer(work, hand, session)

    return door.act(opened)


@router.post("/step-ups/passkey/options", operation_id="step_ups_passkey_options", status_code=201)
def step_ups_passkey_options(door: Customer, body: StepUpOptionsBody) -> OptionsAnswer:
    """Begin a step-up by passkey; with an order, the grant will be good for that order only.

    The challenge is then SHA-256 over a nonce of ours and the order's fingerprint, so what the
    passkey signs is bound to the order's content.
    """
    machine = door.machine
    machine.step_ups.take(door.credentials.session_token)
    order = body.order
    fingerprint = (
        order_fingerprint(order.kind, order.body, pointer="/order/body") if order else None
    )
    return door.act_on_security(
        lambda work, caller: _options(
            begin_passkey_step_up(
                work,
                machine.desk,
                machine.settings.party,
                caller=caller,
                order_fingerprint=fingerprint,
            ),
            work,
        )
    )


@router.post("/step-ups/passkey", operation_id="step_ups_passkey_open", status_code=201)
def step_ups_passkey_open(door: Customer, body: StepUpBody) -> GrantAnswer:
    """Step up by what a passkey signed: for ten minutes, or five for one order only."""
    machine = door.machine
    machine.step_ups.take(door.credentials.session_token)
    credential = body.credential.model_dump(mode="json")

    def stepped(work: Work, caller: Caller) -> GrantAnswer | DomainError:
        grant = step_up_by_passkey(
            work, machine.desk, machine.settings.party, caller=caller, credential=credential
        )
        return grant if isinstance(grant, DomainError) else grant_answer(grant, at=work.at)

    return door.act_on_security(stepped)


def _options(made: dict[str, object] | DomainError, work: Work) -> OptionsAnswer | DomainError:
    if isinstance(made, DomainError):
        return made
    return OptionsAnswer(options=made, business_time=shown_at(work.at))


def _view(each: Passkey) -> PasskeyView:
    return PasskeyView(
        passkey_id=each.passkey_id,
        label=each.label,
        added_at=shown_at(each.added_at),
        last_used_at=shown_at(each.last_used_at) if each.last_used_at else None,
        synced=each.is_synced,
        suspended=each.is_suspended,
    )
