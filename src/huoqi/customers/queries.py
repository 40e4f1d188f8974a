"""What can be asked of customers: their standing, devices, applications, keys. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huoqi.customers._store import (
    agreements,
    api_keys,
    applications,
    device_accounts,
    devices,
    passkeys,
    passwords,
    people,
    sessions,
)
from huoqi.customers.agreement_book import keys_on
from huoqi.customers.applications import Application
from huoqi.customers.operations.devices import device_name_field
from huoqi.customers.operations.freezing import CustomerUnknown
from huoqi.customers.operations.passkeys import passkey_label_field
from huoqi.customers.operations.sessions import device_field
from huoqi.customers.people import Caller, Customer
from huoqi.customers.rules.tokens import shard_of_token, token_digest
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Row, Work
from huoqi.kit.shards import shard_of
from huoqi.vault.operations import Sealed, Vault


@dataclass(frozen=True, slots=True)
class Session:
    """A device that is signed in; instants named machine are real time."""

    session_id: UUID
    opened_at: datetime
    machine_opened_at: datetime
    machine_expires_at: datetime
    device: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its customer sees it."""

    passkey_id: UUID
    label: str
    added_at: datetime
    last_used_at: datetime | None
    is_synced: bool
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Device:
    """A device that a customer signed in on."""

    device_id: UUID
    name: str
    first_seen_at: datetime
    last_seen_at: datetime
    is_current: bool
    is_trusted: bool


@dataclass(frozen=True, slots=True)
class DeviceAccount:
    """A maker's account that is linked, and the device on which it was."""

    account_id: UUID
    linked_at: datetime
    last_used_at: datetime | None
    device: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a customer agreed to, by which text and when; ``fund`` is empty for the platform."""

    code: str
    version: str
    fund: str
    text_sha256: str
    way: str
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as lists show it: ``hint`` is its last four characters."""

    key_id: UUID
    mode: str
    holder: str
    label: str
    roles: frozenset[str]
    hint: str
    made_at: datetime
    made_by: str
    revoked_at: datetime | None


def customers_of(work: Work, customer_nos: list[int], *, shards: int) -> dict[int, Customer]:
    """Return customers by number; unknown ones are absent."""
    of_shards = sorted({shard_of(number, shards=shards) for number in customer_nos})
    rows = people.some(work, shards=of_shards, customers=customer_nos)
    return {row[1]: Customer(*row) for row in rows}


def customer_of_id(work: Work, customer_id: UUID) -> Customer | None:
    """Return a customer by the outside id; asks every shard, for staff."""
    row = people.by_id(work, customer_id)
    return Customer(*row) if row else None


def require_customer(work: Work, customer_id: UUID) -> Customer:
    """Return the customer with an id; raise CustomerUnknown."""
    customer = customer_of_id(work, customer_id)
    if customer is None:
        raise CustomerUnknown
    return customer


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whether a customer may buy a fund now, without being here: active, not frozen, agreed."""

    may_buy: bool
    has_agreed: bool


def buyers_of(
    work: Work, owners: Sequence[tuple[int, int]], *, fund: str
) -> dict[tuple[int, int], Buyer]:
    """Return of customers, by shard and number, whether they may buy; unknown ones are absent."""
    wanted = sorted(set(owners))
    parameters = {
        "shards": [shard for shard, _ in wanted],
        "customers": [number for _, number in wanted],
        "agreements": keys_on(fund, shanghai_date(work.at)),
    }
    rows = people.buyers(work, parameters)
    return {(row[0], row[1]): Buyer(row[2] and row[3], row[4] is True) for row in rows}


def closing_customers(
    work: Work, *, after: tuple[int, int] = (-1, 0), limit: int = 1_000
) -> list[Customer]:
    """Return customers whose accounts are being closed, for whoever pays out what is left.

    They come by shard and number; ``after`` is where the page before ended.
    """
    return [Customer(*row) for row in people.closing(work, after=after, limit=limit)]


def has_payment_password(work: Work, *, caller: Caller) -> bool:
    """Return whether a customer has set a payment password."""
    return passwords.is_set(work, {"shard": caller.shard, "customer_no": caller.customer_no})


def sessions_of(work: Work, vault: Vault, *, caller: Caller) -> list[Session]:
    """Return the caller's devices that are signed in, newest first."""
    key = {"shard": caller.shard, "customer_no": caller.customer_no, "now": machine_now()}
    rows = sessions.live(work, key)
    texts = _texts(work, vault, caller, [(device_field(row[0]), row[4]) for row in rows])
    return [
        Session(row[0], row[1], row[2], row[3], device, row[0] == caller.session_id)
        for row, device in zip(rows, texts, strict=True)
    ]


def passkeys_of(work: Work, vault: Vault, *, caller: Caller) -> list[Passkey]:
    """Return the caller's passkeys, oldest first."""
    key = {"shard": caller.shard, "customer_no": caller.customer_no}
    rows = passkeys.of_customer(work, key)
    labels = _texts(work, vault, caller, [(passkey_label_field(row[0]), row[7]) for row in rows])
    return [
        Passkey(
            row[0],
            label,
            added_at=row[9],
            last_used_at=row[10],
            is_synced=row[6],
            is_suspended=row[11] is not None,
        )
        for row, label in zip(rows, labels, strict=True)
    ]


def devices_of(work: Work, vault: Vault, *, caller: Caller) -> list[Device]:
    """Return the devices that the caller signed in on, last seen first."""
    key = {"shard": caller.shard, "customer_no": caller.customer_no}
    rows = devices.of_customer(work, key)
    names = _texts(work, vault, caller, [(device_name_field(row[0]), row[1]) for row in rows])
    return [
        Device(
            row[0],
            name,
            first_seen_at=row[2],
            last_seen_at=row[3],
            is_current=row[0] == caller.device_id,
            is_trusted=row[4] is not None,
        )
        for row, name in zip(rows, names, strict=True)
    ]


def device_accounts_of(work: Work, vault: Vault, *, caller: Caller) -> list[DeviceAccount]:
    """Return the makers' accounts that are linked to the caller, oldest first."""
    key = {"shard": caller.shard, "customer_no": caller.customer_no}
    rows = device_accounts.of_customer(work, key)
    names = _texts(work, vault, caller, [(device_name_field(row[3]), row[4]) for row in rows])
    return [
        DeviceAccount(row[0], row[1], row[2], name) for row, name in zip(rows, names, strict=True)
    ]


def application_of(work: Work, token: str) -> Application | None:
    """Return how an application stands, for whoever holds its token."""
    shard = shard_of_token("application", token)
    if shard is None:
        return None
    row = applications.by_token(work, {"shard": shard, "token": token_digest(token)})
    return _application(row) if row else None


def application_of_id(work: Work, application_id: UUID, *, shards: int) -> Application | None:
    """Return an application by its id; asks every shard, for staff."""
    key = {"shards": list(range(shards)), "application_id": application_id}
    row = applications.by_id(work, key)
    return _application(row) if row else None


def applications_in_review(work: Work, *, limit: int = 50) -> list[Application]:
    """Return applications that wait for people, oldest first."""
    return [_application(row) for row in applications.in_review(work, limit=limit)]


def next_retry_at(work: Work) -> datetime | None:
    """Return when the next application is to be asked about, None if none waits."""
    row = applications.next_due(work)
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    """What waits for the identity authority: nothing while it answers."""

    waiting_count: int
    waits_since: datetime | None
    next_try_at: datetime | None


def authority_line(work: Work) -> AuthorityLine:
    """Return how many applications wait for the authority, since when, and when it is asked."""
    row = applications.waiting(work)
    assert row is not None, "an aggregate has one row"
    return AuthorityLine(*row)


def api_key_of(work: Work, key_id: UUID) -> ApiKey | None:
    """Return a key by its id, revoked or not."""
    row = api_keys.one(work, key_id=key_id)
    return _api_key(row) if row else None


def api_keys_made(work: Work) -> list[ApiKey]:
    """Return all keys, oldest first, without anything that would let one in."""
    return [_api_key(row) for row in api_keys.every(work)]


def _texts(
    work: Work, vault: Vault, caller: Caller, places: Sequence[tuple[str, bytes | None]]
) -> list[str]:
    """Return the caller's own texts that were sealed; empty where there is none."""
    sealed = [Sealed(caller.customer_no, field, bytes(text)) for field, text in places if text]
    found = iter(vault.reveal_many(work, sealed) if sealed else [])
    texts = [next(found) if text else "" for _, text in places]
    return [text if isinstance(text, str) else "" for text in texts]


def agreed_by(work: Work, *, caller: Caller) -> list[Agreed]:
    """Return what a customer agreed to, latest first."""
    rows = agreements.of_customer(work, shard=caller.shard, customer_no=caller.customer_no)
    return [Agreed(*row) for row in rows]


def _api_key(row: Row) -> ApiKey:
    key_id, mode, holder, label, roles, hint, made_at, made_by, revoked_at = row
    return ApiKey(key_id, mode, holder, label, frozenset(roles), hint, made_at, made_by, revoked_at)


def _application(row: Row) -> Application:
    return Application(
        application_id=row[1],
        shard=row[0],
        state=row[2],
        opened_at=row[3],
        submitted_at=row[5],
        next_try_at=row[6],
        expected_by=row[7],
        customer_no=row[10],
    )
