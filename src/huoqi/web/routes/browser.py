"""What a page asks first: who is signed in here, with which proofs; and signing out."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from huoqi.customers.operations import (
    Caller,
    Credentials,
    KeyHolder,
    authorise_security,
    authorise_staff,
    end_session,
)
from huoqi.kit.db import Work
from huoqi.web.browser import CUSTOMER_COOKIE, DEVELOPER_COOKIE, STAFF_COOKIE
from huoqi.web.doors import Public, only
from huoqi.web.errors import CsrfRefused
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.handover import set_cookie
from huoqi.web.wire import Answer, DoneAnswer, Shape, shown_at

router = APIRouter(prefix="/v1", tags=["Browser"], route_class=StrictRoute)

SignInMethod = Literal["phone", "passkey", "device_account"]
_MAKER = "/v1/oidc/start"
_METHODS: dict[str, SignInMethod] = {
    "/v1/sessions": "phone",
    "/v1/sessions/passkey": "passkey",
    _MAKER: "device_account",
}


_COOKIES = (CUSTOMER_COOKIE, STAFF_COOKIE, DEVELOPER_COOKIE)
Csrf = Annotated[str, Field(description="Empty for who is not signed in.")]


class StaffView(Shape):
    """A member of staff who is signed in in this browser, or nobody."""

    signed_in: bool
    label: str
    roles: list[str]
    csrf: Csrf


class DeveloperView(Shape):
    """Whether a developer is signed in, to whom the sandbox's pages belong."""

    signed_in: bool
    csrf: Csrf


class BrowserAnswer(Answer):
    """Who is signed in in this browser; the proofs go into the header Huoqi-Csrf."""

    mode: Literal["sandbox", "live"]
    signed_in: bool
    csrf: Csrf
    sign_in_methods: list[SignInMethod]
    support: Annotated[
        str, Field(description="Address that customers write to; empty where none is set.")
    ]
    staff: StaffView
    developer: DeveloperView


@router.get("/browser", operation_id="browser_get")
def browser_get(door: Public, request: Request) -> BrowserAnswer:
    """Tell a page who is signed in in this browser, and the proofs that its changes need."""
    visit, machine = visit_of(request), door.machine
    customer, staff, developer = (visit.cookies.get(name, "") for name in _COOKIES)
    offered = request.app.state.paths if machine.maker else request.app.state.paths - {_MAKER}
    methods = [method for path, method in _METHODS.items() if path in offered]
    proof_of = machine.guard.csrf_of

    def told(work: Work) -> BrowserAnswer:
        known = isinstance(_caller(work, customer), Caller)
        worker, maker = authorise_staff(work, [staff, developer])
        is_staff, is_developer = (isinstance(each, KeyHolder) for each in (worker, maker))
        return BrowserAnswer(
            mode=machine.platform.mode,
            signed_in=known,
            csrf=proof_of(customer) if known else "",
            sign_in_methods=methods,
            support=machine.settings.support,
            staff=StaffView(
                signed_in=is_staff,
                label=worker.label if isinstance(worker, KeyHolder) else "",
                roles=sorted(worker.roles) if isinstance(worker, KeyHolder) else [],
                csrf=proof_of(staff) if is_staff else "",
            ),
            developer=DeveloperView(
                signed_in=is_developer, csrf=proof_of(developer) if is_developer else ""
            ),
            business_time=shown_at(work.at),
        )

    return door.ask(told)


@router.delete("/browser/session", operation_id="browser_sign_out")
def browser_sign_out(door: Public, request: Request, response: Response) -> DoneAnswer:
    """Sign the customer out of this browser; its cookie goes, and the session ends."""
    visit = visit_of(request)
    token = visit.cookies.get(CUSTOMER_COOKIE, "")
    if token and not door.machine.guard.allows(visit.method, visit.headers, [token]):
        raise CsrfRefused

    def ended(work: Work) -> DoneAnswer:
        caller = _caller(work, token)
        if isinstance(caller, Caller):
            end_session(work, caller=caller, session_id=caller.session_id)
        return DoneAnswer(business_time=shown_at(work.at))

    answer = door.note(ended, actor="customer")
    set_cookie(response, visit, name=CUSTOMER_COOKIE, value="", seconds=0)
    return answer


def _caller(work: Work, token: str) -> object:
    return only(authorise_security(work, [Credentials(token, None)])) if token else None
