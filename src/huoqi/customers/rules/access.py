"""Who may do what just now: session, freeze, step-up and cool-down, decided on facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from huoqi.kit.errors import DomainError

State = Literal["active", "closing", "closed"]
Moves = Literal["in", "out"]


class SessionInvalid(DomainError):
    """The session is unknown, ended or expired: sign in again."""

    code: ClassVar[str] = "auth.session_invalid"


class StepUpRequired(DomainError):
    """Enter the payment password first; the grant is missing, expired or another session's."""

    code: ClassVar[str] = "auth.step_up_required"


class StepUpOtherOrder(DomainError):
    """The passkey approved one order, and this is another: approve this one."""

    code: ClassVar[str] = "auth.step_up_other_order"


class CoolDown(DomainError):
    """No money leaves for a day after a change of phone or password; ``until`` is its end."""

    code: ClassVar[str] = "auth.cool_down"


class CustomerFrozen(DomainError):
    """The account is frozen; ``by`` says by whom: self or staff."""

    code: ClassVar[str] = "customer.frozen"


class CustomerClosing(DomainError):
    """The account is being closed: money leaves, and nothing is bought any more."""

    code: ClassVar[str] = "customer.closing"


class CustomerClosed(DomainError):
    """The account is closed."""

    code: ClassVar[str] = "customer.closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a customer stands: business facts only."""

    state: State
    is_own_frozen: bool
    is_staff_frozen: bool
    cool_down_until: datetime | None


@dataclass(frozen=True, slots=True)
class Login:
    """A session and its grant by machine time; ``grant_expires_at`` is None without one.

    ``granted_order`` is the fingerprint of the only order that the grant is good for, if it is
    bound to one.
    """

    expires_at: datetime
    ended_at: datetime | None
    grant_expires_at: datetime | None
    granted_order: bytes | None = None


def is_signed_in(login: Login, *, machine_now: datetime) -> bool:
    """Return whether a session holds: until its expiry, which is excluded, or its end."""
    return login.ended_at is None and machine_now < login.expires_at


def is_stepped_up(login: Login, *, machine_now: datetime) -> bool:
    """Return whether the session's grant holds."""
    return login.grant_expires_at is not None and machine_now < login.grant_expires_at


def covers(login: Login, *, order: bytes | None) -> bool:
    """Return whether a grant is good for a request: any, or the very order that was approved."""
    return login.granted_order is None or login.granted_order == order


def refusal_to_enter(standing: Standing) -> DomainError | None:
    """Return why a signed-in customer is let in no further than help, None if let in."""
    if standing.state == "closed":
        return CustomerClosed()
    if standing.is_staff_frozen:
        return CustomerFrozen(by="staff")
    if standing.is_own_frozen:
        return CustomerFrozen(by="self")
    return None


def refusal_to_move(standing: Standing, *, moves: Moves, at: datetime) -> DomainError | None:
    """Return why money may not move in this direction at a business instant, None if it may."""
    if moves == "in":
        return CustomerClosing() if standing.state == "closing" else None
    until = standing.cool_down_until
    if until is not None and at < until:
        return CoolDown(until=until.isoformat())
    return None
