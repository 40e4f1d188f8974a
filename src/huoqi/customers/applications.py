"""The nouns of registration: an application, what is submitted, and what came of it."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from huoqi.customers.people import NewCustomer, OpenedSession

ApplicationState = Literal[
    "phone_proven",
    "checking",
    "waiting_authority",
    "manual_review",
    "accepted",
    "refused",
    "expired",
]


@dataclass(frozen=True, slots=True)
class OpenedApplication:
    """A person whose phone is proven; the token is told once."""

    token: str = dataclasses.field(repr=False)
    application_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Application:
    """How an application stands. ``expected_by`` is business time, without a reason."""

    application_id: UUID
    shard: int
    state: ApplicationState
    opened_at: datetime
    submitted_at: datetime | None
    next_try_at: datetime | None
    expected_by: datetime | None
    customer_no: int | None


@dataclass(frozen=True, slots=True)
class Submission:
    """What an applicant submits."""

    token: str = dataclasses.field(repr=False)
    name: str = dataclasses.field(repr=False)
    national_id: str = dataclasses.field(repr=False)
    device: str = ""
    device_key: str | None = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PendingCheck:
    """A question on its way to the authority, outside any transaction."""

    shard: int
    application_id: UUID
    name: str = dataclasses.field(repr=False)
    national_id: str = dataclasses.field(repr=False)
    submitted_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Registration:
    """What came of an application: a customer at once, or people look at it until a time."""

    application_id: UUID
    state: ApplicationState
    customer: NewCustomer | None = None
    session: OpenedSession | None = None
    expected_by: datetime | None = None
