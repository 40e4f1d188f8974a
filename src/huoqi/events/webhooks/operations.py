"""What can be done with webhooks: add, remove, change the secret, send again, send from a number.

Whoever calls is staff or a program; what they do is told in the log under their name.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from huoqi.events.operations import EventDraft, emit
from huoqi.events.queries import event_of, last_seq
from huoqi.events.webhooks import _store
from huoqi.events.webhooks.port import Box, Line
from huoqi.events.webhooks.queries import Endpoint, WebhookNotFound, endpoint_of, takes
from huoqi.kit.db import Row, Work
from huoqi.kit.errors import DomainError

ENDPOINTS_MAX = 20
#: For how long the secret before the present one signs too.
ROTATION = timedelta(hours=24)
_SECRET_BYTES = 32
_FIELD = "webhook.secret"
_EVENT = "developer.webhook."


class WebhooksFull(DomainError):
    """There are as many webhooks as there may be; remove one first."""

    code: ClassVar[str] = "webhook.too_many"


class EventNotFound(DomainError):
    """The log has no such event."""

    code: ClassVar[str] = "webhook.event_not_found"


class NobodyListens(DomainError):
    """No webhook takes events of this type."""

    code: ClassVar[str] = "webhook.nobody_listens"


class SeqAhead(DomainError):
    """The log has not come so far."""

    code: ClassVar[str] = "webhook.seq_ahead"


@dataclass(frozen=True, slots=True)
class Told:
    """A receiver and its new secret, which is told this once."""

    endpoint: Endpoint
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndpointRequest:
    """A receiver to add: an address, and the types it takes, all when none is named."""

    url: str
    types: Sequence[str] = ()


def add_webhook(
    work: Work, request: EndpointRequest, *, box: Box, line: Line, now: datetime
) -> Told | DomainError:
    """Return a new receiver, told of what happens from now on; or WebhooksFull, TargetRefused."""
    line.require(request.url)
    if _store.count(work) >= ENDPOINTS_MAX:
        return WebhooksFull(most=ENDPOINTS_MAX)
    endpoint_id = work.new_id()
    wrapped, secret = box.new_key(_owner(endpoint_id)), _new_secret()
    _store.add(
        work,
        {
            "endpoint_id": endpoint_id,
            "url": request.url,
            "types": sorted(set(request.types)),
            "wrapped_key": wrapped,
            "sealed_secret": _sealed(box, wrapped, endpoint_id=endpoint_id, secret=secret),
            "seen_seq": last_seq(work),
            "now": now,
        },
    )
    _tell(work, "added", endpoint_id)
    return Told(endpoint_of(work, endpoint_id), secret)


def remove_webhook(work: Work, endpoint_id: UUID, *, now: datetime) -> DomainError | None:
    """Remove a receiver and what waits for it; or return WebhookNotFound."""
    if _store.endpoint(work, endpoint_id, locked=True) is None:
        return WebhookNotFound()
    _store.remove(work, endpoint_id, now=now)
    _tell(work, "removed", endpoint_id)
    return None


def rotate_secret(work: Work, endpoint_id: UUID, *, box: Box, now: datetime) -> Told | DomainError:
    """Return a new secret; the one before signs beside it for a day. Or WebhookNotFound."""
    row = _store.endpoint(work, endpoint_id, locked=True)
    if row is None:
        return WebhookNotFound()
    secret = _new_secret()
    sealed = _sealed(box, row[3], endpoint_id=endpoint_id, secret=secret)
    parameters = {"sealed_secret": sealed, "until": now + ROTATION, "endpoint_id": endpoint_id}
    _store.rotate(work, parameters)
    _tell(work, "rotated", endpoint_id)
    return Told(endpoint_of(work, endpoint_id), secret)


def resend_event(
    work: Work, event_id: UUID, *, to: UUID | None, now: datetime
) -> int | DomainError:
    """Return how many receivers are sent an event again: one, or all that take its type.

    Errors: EventNotFound, NobodyListens, WebhookNotFound.
    """
    event = event_of(work, event_id)
    if event is None:
        return EventNotFound()
    rows = _store.endpoints(work)
    if to is not None:
        rows = [row for row in rows if row[0] == to]
        if not rows:
            return WebhookNotFound()
    else:
        rows = [row for row in rows if takes(row[2], event.type)]
        if not rows:
            return NobodyListens(type=event.type)
    for row in rows:
        _store.enqueue(work, row[0], [(event.seq, event.object_id, "resend")], now=now)
    return len(rows)


def replay_webhook(work: Work, endpoint_id: UUID, *, from_seq: int) -> int | DomainError:
    """Return how many events a receiver is gone through again, from a number on.

    The same events with the same ids, in the same order. Errors: WebhookNotFound, SeqAhead.
    """
    row = _store.endpoint(work, endpoint_id, locked=True)
    if row is None:
        return WebhookNotFound()
    head = last_seq(work)
    if from_seq > head:
        return SeqAhead(last_seq=head)
    _store.replay(work, endpoint_id, from_seq=from_seq)
    _tell(work, "replayed", endpoint_id)
    return head - from_seq + 1


def secrets_of(box: Box, row: Row, *, now: datetime) -> list[str]:
    """Return the secrets that sign for a stored receiver: its own, and one that runs out."""
    owner = _owner(row[0])
    sealed = [row[4]]
    if row[5] is not None and row[6] > now:
        sealed.append(row[5])
    return [box.reveal_under(row[3], owner=owner, field=_FIELD, sealed=each) for each in sealed]


def secrets_of_endpoint(work: Work, endpoint_id: UUID, *, box: Box, now: datetime) -> list[str]:
    """Return the secrets that sign for a receiver; raise WebhookNotFound."""
    row = _store.endpoint(work, endpoint_id)
    if row is None:
        raise WebhookNotFound
    return secrets_of(box, row, now=now)


def _tell(work: Work, verb: str, endpoint_id: UUID) -> None:
    emit(work, EventDraft(f"{_EVENT}{verb}", endpoint_id))


def _new_secret() -> str:
    return f"whsec_{secrets.token_hex(_SECRET_BYTES)}"


def _sealed(box: Box, wrapped: bytes, *, endpoint_id: UUID, secret: str) -> bytes:
    return box.seal_under(wrapped, owner=_owner(endpoint_id), field=_FIELD, plaintext=secret)


def _owner(endpoint_id: UUID) -> str:
    return f"webhook:{endpoint_id}"
