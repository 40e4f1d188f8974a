"""A device maker's account: go to the maker, come back, link and unlink.

``start`` and ``callback`` are for a browser's address bar, so they answer with 303, and with a
problem document only to who does not ask for HTML.
"""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StringConstraints

from huoqi.customers.device_makers.client import MakerClient
from huoqi.customers.operations import (
    Arrival,
    Caller,
    Flow,
    Linked,
    OpenedSession,
    Pending,
    begin_account_link,
    begin_account_sign_in,
    finish_account,
    take_flow,
    unlink_account,
)
from huoqi.customers.queries import DeviceAccount, device_accounts_of
from huoqi.customers.rules.openid import FLOW_HOLDS, PENDING_HOLDS, is_return_path
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.browser import PENDING_LINK_COOKIE, cookie_name
from huoqi.web.doors import Customer, OpenDoor, Public, SteppedUp
from huoqi.web.errors import FieldsRefused, MakerRefused, NotOffered
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.handover import Handing, Handover, set_cookie
from huoqi.web.machine import Machine, address_of
from huoqi.web.wire import Answer, DoneAnswer, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1", tags=["Device accounts"], route_class=StrictRoute)

FLOW_COOKIE = "huoqi_oidc"
CALLBACK = "/v1/oidc/callback"
AfterPath = Annotated[
    str,
    StringConstraints(max_length=200),
    Field(description="A path of this site to end on.", examples=["/security"]),
]
Told = Annotated[str, Query(max_length=4_000)]


class DeviceAccountView(Shape):
    """A maker's account that is linked; who it is there is not known here."""

    account_id: UUID
    linked_at: str
    last_used_at: str | None
    device: str = Field(description="The device on which it was linked; empty if that is gone.")


class LinkBody(Shape):
    """Where to end after the link."""

    return_to: AfterPath = "/"


class StartAnswer(Answer):
    """Where the browser goes now; its cookie keeps the other half."""

    start_url: str


@router.get("/oidc/start", include_in_schema=False)
def oidc_start(
    door: Public, request: Request, return_to: Annotated[str, Query(max_length=4_000)] = "/"
) -> Response:
    """Send the browser to the device maker, to sign in with its account."""
    machine = door.machine
    machine.sign_ins.take(address_of(request))
    client = _client(machine)
    _require_own_path(return_to, pointer="query:return_to")
    flow = door.act(lambda work: begin_account_sign_in(work, machine.desk, return_to=return_to))
    response = _to(_address(client, machine, flow))
    _keep(response, request, flow)
    return response


@router.get("/oidc/callback", include_in_schema=False)
def oidc_callback(
    door: Public,
    request: Request,
    hand: Handing,
    state: Told = "",
    code: Told = "",
    iss: Told = "",
) -> Response:
    """Take the browser back from the device maker, and sign its owner in, or link the account."""
    machine = door.machine
    machine.sign_ins.take(address_of(request))
    try:
        response = _arrived(door, hand, state=state, code=code, issuer=iss)
    except DomainError as error:
        if "text/html" not in (hand.visit.header(b"accept") or ""):
            raise
        response = _to(f"/?refused={error.code}")
    set_cookie(response, hand.visit, name=FLOW_COOKIE, value="", seconds=0)
    return response


@router.get("/me/device-accounts", operation_id="device_accounts_list")
def device_accounts_list(door: Customer) -> Page[DeviceAccountView]:
    """List the makers' accounts that may sign the customer in."""
    vault = door.machine.platform.vault
    return door.ask(
        lambda work, caller: page(
            [_view(each) for each in device_accounts_of(work, vault, caller=caller)],
            next_cursor=None,
            at=work.at,
        )
    )


@router.post("/me/device-accounts/link", operation_id="device_accounts_link", status_code=201)
def device_accounts_link(
    door: SteppedUp, request: Request, response: Response, body: LinkBody
) -> StartAnswer:
    """Begin to link a maker's account, after a step-up; the browser then goes to the address."""
    machine = door.machine
    client = _client(machine)
    _require_own_path(body.return_to, pointer="/return_to")

    def begun(work: Work, caller: Caller) -> tuple[Flow, datetime] | DomainError:
        flow = begin_account_link(work, machine.desk, caller=caller, return_to=body.return_to)
        return flow if isinstance(flow, DomainError) else (flow, work.at)

    flow, at = door.act(begun)
    _keep(response, request, flow)
    # Asked after the transaction: the maker may be slow to say where its page is.
    return StartAnswer(start_url=_address(client, machine, flow), business_time=shown_at(at))


@router.delete("/me/device-accounts/{account_id}", operation_id="device_accounts_unlink")
def device_accounts_unlink(door: SteppedUp, account_id: UUID) -> DoneAnswer:
    """Take a link away, after a step-up; while the account is frozen too."""

    def unlinked(work: Work, caller: Caller) -> DoneAnswer | DomainError:
        refusal = unlink_account(work, door.machine.desk, caller=caller, account_id=account_id)
        return refusal or DoneAnswer(business_time=shown_at(work.at))

    return door.act_on_security(unlinked)


def _arrived(door: OpenDoor, hand: Handover, *, state: str, code: str, issuer: str) -> Response:
    """Return where the browser goes, its cookies set."""
    machine = door.machine
    client = _client(machine)
    secret = hand.visit.cookies.get(FLOW_COOKIE, "")
    returned = door.act(lambda work: take_flow(work, machine.desk, state=state, secret=secret))
    if not code or issuer not in {"", client.maker.provider.issuer}:
        raise MakerRefused
    subject = client.subject(
        code, nonce=returned.nonce, verifier=returned.verifier, redirect=_callback(machine)
    )
    arrival = Arrival(subject, hand.device_name(""), hand.device_id)

    def finished(work: Work) -> OpenedSession | Linked | Pending | DomainError:
        done = finish_account(work, machine.desk, returned, arrival)
        if isinstance(done, OpenedSession):
            hand.leave_older(work, done)
        return done

    done = door.act(finished)
    if isinstance(done, Pending):
        response = _to("/register?linked=pending")
        seconds = int(PENDING_HOLDS.total_seconds())
        replace(hand, response=response).set_cookie(
            PENDING_LINK_COOKIE, done.secret, seconds=seconds
        )
        return response
    response = _to(returned.return_to)
    if isinstance(done, OpenedSession):
        replace(hand, response=response).set_session(done)
    return response


def _client(machine: Machine) -> MakerClient:
    if machine.maker is None:
        raise NotOffered
    return machine.maker


def _callback(machine: Machine) -> str:
    return machine.settings.party.origins[0] + CALLBACK


def _address(client: MakerClient, machine: Machine, flow: Flow) -> str:
    return client.authorization_url(
        state=flow.state, nonce=flow.nonce, verifier=flow.verifier, redirect=_callback(machine)
    )


def _require_own_path(path: str, *, pointer: str) -> None:
    if not is_return_path(path):
        raise FieldsRefused(((pointer, "validation.wrong_value"),))


def _keep(response: Response, request: Request, flow: Flow) -> None:
    """Give the browser its half of the flow: Lax, since it comes back from another site."""
    is_https = visit_of(request).is_https
    response.set_cookie(
        cookie_name(FLOW_COOKIE, is_https=is_https),
        flow.secret,
        max_age=int(FLOW_HOLDS.total_seconds()),
        path="/",
        secure=is_https,
        httponly=True,
        samesite="lax",
    )


def _to(address: str) -> Response:
    return Response(status_code=303, headers={"location": address})


def _view(each: DeviceAccount) -> DeviceAccountView:
    return DeviceAccountView(
        account_id=each.account_id,
        linked_at=shown_at(each.linked_at),
        last_used_at=shown_at(each.last_used_at) if each.last_used_at else None,
        device=each.device,
    )
