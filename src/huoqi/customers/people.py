"""The nouns of customers: who is new, who asks, who is signed in."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from huoqi.customers.rules.access import Moves, State

Scope = Literal["money", "security"]
Proof = Literal["password", "passkey"]


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer who was just registered."""

    customer_no: int
    customer_id: UUID
    shard: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as it stands, without anything private."""

    shard: int
    customer_no: int
    customer_id: UUID
    state: State
    simulated: bool
    registered_at: datetime
    closing_at: datetime | None
    closed_at: datetime | None
    own_frozen_at: datetime | None
    staff_frozen_at: datetime | None
    staff_freeze_reason: str | None
    cool_down_until: datetime | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows; ``moves`` says which way its money goes, for ``authorise_money``.

    The stricter direction is the default: a route that forgets it refuses during a cool-down.
    ``order_fingerprint`` is what the request would do, for grants that are good for one order;
    ``buys`` is the fund that it would buy, for which agreements are needed.
    """

    session_token: str = dataclasses.field(repr=False)
    grant_token: str | None = dataclasses.field(default=None, repr=False)
    moves: Moves = "out"
    order_fingerprint: bytes | None = dataclasses.field(default=None, repr=False)
    buys: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an authorised customer.

    ``stepped_up`` says that money may move, ``is_granted_once`` that it may by this request only.
    The scope ``security`` is that of a grant by payment password, which a new passkey asks for.
    ``has_agreed`` says that every agreement in force for what the request buys was accepted,
    ``is_frozen`` that she or the staff froze the account.
    """

    customer_no: int
    customer_id: UUID
    shard: int
    session_id: UUID
    stepped_up: bool
    scopes: frozenset[Scope]
    state: State
    device_id: UUID | None = None
    is_granted_once: bool = False
    has_agreed: bool = False
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A fresh session; the token is told once and stored as a digest only."""

    token: str = dataclasses.field(repr=False)
    session_id: UUID
    customer_no: int
    customer_id: UUID
    shard: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to move money from one session, for some minutes of machine time."""

    token: str = dataclasses.field(repr=False)
    expires_at: datetime
    scope: Scope = "money"


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer's private fields, revealed for a purpose."""

    customer_no: int
    name: str = dataclasses.field(repr=False)
    national_id: str = dataclasses.field(repr=False)
    phone: str = dataclasses.field(repr=False)


FIELDS: Mapping[str, str] = {
    "name": "customer.name",
    "national_id": "customer.national_id",
    "phone": "customer.phone",
}
"""The places that private fields are sealed for."""
