"""Webhooks: who is told of events over HTTP, what became of each message, and sending it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from huoqi.customers.operations import KeyHolder
from huoqi.events.webhooks.delivery import Sender
from huoqi.events.webhooks.operations import (
    EndpointRequest,
    Told,
    add_webhook,
    remove_webhook,
    replay_webhook,
    resend_event,
    rotate_secret,
)
from huoqi.events.webhooks.port import Line
from huoqi.events.webhooks.queries import (
    TRIES_KEPT,
    Endpoint,
    Outcome,
    Try,
    Why,
    endpoints_of,
    tries_of,
)
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import RandomIds
from huoqi.web.doors import Integrator
from huoqi.web.errors import RateLimited
from huoqi.web.framework import StrictRoute
from huoqi.web.machine import Machine
from huoqi.web.wire import Answer, DoneAnswer, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1", tags=["Webhooks"], route_class=StrictRoute)

_TURN_S = 5  # a receiver is given that long

EventType = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=100),
    Field(examples=["fund.purchase"]),
]
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    Field(description="Where messages are posted to, as a whole address."),
]


class WebhookBody(Shape):
    """A receiver: HTTPS, or in a sandbox also HTTP on this machine."""

    url: Url
    types: Annotated[list[EventType], Field(max_length=50)] = Field(
        default_factory=list,
        description="Types that it takes, or beginnings of types; none means all.",
    )


class WebhookView(Shape):
    """A receiver. Its times are real ones: receivers live outside of the business clock."""

    id: UUID
    url: str
    types: list[str]
    created_at: str
    waiting: int = Field(description="Messages that have not arrived yet.")
    failures: int = Field(description="How many times in a row nobody was there.")
    rests_until: str | None = Field(description="When it is asked next whether it is back.")
    read_upto: str = Field(description="The event up to which the log was gone through for it.")
    previous_secret_until: str | None = Field(
        description="Until when the secret before this one signs too."
    )


class WebhookSecretAnswer(Answer):
    """A receiver and its secret, which is told only now."""

    webhook: WebhookView
    secret: str = Field(description="Key of the signatures (HMAC-SHA256); keep it.")


class DeliveryView(Shape):
    """One try to bring a message."""

    number: str
    seq: str | None = Field(description="The event's number; null for a test.")
    event_id: UUID
    type: str
    why: Why
    attempt: int
    at: str = Field(description="Real time.")
    duration_ms: int
    status: int | None = Field(description="What the receiver answered; null if nothing came.")
    problem: str = Field(
        description="timeout, connection, tls, redirect, or why its address may not be called."
    )
    outcome: Outcome
    next_at: str | None


class TestAnswer(Answer):
    """What came of a test."""

    delivery: DeliveryView
    said: str = Field(description="The beginning of what the receiver answered; it is not kept.")


class ReplayBody(Shape):
    """From which event on."""

    from_seq: Annotated[int, Field(ge=1, le=2**53, strict=True)]


class ReplayAnswer(Answer):
    """How many events the receiver is gone through again; those of its types are sent."""

    events: int


class ResendAnswer(Answer):
    """How many receivers are sent the event again."""

    receivers: int


@router.get("/webhooks", operation_id="webhooks_list")
def webhooks_list(door: Integrator) -> Page[WebhookView]:
    """List the receivers."""
    return door.ask(
        lambda work, _: page(
            [_view(each) for each in endpoints_of(work)], next_cursor=None, at=work.at
        )
    )


@router.post("/webhooks", operation_id="webhooks_add", status_code=201)
def webhooks_add(door: Integrator, body: WebhookBody) -> WebhookSecretAnswer:
    """Tell a receiver of all that happens from now on; its secret is shown this once."""
    vault, line = door.machine.platform.vault, _line(door.machine)

    def added(work: Work, _: KeyHolder) -> WebhookSecretAnswer | DomainError:
        request = EndpointRequest(body.url, body.types)
        return _told(add_webhook(work, request, box=vault, line=line, now=machine_now()), work=work)

    return door.act(added)


@router.delete("/webhooks/{webhook_id}", operation_id="webhooks_remove")
def webhooks_remove(door: Integrator, webhook_id: UUID) -> DoneAnswer:
    """Tell a receiver nothing more."""

    def removed(work: Work, _: KeyHolder) -> DoneAnswer | DomainError:
        refusal = remove_webhook(work, webhook_id, now=machine_now())
        return refusal or DoneAnswer(business_time=shown_at(work.at))

    return door.act(removed)


@router.post("/webhooks/{webhook_id}/rotate", operation_id="webhooks_rotate")
def webhooks_rotate(door: Integrator, webhook_id: UUID) -> WebhookSecretAnswer:
    """Make a new secret; for a day messages are signed by the one before as well."""
    vault = door.machine.platform.vault

    def rotated(work: Work, _: KeyHolder) -> WebhookSecretAnswer | DomainError:
        return _told(rotate_secret(work, webhook_id, box=vault, now=machine_now()), work=work)

    return door.act(rotated)


@router.get("/webhooks/{webhook_id}/deliveries", operation_id="webhooks_deliveries")
def webhooks_deliveries(
    door: Integrator,
    webhook_id: UUID,
    limit: Annotated[int, Query(ge=1, le=TRIES_KEPT)] = TRIES_KEPT,
) -> Page[DeliveryView]:
    """List the last hundred tries, newest first."""
    return door.ask(
        lambda work, _: page(
            [_delivery(each) for each in tries_of(work, webhook_id, limit=limit)],
            next_cursor=None,
            at=work.at,
        )
    )


@router.post("/webhooks/{webhook_id}/test", operation_id="webhooks_test")
def webhooks_test(door: Integrator, webhook_id: UUID) -> TestAnswer:
    """Send a signed message of the type webhook.test.sent at once, and tell what came of it."""
    door.enter()
    platform = door.machine.platform
    sender = Sender(platform.database, platform.vault, _line(door.machine))
    with _a_turn(door.machine):
        tried, said = sender.test(webhook_id, event_id=RandomIds().new(machine_now()))
    at = door.open.ask(lambda work: work.at)
    return TestAnswer(delivery=_delivery(tried), said=said, business_time=shown_at(at))


@router.post("/webhooks/{webhook_id}/replay", operation_id="webhooks_replay")
def webhooks_replay(door: Integrator, webhook_id: UUID, body: ReplayBody) -> ReplayAnswer:
    """Go through the log again from a number on: the same events, with the same ids."""

    def replayed(work: Work, _: KeyHolder) -> ReplayAnswer | DomainError:
        found = replay_webhook(work, webhook_id, from_seq=body.from_seq)
        if isinstance(found, DomainError):
            return found
        return ReplayAnswer(events=found, business_time=shown_at(work.at))

    return door.act(replayed)


@router.post("/events/{event_id}/resend", operation_id="events_resend")
def events_resend(
    door: Integrator,
    event_id: UUID,
    to: Annotated[
        UUID | None, Query(description="One receiver; else all that take the type.")
    ] = None,
) -> ResendAnswer:
    """Send an event again, with the same id."""

    def resent(work: Work, _: KeyHolder) -> ResendAnswer | DomainError:
        found = resend_event(work, event_id, to=to, now=machine_now())
        if isinstance(found, DomainError):
            return found
        return ResendAnswer(receivers=found, business_time=shown_at(work.at))

    return door.act(resent)


@contextmanager
def _a_turn(machine: Machine) -> Iterator[None]:
    """Let a few wait for receivers at a time; raise RateLimited for more."""
    if not machine.webhook_tests.acquire(blocking=False):
        raise RateLimited(retry_after_s=_TURN_S)
    try:
        yield
    finally:
        machine.webhook_tests.release()


def _line(machine: Machine) -> Line:
    line = machine.platform.webhooks
    assert line is not None, "bootstrap wires one"
    return line


def _told(result: Told | DomainError, *, work: Work) -> WebhookSecretAnswer | DomainError:
    if isinstance(result, DomainError):
        return result
    return WebhookSecretAnswer(
        webhook=_view(result.endpoint), secret=result.secret, business_time=shown_at(work.at)
    )


def _view(each: Endpoint) -> WebhookView:
    return WebhookView(
        id=each.endpoint_id,
        url=each.url,
        types=list(each.types),
        created_at=shown_at(each.created_at),
        waiting=each.waiting,
        failures=each.failures,
        rests_until=shown_at(each.rests_until) if each.rests_until else None,
        read_upto=str(each.seen_seq),
        previous_secret_until=shown_at(each.previous_until) if each.previous_until else None,
    )


def _delivery(each: Try) -> DeliveryView:
    return DeliveryView(
        number=str(each.number),
        seq=str(each.seq) if each.seq is not None else None,
        event_id=each.event_id,
        type=each.type,
        why=each.why,
        attempt=each.attempt,
        at=shown_at(each.at),
        duration_ms=each.duration_ms,
        status=each.status,
        problem=each.problem,
        outcome=each.outcome,
        next_at=shown_at(each.next_at) if each.next_at else None,
    )
