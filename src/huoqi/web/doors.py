"""Who may come in: the caller of a route, found in the same transaction as what it asks for.

A door hands its work to a function. ``ask`` reads, also while the clock is moving; ``note`` reads
what may be read only if that is written down, at any time too; ``act`` changes something. A refusal
that ``act``'s function *returns* is raised after the commit, since an operation may have counted a
wrong try; one that it raises rolls everything back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from huoqi.customers.operations import (
    Caller,
    Credentials,
    KeyHolder,
    Role,
    authorise,
    authorise_keys,
    authorise_money,
    authorise_security,
    authorise_staff,
    require_mode,
    require_role,
    require_sandbox,
)
from huoqi.customers.rules.api_keys import ROLES, SandboxOnly
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.browser import DEVELOPER_COOKIE, STAFF_COOKIE
from huoqi.web.edge import Visit
from huoqi.web.errors import CsrfRefused, KeyMissing
from huoqi.web.framework import visit_of
from huoqi.web.machine import Machine, machine_of

Result = TypeVar("Result")

_SESSION = APIKeyHeader(name="Huoqi-Session", scheme_name="session", auto_error=False)
_STEP_UP = APIKeyHeader(name="Huoqi-Step-Up", scheme_name="stepUp", auto_error=False)
_KEY = HTTPBearer(scheme_name="apiKey", auto_error=False)
_DEVELOPERS = ("/v1/sandbox", "/v1/webhooks", "/v1/events")

SessionHeader = Annotated[str | None, Security(_SESSION)]
StepUpHeader = Annotated[str | None, Security(_STEP_UP)]
KeyHeader = Annotated[HTTPAuthorizationCredentials | None, Security(_KEY)]


def only(results: Sequence[Result | DomainError]) -> Result | DomainError:
    """Return the single result of a batch of one."""
    assert len(results) == 1
    return results[0]


def granted(result: Result | DomainError) -> Result:
    """Return a result that is no refusal; raise it otherwise."""
    if isinstance(result, DomainError):
        raise result
    return result


@dataclass(frozen=True)
class OpenDoor:
    """For routes that anybody may call."""

    machine: Machine
    request_id: str

    def ask(self, body: Callable[[Work], Result]) -> Result:
        """Return what a read finds."""
        database = self.machine.platform.database
        return database.run(lambda work: body(self._named(work)), while_advancing=True)

    def act(self, body: Callable[[Work], Result | DomainError], *, actor: str = "public") -> Result:
        """Return what a change gives; it is committed also when it answers with a refusal."""
        database = self.machine.platform.database
        return granted(database.run(lambda work: body(self._named(work)), actor=actor))

    def note(self, body: Callable[[Work], Result | DomainError], *, actor: str) -> Result:
        """Return what a read finds that has to be written down, also while the clock is moving."""
        with self.machine.platform.database.note(actor=actor) as work:
            result = body(self._named(work))
        return granted(result)

    def _named(self, work: Work) -> Work:
        work.request_id = self.request_id
        return work


@dataclass(frozen=True)
class CustomerDoor:
    """For routes of a customer with a session."""

    open: OpenDoor
    credentials: Credentials

    @property
    def machine(self) -> Machine:
        """Return the application's parts."""
        return self.open.machine

    def ask(self, body: Callable[[Work, Caller], Result]) -> Result:
        """Return what a read finds for the caller, whose account may be frozen."""
        return self.open.ask(lambda work: body(work, self.known(work)))

    def enter(self) -> Caller:
        """Return the caller, whose account may be frozen, for work in transactions of its own."""
        return self.open.ask(self.known)

    def known(self, work: Work) -> Caller:
        """Return the caller, whose account may be frozen; raise SessionInvalid at its end."""
        return granted(only(authorise_security(work, [self.credentials])))

    def act(self, body: Callable[[Work, Caller], Result | DomainError]) -> Result:
        """Return what a change of the caller's gives."""
        return self.open.act(lambda work: body(work, self._caller(work)), actor="customer")

    def act_on_security(self, body: Callable[[Work, Caller], Result | DomainError]) -> Result:
        """Return what a change gives that a frozen customer may make too."""

        def known(work: Work) -> Result | DomainError:
            return body(work, granted(only(authorise_security(work, [self.credentials]))))

        return self.open.act(known, actor="customer")

    def note_on_security(self, body: Callable[[Work, Caller], Result | DomainError]) -> Result:
        """Return what a read finds that is written down, for a frozen customer too."""

        def known(work: Work) -> Result | DomainError:
            return body(work, granted(only(authorise_security(work, [self.credentials]))))

        return self.open.note(known, actor="customer")

    def act_stepped_up(self, body: Callable[[Work, Caller], Result | DomainError]) -> Result:
        """Return what a change gives that needs a step-up grant."""

        def proven(work: Work) -> Result | DomainError:
            return body(work, granted(only(authorise_money(work, [self.credentials]))))

        return self.open.act(proven, actor="customer")

    def _caller(self, work: Work) -> Caller:
        return granted(only(authorise(work, [self.credentials])))


@dataclass(frozen=True)
class KeyDoor:
    """For routes of staff and programs with one of some roles.

    Programs show an API key, ``text``; browsers the ``tokens`` of their cookies.
    """

    open: OpenDoor
    text: str
    roles: tuple[Role, ...]
    in_sandbox: bool = False
    tokens: tuple[str, ...] = ()

    @property
    def machine(self) -> Machine:
        """Return the application's parts."""
        return self.open.machine

    def ask(self, body: Callable[[Work, KeyHolder], Result]) -> Result:
        """Return what a read finds for the key's holder."""
        return self.open.ask(lambda work: body(work, self.known(work)))

    def act(self, body: Callable[[Work, KeyHolder], Result | DomainError]) -> Result:
        """Return what a change gives; the work's actor is the key's holder."""

        def known(work: Work) -> Result | DomainError:
            holder = self.known(work)
            work.actor = holder.actor
            return body(work, holder)

        return self.open.act(known, actor="staff")

    def note(self, body: Callable[[Work, KeyHolder], Result | DomainError]) -> Result:
        """Return what a read finds that is written down under the holder's name, at any time."""

        def known(work: Work) -> Result | DomainError:
            holder = self.known(work)
            work.actor = holder.actor
            return body(work, holder)

        return self.open.note(known, actor="staff")

    def enter(self) -> KeyHolder:
        """Return the holder, for work in transactions of its own."""
        return self.open.ask(self.known)

    def known(self, work: Work) -> KeyHolder:
        """Return the holder; raise when the session has ended or a role is missing."""
        installation = self.machine.platform.mode
        holder = self._shown(work)
        if self.in_sandbox:
            require_sandbox(holder.mode, installation=installation)
        require_mode(holder.mode, installation=installation)
        if not holder.roles.intersection(self.roles):
            require_role(holder.roles, role=self.roles[0])
        return holder

    def _shown(self, work: Work) -> KeyHolder:
        """Return who shows the key, or the first of the cookies' holders who has a fit role."""
        if not self.tokens:
            return granted(only(authorise_keys(work, [self.text])))
        found = authorise_staff(work, self.tokens)
        holders = [each for each in found if isinstance(each, KeyHolder)]
        fit = (each for each in holders if each.roles.intersection(self.roles))
        return next(fit, None) or granted(holders[0] if holders else found[0])


def open_door(request: Request) -> OpenDoor:
    """Return the door of a public route."""
    return OpenDoor(machine_of(request), visit_of(request).request_id)


def customer_door(
    open_: Annotated[OpenDoor, Depends(open_door)], request: Request, session: SessionHeader
) -> CustomerDoor:
    """Return the door of a customer's route; a session must be named."""
    if not session:
        raise visit_of(request).missing_session()
    return CustomerDoor(open_, Credentials(session, None))


def stepped_up_door(
    open_: Annotated[OpenDoor, Depends(open_door)],
    request: Request,
    session: SessionHeader,
    grant: StepUpHeader,
) -> CustomerDoor:
    """Return the door of a customer's route that also needs a step-up grant."""
    if not session:
        raise visit_of(request).missing_session()
    return CustomerDoor(open_, Credentials(session, grant))


Public = Annotated[OpenDoor, Depends(open_door)]
Customer = Annotated[CustomerDoor, Depends(customer_door)]
SteppedUp = Annotated[CustomerDoor, Depends(stepped_up_door)]


@dataclass(frozen=True)
class KeyEntrance:
    """The dependency of routes that need a key with one of some roles.

    A refusal of a request's form knocks first: what is wrong is told to those only who may ask.
    """

    roles: tuple[Role, ...]
    in_sandbox: bool = False

    def __call__(
        self, open_: Annotated[OpenDoor, Depends(open_door)], request: Request, key: KeyHeader
    ) -> KeyDoor:
        """Return the door for whoever shows a key or a cookie; whose it is, is asked later."""
        if self.in_sandbox and open_.machine.platform.mode != "sandbox":
            raise SandboxOnly
        if key is None or not key.credentials:
            tokens = staff_tokens(open_.machine, visit_of(request))
            return KeyDoor(open_, "", self.roles, self.in_sandbox, tokens)
        return KeyDoor(open_, key.credentials, self.roles, self.in_sandbox)

    def knock(self, request: Request) -> None:
        """Raise why the caller may not make this request, whatever it says."""
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        is_bearer = scheme.lower() == "bearer" and text
        key = HTTPAuthorizationCredentials(scheme=scheme, credentials=text) if is_bearer else None
        self(open_door(request), request, key).enter()


def key_door(*roles: Role, in_sandbox: bool = False) -> KeyEntrance:
    """Return the dependency of routes that need a key with one of some roles."""
    return KeyEntrance(roles, in_sandbox)


def any_key(request: Request) -> KeyDoor:
    """Return the door of whoever shows a key of any role; raise KeyMissing.

    For routes that ask some of their callers for a key, and not all.
    """
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise KeyMissing
    return KeyDoor(open_door(request), text, ROLES)


def staff_tokens(machine: Machine, visit: Visit) -> tuple[str, ...]:
    """Return the tokens of the cookies that a route of staff takes.

    Raises KeyMissing where there is none, CsrfRefused where they lack the page's proof. What
    developers work with takes their cookie first, then that of staff.
    """
    names = [STAFF_COOKIE]
    if visit.path.startswith(_DEVELOPERS):
        names.insert(0, DEVELOPER_COOKIE)
    tokens = tuple(visit.cookies[name] for name in names if name in visit.cookies)
    if not tokens:
        raise KeyMissing
    if not machine.guard.allows(visit.method, visit.headers, tokens):
        raise CsrfRefused
    return tokens


AnyRole = Annotated[
    KeyDoor,
    Depends(
        key_door("viewer", "operator", "approver", "finance", "compliance", "support", "developer")
    ),
]
Support = Annotated[KeyDoor, Depends(key_door("support", "operator", "compliance"))]
Clerk = Annotated[
    KeyDoor,
    Depends(key_door("support", "operator", "compliance", "finance", "approver", "viewer")),
]
Auditor = Annotated[
    KeyDoor, Depends(key_door("compliance", "operator", "approver", "finance", "viewer"))
]
Investigator = Annotated[KeyDoor, Depends(key_door("compliance", "operator"))]
Operator = Annotated[KeyDoor, Depends(key_door("operator"))]
Approver = Annotated[KeyDoor, Depends(key_door("approver", "operator"))]
Finance = Annotated[KeyDoor, Depends(key_door("finance", "operator", "viewer"))]
Reconciler = Annotated[KeyDoor, Depends(key_door("operator", "finance"))]
Developer = Annotated[KeyDoor, Depends(key_door("developer", "operator", in_sandbox=True))]
Integrator = Annotated[KeyDoor, Depends(key_door("developer", "operator"))]
