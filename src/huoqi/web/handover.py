"""Handing out a session: a program gets the token in the body, a browser a cookie."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from huoqi.customers.operations import OpenedSession
from huoqi.customers.operations.sessions import replace_session
from huoqi.customers.rules.devices import device_digest
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.web.browser import (
    CLIENT_HEADER,
    CUSTOMER_COOKIE,
    DEVICE_COOKIE,
    PENDING_LINK_COOKIE,
    Guard,
    cookie_name,
    fresh_device,
)
from huoqi.web.edge import Visit
from huoqi.web.framework import visit_of
from huoqi.web.machine import machine_of
from huoqi.web.user_agents import device_class
from huoqi.web.wire import Shape, shown_at

_TWO_YEARS_S = 2 * 365 * 86_400


class SessionView(Shape):
    """A fresh session; the token is told once and goes into the header Huoqi-Session.

    For a browser (`Huoqi-Client: browser`) the token is empty: it is in a cookie.
    """

    session_id: UUID
    token: str
    customer_id: UUID
    expires_at: str


@dataclass(frozen=True)
class Handover:
    """What one request that signs somebody in needs to hand the session out."""

    guard: Guard
    visit: Visit
    response: Response
    device_id: str

    def device_name(self, told: str) -> str:
        """Return what the app calls the device, else which kind of browser asks."""
        return told or device_class(self.visit.header(b"user-agent") or "")

    @property
    def is_browser(self) -> bool:
        """Return whether a browser asks, which keeps its token in a cookie."""
        return self.visit.header(CLIENT_HEADER) == "browser"

    def view(self, work: Work, session: OpenedSession) -> SessionView:
        """Return the session for the wire; for a browser set its cookies and end its older one."""
        if self.is_browser:
            self.leave_older(work, session)
            self.set_session(session)
        else:
            self.response.headers["huoqi-device"] = self.device_id
        return SessionView(
            session_id=session.session_id,
            token="" if self.is_browser else session.token,
            customer_id=session.customer_id,
            expires_at=shown_at(session.expires_at),
        )

    def leave_older(self, work: Work, session: OpenedSession) -> None:
        """End what this browser was signed in with before a session was opened in it."""
        older = self.visit.cookies.get(CUSTOMER_COOKIE)
        replace_session(work, opened=session, older_token=older)

    def set_session(self, session: OpenedSession) -> None:
        """Set a session's cookies, and its device's."""
        left = session.expires_at - machine_now()
        self.set_cookie(CUSTOMER_COOKIE, session.token, seconds=int(left.total_seconds()))
        self.set_cookie(DEVICE_COOKIE, self.device_id, seconds=_TWO_YEARS_S)
        if PENDING_LINK_COOKIE in self.visit.cookies:
            # Whoever came with that account did not register; the next in this browser is another.
            self.set_cookie(PENDING_LINK_COOKIE, "", seconds=0)

    def csrf(self, session: OpenedSession | None) -> str:
        """Return the anti-forgery text of a browser's new session; empty for others."""
        return self.guard.csrf_of(session.token) if session and self.is_browser else ""

    def set_cookie(self, name: str, value: str, *, seconds: int) -> None:
        """Set a cookie that no script and no other site's page can use."""
        set_cookie(self.response, self.visit, name=name, value=value, seconds=seconds)


def set_cookie(response: Response, visit: Visit, *, name: str, value: str, seconds: int) -> None:
    """Set a cookie that no script and no other site's page can use; no seconds delete it."""
    response.set_cookie(
        cookie_name(name, is_https=visit.is_https),
        value,
        max_age=seconds,
        path="/",
        secure=visit.is_https,
        httponly=True,
        samesite="strict",
    )


def handover(request: Request, response: Response) -> Handover:
    """Return what a route that signs somebody in needs to hand the session out."""
    visit = visit_of(request)
    told = visit.cookies.get(DEVICE_COOKIE) or visit.header(b"huoqi-device") or ""
    device_id = told if device_digest(told) else fresh_device()
    return Handover(machine_of(request).guard, visit, response, device_id)


Handing = Annotated[Handover, Depends(handover)]
