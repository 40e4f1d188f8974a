"""A receiver of webhooks in the sandbox: it verifies, applies once, and says what is wrong."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Header, Request
from pydantic import Field, JsonValue
from starlette.concurrency import run_in_threadpool

from huoqi.customers.rules.api_keys import SandboxOnly
from huoqi.events.rules.signatures import SignatureMissing
from huoqi.events.webhooks.operations import secrets_of_endpoint
from huoqi.events.webhooks.queries import WebhookNotFound
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.doors import Developer, OpenDoor, Public
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.inbox import Message, Received, Verdict
from huoqi.web.problems import language_of, problem_of
from huoqi.web.wire import Answer, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1/sandbox", tags=["Webhooks"], route_class=StrictRoute)

_ID_CHARS_MAX = 100
_SEQ_CHARS_MAX = 20


class InboxAnswer(Answer):
    """What the receiver did with a message."""

    verdict: Verdict
    number: str


class InboxView(Shape):
    """A message that came in; ``title`` and ``detail`` say why it was not believed."""

    number: str
    at: str = Field(description="Real time.")
    webhook_id: UUID | None
    event_id: str
    seq: str
    type: str
    verdict: Verdict
    code: str | None
    title: str
    detail: str
    facts: dict[str, str | int | bool | None]
    signature: str
    body: str


@router.post("/webhook-inbox", operation_id="sandbox_inbox_take")
async def sandbox_inbox_take(
    door: Public,
    request: Request,
    body: Annotated[dict[str, JsonValue], Body()],
    signature: Annotated[str, Header(alias="Huoqi-Signature", max_length=1_000)] = "",
    webhook_id: Annotated[UUID | None, Header(alias="Huoqi-Webhook")] = None,
) -> InboxAnswer:
    """Take a message as a receiver should: check the signature, apply each event once."""
    raw = await request.body()
    message = Message(
        webhook_id=webhook_id,
        signature=signature,
        body=raw,
        event_id=_text(body, "id")[:_ID_CHARS_MAX],
        seq=_text(body, "seq")[:_SEQ_CHARS_MAX],
        type=_text(body, "type")[:_ID_CHARS_MAX],
    )
    return await run_in_threadpool(_taken, door, message)


@router.get("/webhook-inbox", operation_id="sandbox_inbox_list")
def sandbox_inbox_list(door: Developer, request: Request) -> Page[InboxView]:
    """List what came in last, newest first: a hundred at most, kept until the server ends."""
    header = visit_of(request).headers.get(b"accept-language", b"").decode("latin-1")
    language = language_of(header)
    found = [_view(each, language=language) for each in door.machine.inbox.listed()]
    return door.ask(lambda work, _: page(found, next_cursor=None, at=work.at))


def _taken(door: OpenDoor, message: Message) -> InboxAnswer:
    if door.machine.platform.mode != "sandbox":
        raise SandboxOnly
    secrets = _secrets(door, message)
    received = door.machine.inbox.take(message, secrets=secrets, now=machine_now())
    if received.refusal is not None:
        raise received.refusal
    at = door.ask(lambda work: work.at)
    return InboxAnswer(
        verdict=received.verdict, number=str(received.number), business_time=shown_at(at)
    )


def _secrets(door: OpenDoor, message: Message) -> Sequence[str] | DomainError:
    """Return the secrets of the receiver that a message names, or why there are none."""
    vault, endpoint_id = door.machine.platform.vault, message.webhook_id
    if not message.signature:
        return SignatureMissing()
    if endpoint_id is None:
        return WebhookNotFound()

    def found(work: Work) -> Sequence[str] | DomainError:
        try:
            return secrets_of_endpoint(work, endpoint_id, box=vault, now=machine_now())
        except WebhookNotFound as unknown:
            return unknown

    return door.ask(found)


def _text(body: dict[str, JsonValue], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _view(each: Received, *, language: str) -> InboxView:
    problem = (
        problem_of(each.refusal, instance="", request_id="", language=language)
        if each.refusal
        else None
    )
    return InboxView(
        number=str(each.number),
        at=shown_at(each.at),
        webhook_id=each.message.webhook_id,
        event_id=each.message.event_id,
        seq=each.message.seq,
        type=each.message.type,
        verdict=each.verdict,
        code=problem.code if problem else None,
        title=problem.title if problem else "",
        detail=problem.detail if problem else "",
        facts=problem.facts if problem else {},
        signature=each.message.signature,
        body=each.text,
    )
