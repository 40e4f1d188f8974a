"""What changes, pushed as it happens: a customer's own, all of it for staff, and the clock."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from huoqi.approvals.queries import LIMIT_MAX, approvals_in
from huoqi.close.queries import rhythm, status_of
from huoqi.close.rules.due import Kind
from huoqi.customers.operations import Caller
from huoqi.events.queries import Event, events_after, events_of_customer
from huoqi.kit.db import Work
from huoqi.sandbox.time_machine import TimeMachine
from huoqi.web.doors import AnyRole, Customer, CustomerDoor, Developer, KeyDoor
from huoqi.web.framework import StrictRoute
from huoqi.web.live import MANY, Live, Look, Stream, message
from huoqi.web.routes.sandbox_clock import clock_answer

router = APIRouter(prefix="/v1", tags=["Events"], route_class=StrictRoute)

MEDIA_TYPE = "text/event-stream"
LastEvent = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        pattern="^[0-9]{1,18}$",
        description="The id of the last message that was read; browsers send it by themselves.",
    ),
]
_ABOUT = (
    "Server-sent events. Without a name: something changed (`seq`, `type`, `object_id`). `open` "
    "comes first; after `reset` load everything anew. A comment every 15 s keeps the line open."
)
_STREAM: dict[int | str, dict[str, Any]] = {  # a part of the contract, which is a JSON document
    200: {"description": _ABOUT, "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


#: What everybody may do next: rare, so that it may send every open page for fresh figures.
_FOR_EVERYBODY = frozenset({"fund.state_changed", "fund.advance_line_set", "calendar.closed"})


class CustomerStream(Stream):
    """What a customer is told: that something of their own changed, or what a fund allows."""

    def __init__(self, door: CustomerDoor, caller: Caller) -> None:
        super().__init__(f"customer:{caller.customer_no}")
        self._door = door
        self._caller = caller

    def require(self, work: Work) -> None:
        """Return nothing while the session holds."""
        self._door.known(work)

    def backlog(self, work: Work, *, after: int) -> Sequence[Event] | None:
        """Return the customer's own events since a number."""
        found = events_of_customer(
            work, customer_no=self._caller.customer_no, seq=after, limit=MANY
        )
        return found if len(found) < MANY else None

    def news(self, look: Look) -> list[bytes]:
        """Return the customer's own part of a look, and the few things that concern everybody."""
        own = look.events_by_customer.get(self._caller.customer_no, ())
        common = look.events_by_customer.get(None, ())
        for_all = [event for event in common if event.type in _FOR_EVERYBODY]
        return self.told(sorted([*own, *for_all], key=lambda event: event.seq))


class StaffStream(Stream):
    """What staff are told: every type of event, the day being closed, how many approvals wait."""

    def __init__(self, door: KeyDoor, *, actor: str) -> None:
        super().__init__(actor)
        self._door = door
        self._steps: dict[str, object] = {}
        self._approvals = -1

    def require(self, work: Work) -> None:
        """Return nothing while the session or key holds."""
        self._door.known(work)

    def backlog(self, work: Work, *, after: int) -> Sequence[Event] | None:
        """Return all events since a number."""
        found = events_after(work, seq=after, limit=MANY)
        return found if len(found) < MANY else None

    def news(self, look: Look) -> list[bytes]:
        """Return the events of a look, and what became of close and approvals."""
        messages = self.told(look.events)
        for fund, progress in _progress(look).items():
            if self._steps.get(fund) != progress:
                self._steps[fund] = progress
                messages.append(message(progress, name="close.progress"))
        if self._approvals < 0 or look.is_anew or look.events:
            waiting = len(approvals_in(look.work, limit=LIMIT_MAX))
            if waiting != self._approvals:
                self._approvals = waiting
                messages.append(message({"pending": waiting}, name="approvals.count"))
        return messages


class ClockStream(Stream):
    """What the time machine's bar is told: where the clock stands."""

    def __init__(self, door: KeyDoor, *, actor: str) -> None:
        super().__init__(f"clock:{actor}")
        self._door = door
        self._seen: object = None

    def require(self, work: Work) -> None:
        """Return nothing while the session or key holds."""
        self._door.known(work)

    def backlog(self, work: Work, *, after: int) -> Sequence[Event] | None:  # noqa: ARG002
        """Return nothing: only where the clock stands now is told."""
        return ()

    def news(self, look: Look) -> list[bytes]:
        """Return where the clock stands, if that changed."""
        state = TimeMachine(look.platform).state()
        if (state, look.upto) == self._seen:
            return []
        self._seen = (state, look.upto)
        return [message(clock_answer(look.work, state).model_dump(mode="json"), name="clock")]


class LogStream(StaffStream):
    """What the log's page is told: every event's type."""

    def news(self, look: Look) -> list[bytes]:
        """Return the events of a look."""
        return self.told(look.events)


@router.get(
    "/me/changes",
    operation_id="me_changes",
    response_class=StreamingResponse,
    responses=_STREAM,
)
async def me_changes(door: Customer, request: Request, last: LastEvent = None) -> StreamingResponse:
    """Push what changes of the customer's own, as it happens."""
    caller = await run_in_threadpool(door.enter)
    return _pushed(request, CustomerStream(door, caller), last)


@router.get(
    "/staff/changes",
    operation_id="staff_changes",
    response_class=StreamingResponse,
    responses=_STREAM,
)
async def staff_changes(
    door: AnyRole, request: Request, last: LastEvent = None
) -> StreamingResponse:
    """Push every event's type, the progress of the close and the count of approvals to staff."""
    holder = await run_in_threadpool(door.enter)
    return _pushed(request, StaffStream(door, actor=holder.actor), last)


@router.get(
    "/sandbox/events/changes",
    operation_id="sandbox_events_changes",
    response_class=StreamingResponse,
    responses=_STREAM,
)
async def sandbox_events_changes(
    door: Developer, request: Request, last: LastEvent = None
) -> StreamingResponse:
    """Push every event's type and object to developers."""
    holder = await run_in_threadpool(door.enter)
    return _pushed(request, LogStream(door, actor=f"log:{holder.actor}"), last)


@router.get(
    "/sandbox/clock/changes",
    operation_id="sandbox_clock_changes",
    response_class=StreamingResponse,
    responses=_STREAM,
)
async def sandbox_clock_changes(door: Developer, request: Request) -> StreamingResponse:
    """Push where the business clock stands, while it moves and when it has stopped."""
    holder = await run_in_threadpool(door.enter)
    return _pushed(request, ClockStream(door, actor=holder.actor), None)


def _pushed(request: Request, stream: Stream, last: str | None) -> StreamingResponse:
    live: Live = request.app.state.live
    live.require_room(stream.owner)
    lines: AsyncIterator[bytes] = live.lines(stream, after=int(last) if last else None)
    return StreamingResponse(lines, media_type=MEDIA_TYPE)


def _progress(look: Look) -> dict[str, dict[str, object]]:
    """Return where the close of each fund's next day stands."""
    found: dict[str, dict[str, object]] = {}
    for row in rhythm(look.work):
        if row.kind is not Kind.CLOSE:
            continue
        on = row.done_on + timedelta(days=1)
        status = status_of(look.work, fund=row.fund, on=on)
        found[row.fund] = {
            "fund": row.fund,
            "on": on.isoformat(),
            "state": status.state.value,
            "steps": [
                {
                    "step": step.step.value,
                    "state": step.state.value,
                    "done_count": step.done_count,
                    "total_count": step.total_count,
                    "left_ms": step.left_ms,
                }
                for step in status.steps
            ],
        }
    return found
