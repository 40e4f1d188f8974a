"""What can be asked of webhooks: the endpoints, and the last tries of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.events.webhooks import _store
from huoqi.kit.db import Row, Work
from huoqi.kit.errors import DomainError

TRIES_KEPT = _store.TRIES_KEPT
Outcome = Literal["delivered", "retrying", "given_up"]
Why = Literal["event", "resend", "replay", "test"]


class WebhookNotFound(DomainError):
    """There is no such webhook, or it was removed, or the clock went back before it."""

    code: ClassVar[str] = "webhook.not_found"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A receiver; ``waiting`` is how many messages have not arrived yet. Times are real."""

    endpoint_id: UUID
    url: str
    types: Sequence[str]
    seen_seq: int
    waiting: int
    failures: int
    rests_until: datetime | None
    previous_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a message; ``seq`` is None for a test, ``status`` where nobody answered."""

    number: int
    seq: int | None
    event_id: UUID
    type: str
    why: Why
    attempt: int
    at: datetime
    duration_ms: int
    status: int | None
    problem: str
    outcome: Outcome
    next_at: datetime | None


def endpoints_of(work: Work) -> list[Endpoint]:
    """Return all receivers, oldest first."""
    return [_endpoint(work, row) for row in _store.endpoints(work)]


def endpoint_of(work: Work, endpoint_id: UUID) -> Endpoint:
    """Return a receiver; raise WebhookNotFound."""
    row = _store.endpoint(work, endpoint_id)
    if row is None:
        raise WebhookNotFound
    return _endpoint(work, row)


def tries_of(work: Work, endpoint_id: UUID, *, limit: int = TRIES_KEPT) -> list[Try]:
    """Return the last tries of a receiver, newest first; raise WebhookNotFound."""
    if _store.endpoint(work, endpoint_id) is None:
        raise WebhookNotFound
    return [Try(*row) for row in _store.tries(work, endpoint_id, limit=limit)]


def takes(types: Sequence[str], event_type: str) -> bool:
    """Return whether a receiver of some types wants one; a beginning takes all that follows.

    >>> takes(["fund.purchase"], "fund.purchase.placed"), takes(["fund.p"], "fund.purchase.placed")
    (True, False)
    >>> takes([], "fund.purchase.placed")
    True
    """
    return not types or any(
        event_type == each or event_type.startswith(f"{each}.") for each in types
    )


def _endpoint(work: Work, row: Row) -> Endpoint:
    return Endpoint(
        endpoint_id=row[0],
        url=row[1],
        types=row[2],
        seen_seq=row[7],
        waiting=_store.waiting(work, row[0]),
        failures=row[9],
        rests_until=row[10],
        previous_until=row[6],
        created_at=row[11],
    )
