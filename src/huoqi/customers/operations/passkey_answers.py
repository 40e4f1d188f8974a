"""What passkeys sign: signing in, and leave to move money or to do one order."""

import dataclasses
import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from huoqi.customers._store import passkeys as store
from huoqi.customers._store import people
from huoqi.customers.desk import Desk
from huoqi.customers.operations.challenges import ask, take
from huoqi.customers.operations.devices import is_on_trusted_device
from huoqi.customers.operations.passkeys import PasskeyUnknown, known_key
from huoqi.customers.operations.sessions import SessionRequest, open_sessions
from huoqi.customers.operations.step_ups import give_grant
from huoqi.customers.people import Caller, Customer, Grant, OpenedSession
from huoqi.customers.rules.devices import refusal_of_passkey
from huoqi.customers.rules.passkeys import (
    CHALLENGE_BYTES,
    Assertion,
    Credential,
    PasskeyCopied,
    PasskeyNotVerified,
    RelyingParty,
    assertion_of,
    challenge_for,
    counts_on,
    owner_of_handle,
    request_options,
    verified_count,
)
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a browser's passkey signed, and the device that it was on."""

    credential: Credential = dataclasses.field(repr=False)
    device: str = ""
    device_key: str | None = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Used:
    """A passkey that signed: the device that it was made on, if that is still known."""

    device_id: UUID | None


def begin_passkey_sign_in(work: Work, desk: Desk, party: RelyingParty) -> dict[str, object]:
    """Return the options with which a browser offers the passkeys that it has for our site."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    ask(work, desk, challenge, purpose="sign_in")
    return request_options(party, challenge=challenge, allowed=[])


def sign_in_by_passkey(
    work: Work, desk: Desk, party: RelyingParty, *, answer: PasskeyAnswer
) -> OpenedSession | DomainError:
    """Open a session for whoever's passkey signed; the passkey itself names the customer.

    Errors: PasskeyNotVerified, ChallengeExpired, PasskeyUnknown, PasskeyCopied.
    """
    claim = _claim(answer.credential)
    if isinstance(claim, DomainError):
        return claim
    taken = take(work, desk, claim.challenge, purpose="sign_in")
    if isinstance(taken, DomainError):
        return taken
    customer = _owner(work, desk, claim)
    if customer is None:
        return PasskeyUnknown()
    used = _use(work, party, owner=customer, claim=claim, credential=answer.credential)
    if isinstance(used, DomainError):
        return used
    request = SessionRequest(
        customer.customer_no, customer.customer_id, answer.device, answer.device_key
    )
    (opened,) = open_sessions(work, desk, [request])
    return opened


def begin_passkey_step_up(
    work: Work,
    desk: Desk,
    party: RelyingParty,
    *,
    caller: Caller,
    order_fingerprint: bytes | None = None,
) -> dict[str, object] | DomainError:
    """Return the options with which one of the caller's passkeys approves money, or one order.

    Errors: PasskeyUnknown for a customer who has none.
    """
    keys = [
        known_key(row)
        for row in store.of_customer(
            work, {"shard": caller.shard, "customer_no": caller.customer_no}
        )
        if row[11] is None
    ]
    if not keys:
        return PasskeyUnknown()
    challenge = challenge_for(
        secrets.token_bytes(CHALLENGE_BYTES), order_fingerprint=order_fingerprint
    )
    ask(work, desk, challenge, purpose="step_up", caller=caller, order=order_fingerprint)
    return request_options(party, challenge=challenge, allowed=keys)


def step_up_by_passkey(
    work: Work, desk: Desk, party: RelyingParty, *, caller: Caller, credential: Credential
) -> Grant | DomainError:
    """Return leave to move money, bound to the order that the challenge was made for, if any.

    Errors: PasskeyNotVerified, ChallengeExpired, PasskeyUnknown, PasskeyCopied, and
    DevicePasswordRequired on a new device for a passkey that was made on it.
    """
    claim = _claim(credential)
    if isinstance(claim, DomainError):
        return claim
    taken = take(work, desk, claim.challenge, purpose="step_up", caller=caller)
    if isinstance(taken, DomainError):
        return taken
    used = _use(work, party, owner=caller, claim=claim, credential=credential)
    if isinstance(used, DomainError):
        return used
    refusal = refusal_of_passkey(
        is_trusted=is_on_trusted_device(work, caller=caller),
        session_device=caller.device_id,
        passkey_device=used.device_id,
    )
    if refusal is not None:
        return refusal
    return give_grant(
        work, caller=caller, proof="passkey", order_fingerprint=taken.order_fingerprint
    )


def _claim(credential: Credential) -> Assertion | DomainError:
    try:
        return assertion_of(credential)
    except PasskeyNotVerified as error:
        return error


def _owner(work: Work, desk: Desk, claim: Assertion) -> Customer | None:
    """Return the customer whom a passkey names, None for nobody who may sign in."""
    named = owner_of_handle(claim.user_handle)
    if named is None or named[0] >= desk.shards:
        return None
    row = people.by_handle(work, {"shard": named[0], "customer_id": named[1]})
    customer = Customer(*row) if row else None
    return None if customer is None or customer.state == "closed" else customer


def _use(
    work: Work,
    party: RelyingParty,
    *,
    owner: Caller | Customer,
    claim: Assertion,
    credential: Credential,
) -> _Used | DomainError:
    """Check what a passkey signed and write its counter; a copy's passkey is suspended."""
    key = {"shard": owner.shard, "customer_no": owner.customer_no}
    digest = sha256(claim.credential_id).digest()
    row = store.locked(work, key | {"credential_sha256": digest})
    if row is None or row[11] is not None:
        return PasskeyUnknown()
    try:
        count = verified_count(
            party, credential, challenge=claim.challenge, public_key=bytes(row[3])
        )
    except PasskeyNotVerified as error:
        return error
    if not counts_on(count, last_count=row[4]):
        store.suspend(work, key | {"passkey_id": row[0]})
        emit(work, EventDraft("customer.passkey.suspended", row[0], owner.customer_no))
        return PasskeyCopied()
    store.use(work, key | {"passkey_id": row[0], "sign_count": count})
    return _Used(row[8])
