"""Staff in a browser: signing in with a key, and in a sandbox as one of its simulated people."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, StringConstraints

from huoqi.customers.operations import (
    KeyHolder,
    OpenedStaffSession,
    Role,
    end_staff_session,
    open_simulated_staff_session,
    open_staff_session,
)
from huoqi.customers.rules.api_keys import SandboxOnly
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.browser import DEVELOPER_COOKIE, STAFF_COOKIE, is_own_host, is_own_page
from huoqi.web.doors import AnyRole, OpenDoor, Public, staff_tokens
from huoqi.web.errors import CsrfRefused, SandboxHostRefused
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.handover import set_cookie
from huoqi.web.machine import address_of
from huoqi.web.wire import Answer, DoneAnswer, Shape, shown_at

router = APIRouter(prefix="/v1", tags=["Browser"], route_class=StrictRoute)


class KeyBody(Shape):
    """A key of a member of staff."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class RoleBody(Shape):
    """As whom to work: the simulated person of a role."""

    role: Role


class StaffSessionAnswer(Answer):
    """A member of staff is signed in; the browser holds the token in a cookie."""

    label: str
    roles: list[Role]
    csrf: str = Field(description="Goes into the header Huoqi-Csrf of unsafe methods.")
    expires_at: str


class StaffAnswer(Answer):
    """Who works here."""

    label: str
    roles: list[Role]
    actor: str = Field(description="How events and approvals name them.")
    mode: Literal["sandbox", "live"]


def sandbox_door(door: Public, request: Request) -> OpenDoor:
    """Return the door of sign-ins that need no key: in a sandbox, for its own pages alone."""
    if door.machine.platform.mode != "sandbox":
        raise SandboxOnly
    visit = visit_of(request)
    if not is_own_page(visit.headers):
        raise CsrfRefused
    host = visit.header(b"host") or ""
    if not is_own_host(host) and host != door.machine.settings.party.id:
        raise SandboxHostRefused
    door.machine.sign_ins.take(address_of(request))
    return door


Sandbox = Annotated[OpenDoor, Depends(sandbox_door)]


@router.post("/staff/sessions", operation_id="staff_sessions_open", status_code=201)
def staff_sessions_open(
    door: Public, request: Request, response: Response, body: KeyBody
) -> StaffSessionAnswer:
    """Sign a browser in with the key of a member of staff, for twelve hours."""

    def opened(work: Work) -> OpenedStaffSession | DomainError:
        return open_staff_session(work, key=body.key, installation=door.machine.platform.mode)

    door.machine.sign_ins.take(address_of(request))
    session = door.note(opened, actor="public")
    return _signed_in(door, request, response, session, cookie=STAFF_COOKIE)


@router.delete("/staff/sessions/current", operation_id="staff_sessions_end")
def staff_sessions_end(door: Public, request: Request, response: Response) -> DoneAnswer:
    """Sign staff out of this browser; its cookie goes, and the session ends."""
    visit = visit_of(request)
    (token,) = staff_tokens(door.machine, visit)

    def ended(work: Work) -> DoneAnswer:
        end_staff_session(work, token=token)
        return DoneAnswer(business_time=shown_at(work.at))

    answer = door.note(ended, actor="staff")
    set_cookie(response, visit, name=STAFF_COOKIE, value="", seconds=0)
    return answer


@router.get("/staff/me", operation_id="staff_me")
def staff_me(door: AnyRole) -> StaffAnswer:
    """Tell who works here, and in which roles just now."""

    def told(work: Work, holder: KeyHolder) -> StaffAnswer:
        return StaffAnswer(
            label=holder.label,
            roles=sorted(holder.roles),
            actor=holder.actor,
            mode=door.machine.platform.mode,
            business_time=shown_at(work.at),
        )

    return door.ask(told)


@router.post("/sandbox/staff-sessions", operation_id="sandbox_staff_sessions_open", status_code=201)
def sandbox_staff_sessions_open(
    door: Sandbox, request: Request, response: Response, body: RoleBody
) -> StaffSessionAnswer:
    """Work as the sandbox's simulated person of a role; each role is another person."""
    session = _simulated(door, role=body.role)
    return _signed_in(door, request, response, session, cookie=STAFF_COOKIE)


@router.post(
    "/sandbox/developer-session", operation_id="sandbox_developer_session_open", status_code=201
)
def sandbox_developer_session_open(
    door: Sandbox, request: Request, response: Response
) -> StaffSessionAnswer:
    """Work as the sandbox's developer, beside whoever else is signed in in this browser."""
    session = _simulated(door, role="developer")
    return _signed_in(door, request, response, session, cookie=DEVELOPER_COOKIE)


def _simulated(door: OpenDoor, *, role: Role) -> OpenedStaffSession:
    installation = door.machine.platform.mode

    def opened(work: Work) -> OpenedStaffSession:
        return open_simulated_staff_session(work, role=role, installation=installation)

    return door.note(opened, actor="public")


def _signed_in(
    door: OpenDoor,
    request: Request,
    response: Response,
    session: OpenedStaffSession,
    *,
    cookie: str,
) -> StaffSessionAnswer:
    left = session.expires_at - machine_now()
    seconds = int(left.total_seconds())
    set_cookie(response, visit_of(request), name=cookie, value=session.token, seconds=seconds)
    return StaffSessionAnswer(
        label=session.holder.label,
        roles=sorted(session.holder.roles),
        csrf=door.machine.guard.csrf_of(session.token),
        expires_at=shown_at(session.expires_at),
        business_time=door.ask(lambda work: shown_at(work.at)),
    )
