"""A device maker's account: linked to one customer after a step-up, and then it signs in.

A browser goes to the maker with a state, and comes back with it and a code. Between the two the
flow waits here, bound to that browser by a secret in its cookie; nonce and PKCE verifier are
derived from the secret, so that our tables cannot answer for the browser.
"""

import dataclasses
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.customers._store import device_accounts as store
from huoqi.customers._store import people
from huoqi.customers.desk import Desk
from huoqi.customers.operations.opening import directory_keys
from huoqi.customers.operations.sessions import SessionRequest, open_sessions
from huoqi.customers.people import Caller, Customer, OpenedSession
from huoqi.customers.rules.access import Standing, StepUpRequired, refusal_to_enter
from huoqi.customers.rules.openid import FLOW_HOLDS, PENDING_HOLDS
from huoqi.events.operations import EventDraft, emit, emit_all
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of

FlowPurpose = Literal["sign_in", "link", "register"]

_SUBJECT_PURPOSE = "customer.device_account"
_NONCE_PURPOSE = "device_account.nonce"
_VERIFIER_PURPOSES = ("device_account.verifier.1", "device_account.verifier.2")


class FlowExpired(DomainError):
    """The sign-in at the maker is unknown, too old, finished before, or another browser's."""

    code: ClassVar[str] = "device_account.flow_expired"


class LinkedElsewhere(DomainError):
    """The maker's account belongs to another customer here."""

    code: ClassVar[str] = "device_account.linked_elsewhere"


class DeviceAccountUnknown(DomainError):
    """The customer has no such account linked."""

    code: ClassVar[str] = "device_account.unknown"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in at the maker that began: what the browser keeps, and what it takes along."""

    secret: str = dataclasses.field(repr=False)
    state: str
    nonce: str
    verifier: str = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Returned:
    """A browser that came back with its flow; whose account it is, the maker tells next."""

    purpose: FlowPurpose
    return_to: str
    nonce: str
    verifier: str = dataclasses.field(repr=False)
    customer_no: int | None = None
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whose account the maker told, and the device that its owner is on."""

    subject: str = dataclasses.field(repr=False)
    device: str = ""
    device_key: str | None = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """An account of nobody yet: the registration that shows this secret links it."""

    secret: str = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Linked:
    """The account is linked to the customer who asked."""


@dataclass(frozen=True, slots=True)
class _Purpose:
    """What a flow is for."""

    name: FlowPurpose
    return_to: str
    caller: Caller | None = None
    pseudonym: bytes | None = None


def begin_account_sign_in(work: Work, desk: Desk, *, return_to: str) -> Flow:
    """Return a fresh flow that signs somebody in."""
    secret = secrets.token_urlsafe(32)
    flow = _flow(desk, secret, state=secrets.token_urlsafe(32))
    _keep(work, desk, flow, _Purpose("sign_in", return_to))
    return flow


def begin_account_link(
    work: Work, desk: Desk, *, caller: Caller, return_to: str
) -> Flow | DomainError:
    """Return a fresh flow that links an account to the caller. Errors: StepUpRequired."""
    if not caller.stepped_up:
        return StepUpRequired()
    secret = secrets.token_urlsafe(32)
    flow = _flow(desk, secret, state=secrets.token_urlsafe(32))
    _keep(work, desk, flow, _Purpose("link", return_to, caller=caller))
    return flow


def take_flow(work: Work, desk: Desk, *, state: str, secret: str) -> Returned | DomainError:
    """Use a flow up; only the browser that began it goes on. Errors: FlowExpired."""
    digest = sha256(state.encode()).digest()
    row = store.take(work, {"shard": desk.shard_of_pseudonym(digest), "state_sha256": digest})
    browser = sha256(secret.encode()).digest()
    if row is None or bytes(row[0]) != browser or row[1] == "register" or machine_now() >= row[6]:
        return FlowExpired()
    flow = _flow(desk, secret, state=state)
    return Returned(row[1], row[2], flow.nonce, flow.verifier, row[3], row[4])


def finish_account(
    work: Work, desk: Desk, returned: Returned, arrival: Arrival
) -> OpenedSession | Linked | Pending | DomainError:
    """Do what a flow was for, now that the maker told whose account it is.

    A session for the customer whom it is linked to; or a link; or, for an account of nobody yet, a
    secret with which the registration that follows links it. Errors: FlowExpired (the session that
    began the link has ended), CustomerFrozen, CustomerClosed, LinkedElsewhere.
    """
    pseudonym = _pseudonym(desk, arrival.subject)
    if returned.purpose == "link":
        return _finish_link(work, desk, returned, pseudonym)
    key = (people.DEVICE_ACCOUNT_KIND, pseudonym, 0)
    (customer_no,) = people.owners(work, directory_keys(desk, [key]))
    if customer_no is None:
        return _wait_for_registration(work, desk, pseudonym)
    customer = _customer(work, desk, customer_no)
    mine = {"shard": customer.shard, "customer_no": customer_no, "pseudonym": pseudonym}
    store.use(work, mine)
    request = SessionRequest(customer_no, customer.customer_id, arrival.device, arrival.device_key)
    (opened,) = open_sessions(work, desk, [request])
    return opened


def link_pending(
    work: Work, desk: Desk, *, secret: str, session: OpenedSession
) -> DomainError | None:
    """Link the account that waits for a registration, whose session this is.

    Returns the refusal, None when it is done.

    Errors: FlowExpired, LinkedElsewhere.
    """
    digest = sha256(secret.encode()).digest()
    row = store.take(work, {"shard": desk.shard_of_pseudonym(digest), "state_sha256": digest})
    if row is None or row[1] != "register" or machine_now() >= row[6]:
        return FlowExpired()
    key = _session_key(session.shard, session.customer_no, session.session_id)
    found = store.session(work, key)
    device_id = found[0] if found else None
    return _link(work, desk, session.customer_no, pseudonym=bytes(row[5]), device_id=device_id)


def unlink_account(
    work: Work, desk: Desk, *, caller: Caller, account_id: UUID
) -> DomainError | None:
    """Take a link away, also a frozen customer's; return the refusal, None when it is done.

    Errors: StepUpRequired, DeviceAccountUnknown.
    """
    if not caller.stepped_up:
        return StepUpRequired()
    gone = _unlink(
        work, desk, shards=[caller.shard], customers=[caller.customer_no], account_id=account_id
    )
    return None if gone else DeviceAccountUnknown()


def unlink_all_accounts(
    work: Work, desk: Desk, *, shards: Sequence[int], customers: Sequence[int]
) -> int:
    """Take every link of some customers away and return how many there were."""
    return _unlink(work, desk, shards=shards, customers=customers, account_id=None)


def _finish_link(
    work: Work, desk: Desk, returned: Returned, pseudonym: bytes
) -> Linked | DomainError:
    assert returned.customer_no is not None, "a link is begun by a customer"
    customer = _customer(work, desk, returned.customer_no)
    key = _session_key(customer.shard, customer.customer_no, returned.session_id)
    session = store.session(work, key)
    if session is None:
        return FlowExpired()
    standing = Standing(
        customer.state,
        customer.own_frozen_at is not None,
        customer.staff_frozen_at is not None,
        customer.cool_down_until,
    )
    refusal = refusal_to_enter(standing) or _link(
        work, desk, customer.customer_no, pseudonym=pseudonym, device_id=session[0]
    )
    return refusal or Linked()


def _link(
    work: Work, desk: Desk, customer_no: int, *, pseudonym: bytes, device_id: UUID | None
) -> DomainError | None:
    key = (people.DEVICE_ACCOUNT_KIND, pseudonym, customer_no)
    people.claim(work, directory_keys(desk, [key]))
    (owner,) = people.owners(work, directory_keys(desk, [key]))
    if owner != customer_no:
        return LinkedElsewhere()
    account_id = work.new_id()
    is_new = store.link(
        work,
        {
            "shard": shard_of(customer_no, shards=desk.shards),
            "account_id": account_id,
            "customer_no": customer_no,
            "pseudonym": pseudonym,
            "device_id": device_id,
        },
    )
    if is_new:
        emit(work, EventDraft("customer.device_account.linked", account_id, customer_no))
    return None


def _wait_for_registration(work: Work, desk: Desk, pseudonym: bytes) -> Pending:
    secret = secrets.token_urlsafe(32)
    flow = Flow(secret, state=secret, nonce="", verifier="")
    _keep(work, desk, flow, _Purpose("register", "/", pseudonym=pseudonym))
    return Pending(secret)


def _unlink(
    work: Work,
    desk: Desk,
    *,
    shards: Sequence[int],
    customers: Sequence[int],
    account_id: UUID | None,
) -> int:
    gone = store.unlink(
        work, {"shards": list(shards), "customers": list(customers), "account_id": account_id}
    )
    keys = [(people.DEVICE_ACCOUNT_KIND, bytes(row[2]), row[0]) for row in gone]
    if keys:
        people.release(work, directory_keys(desk, keys))
    emit_all(work, [EventDraft("customer.device_account.unlinked", row[1], row[0]) for row in gone])
    return len(gone)


def _keep(work: Work, desk: Desk, flow: Flow, what: _Purpose) -> None:
    now = machine_now()
    store.forget(work, {"before": now})
    digest = sha256(flow.state.encode()).digest()
    store.begin(
        work,
        {
            "shard": desk.shard_of_pseudonym(digest),
            "state_sha256": digest,
            "browser_sha256": sha256(flow.secret.encode()).digest(),
            "purpose": what.name,
            "return_to": what.return_to,
            "customer_no": what.caller.customer_no if what.caller else None,
            "session_id": what.caller.session_id if what.caller else None,
            "pseudonym": what.pseudonym,
            "expires_at": now + _holds(what.name),
        },
    )


def _session_key(shard: int, customer_no: int, session_id: UUID | None) -> dict[str, object]:
    return {
        "shard": shard,
        "customer_no": customer_no,
        "session_id": session_id,
        "now": machine_now(),
    }


def _holds(purpose: FlowPurpose) -> timedelta:
    return PENDING_HOLDS if purpose == "register" else FLOW_HOLDS


def _flow(desk: Desk, secret: str, *, state: str) -> Flow:
    nonce = desk.vault.pseudonym(purpose=_NONCE_PURPOSE, value=secret).hex()
    halves = [desk.vault.pseudonym(purpose=each, value=secret).hex() for each in _VERIFIER_PURPOSES]
    return Flow(secret, state, nonce, "".join(halves))


def _pseudonym(desk: Desk, subject: str) -> bytes:
    return desk.vault.pseudonym(purpose=_SUBJECT_PURPOSE, value=subject)


def _customer(work: Work, desk: Desk, customer_no: int) -> Customer:
    shard = shard_of(customer_no, shards=desk.shards)
    (row,) = people.some(work, shards=[shard], customers=[customer_no])
    return Customer(*row)
