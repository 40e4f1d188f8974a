"""Passkeys: made by a signed-in customer, listed, and removed."""

import dataclasses
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from huoqi.customers._store import passkeys as store
from huoqi.customers._store import passwords, people
from huoqi.customers.desk import Desk
from huoqi.customers.operations.challenges import ask, take
from huoqi.customers.people import Caller
from huoqi.customers.rules.access import Standing, StepUpRequired
from huoqi.customers.rules.passkeys import (
    CHALLENGE_BYTES,
    Credential,
    KnownKey,
    PasskeyNotVerified,
    RelyingParty,
    challenge_of,
    creation_options,
    refusal_to_add,
    user_handle,
    verified_key,
)
from huoqi.events.operations import EventDraft, emit, emit_all
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Row, Work
from huoqi.kit.errors import DomainError

LABEL_CHARACTERS_MAX = 40


class PasskeyUnknown(DomainError):
    """No such passkey, or it was removed or suspended."""

    code: ClassVar[str] = "passkey.unknown"


class PasskeyAlreadyAdded(DomainError):
    """The authenticator's passkey is known already."""

    code: ClassVar[str] = "passkey.already_added"


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a browser made, and what its customer calls it."""

    label: str
    credential: Credential = dataclasses.field(repr=False)


def passkey_label_field(passkey_id: UUID) -> str:
    """Return the place that a passkey's label is sealed for."""
    return f"passkey.label/{passkey_id}"


def begin_passkey(
    work: Work, desk: Desk, party: RelyingParty, *, caller: Caller
) -> dict[str, object] | DomainError:
    """Return the options with which the caller's browser makes a passkey.

    Errors: StepUpRequired (by payment password once there is one, else by a passkey once there is
    one), CoolDown, TooManyPasskeys.
    """
    rows = store.of_customer(work, _key(caller))
    refusal = _refusal_to_add(work, caller, rows)
    if refusal is not None:
        return refusal
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    ask(work, desk, challenge, purpose="register", caller=caller)
    return creation_options(
        party,
        challenge=challenge,
        handle=user_handle(shard=caller.shard, customer_id=caller.customer_id),
        label=f"{party.name} {caller.customer_id.hex[-4:]}",
        known=[known_key(row) for row in rows],
    )


def add_passkey(
    work: Work,
    desk: Desk,
    party: RelyingParty,
    *,
    caller: Caller,
    new: NewPasskey,
) -> UUID | DomainError:
    """Keep the public key that the caller's authenticator made, and return the passkey's id.

    Errors: those of ``begin_passkey``, ChallengeExpired, PasskeyNotVerified, PasskeyAlreadyAdded.
    """
    try:
        challenge = challenge_of(new.credential)
    except PasskeyNotVerified as error:
        return error
    taken = take(work, desk, challenge, purpose="register", caller=caller)
    if isinstance(taken, DomainError):
        return taken
    refusal = _refusal_to_add(work, caller, store.of_customer(work, _key(caller)))
    if refusal is not None:
        return refusal
    try:
        made = verified_key(party, new.credential, challenge=challenge)
    except PasskeyNotVerified as error:
        return error
    passkey_id = work.new_id()
    is_new = store.add(
        work,
        _key(caller)
        | {
            "passkey_id": passkey_id,
            "credential_sha256": sha256(made.credential_id).digest(),
            "credential_id": made.credential_id,
            "public_key": made.public_key,
            "sign_count": made.sign_count,
            "transports": list(made.transports),
            "is_synced": made.is_synced,
            "sealed_label": _sealed_label(work, desk, caller, passkey_id, new.label),
            "device_id": caller.device_id,
            "now": machine_now(),
        },
    )
    if not is_new:
        return PasskeyAlreadyAdded()
    emit(work, EventDraft("customer.passkey.added", passkey_id, caller.customer_no))
    return passkey_id


def remove_passkey(work: Work, *, caller: Caller, passkey_id: UUID) -> DomainError | None:
    """Delete a passkey, also a frozen customer's; return the refusal, None when it is done.

    Errors: StepUpRequired, PasskeyUnknown.
    """
    if not caller.stepped_up:
        return StepUpRequired()
    removed = store.remove(
        work,
        {"shards": [caller.shard], "customers": [caller.customer_no], "passkey_id": passkey_id},
    )
    if not removed:
        return PasskeyUnknown()
    emit(work, EventDraft("customer.passkey.removed", passkey_id, caller.customer_no))
    return None


def remove_all_passkeys(work: Work, *, shards: Sequence[int], customers: Sequence[int]) -> int:
    """Delete every passkey of some customers and return how many there were."""
    removed = store.remove(
        work, {"shards": list(shards), "customers": list(customers), "passkey_id": None}
    )
    emit_all(work, [EventDraft("customer.passkey.removed", row[1], row[0]) for row in removed])
    return len(removed)


def _refusal_to_add(work: Work, caller: Caller, rows: Sequence[Row]) -> DomainError | None:
    ((*_, own_frozen_at, staff_frozen_at, _, until),) = people.some(
        work, shards=[caller.shard], customers=[caller.customer_no]
    )
    standing = Standing(caller.state, bool(own_frozen_at), bool(staff_frozen_at), until)
    return refusal_to_add(
        standing,
        at=work.at,
        has_password=passwords.is_set(work, _key(caller)),
        count=len(rows),
        scopes=frozenset(caller.scopes),
    )


def _sealed_label(work: Work, desk: Desk, caller: Caller, passkey_id: UUID, label: str) -> bytes:
    text = label[:LABEL_CHARACTERS_MAX].encode(errors="replace").decode()
    return desk.vault.seal(
        work, customer_no=caller.customer_no, field=passkey_label_field(passkey_id), plaintext=text
    )


def known_key(row: Row) -> KnownKey:
    """Return a stored passkey as authenticators name it."""
    return KnownKey(bytes(row[2]), tuple(row[5]))


def _key(caller: Caller) -> dict[str, object]:
    return {"shard": caller.shard, "customer_no": caller.customer_no}
