"""The event log: go on after the last event seen; nothing is missed, nothing comes twice."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from huoqi.customers.operations import Caller, KeyHolder
from huoqi.events.queries import Event, event_of, events_after, events_of_customer, newest_events
from huoqi.kit.db import Work
from huoqi.web.doors import AnyRole, Customer
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import (
    Answer,
    CursorText,
    Page,
    PageLimit,
    Shape,
    cursor_after,
    number_of_cursor,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Events"], route_class=StrictRoute)


class EventView(Shape):
    """One entry of the log; ``seq`` has no gaps over all events."""

    id: UUID
    seq: str
    type: str = Field(examples=["fund.purchase.placed"])
    api_version: str
    created_at: str = Field(description="Machine time.")
    business_time: str
    request_id: str
    idempotency_key: str
    ledger_transfer_ids: list[UUID]
    object_id: str
    data: dict[str, str | bool | None]


class EventAnswer(Answer):
    """One event again, as it was."""

    event: EventView


@router.get("/events", operation_id="events_list")
def events_list(
    door: AnyRole,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
    type_: Annotated[list[str] | None, Query(alias="type", max_length=20)] = None,
) -> Page[EventView]:
    """List events for staff and programs, oldest first; keep ``next_cursor`` and ask again.

    A page shorter than its limit is the end for now; its cursor stays good for ever.
    """
    seq = number_of_cursor(cursor)

    def found(work: Work, _: KeyHolder) -> Page[EventView]:
        events = events_after(work, seq=seq, limit=limit, types=type_ or ())
        return _page(events, seq=seq, work=work)

    return door.ask(found)


@router.get("/events/newest", operation_id="events_newest")
def events_newest(
    door: AnyRole,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
    type_: Annotated[
        str, Query(alias="type", max_length=100, description="A type, or its beginning.")
    ] = "",
    object_id: Annotated[str, Query(alias="object", max_length=200)] = "",
) -> Page[EventView]:
    """List events newest first; filters look through the last 200,000."""
    before = number_of_cursor(cursor)

    def found(work: Work, _: KeyHolder) -> Page[EventView]:
        events = newest_events(
            work, before=before, limit=limit, event_type=type_, object_id=object_id
        )
        following = cursor_after(events[-1].seq) if len(events) == limit else None
        return page([event_view(each) for each in events], next_cursor=following, at=work.at)

    return door.ask(found)


@router.get("/events/{event_id}", operation_id="events_get")
def events_get(door: AnyRole, event_id: UUID) -> EventAnswer:
    """Show one event again, as it was."""

    def found(work: Work, _: KeyHolder) -> EventAnswer:
        event = event_of(work, event_id)
        if event is None:
            raise ObjectNotFound
        return EventAnswer(event=event_view(event), business_time=shown_at(work.at))

    return door.ask(found)


@router.get("/me/events", operation_id="me_events_list")
def me_events_list(
    door: Customer,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[EventView]:
    """List the customer's own events, oldest first; keep ``next_cursor`` and ask again."""
    seq = number_of_cursor(cursor)

    def found(work: Work, caller: Caller) -> Page[EventView]:
        events = events_of_customer(work, customer_no=caller.customer_no, seq=seq, limit=limit)
        return _page(events, seq=seq, work=work)

    return door.ask(found)


def _page(events: list[Event], *, seq: int, work: Work) -> Page[EventView]:
    last = events[-1].seq if events else seq
    return page([event_view(event) for event in events], next_cursor=cursor_after(last), at=work.at)


def event_view(event: Event) -> EventView:
    """Return an event for the wire."""
    return EventView(
        id=event.id,
        seq=str(event.seq),
        type=event.type,
        api_version=event.api_version,
        created_at=shown_at(event.created_at),
        business_time=shown_at(event.business_time),
        request_id=event.request_id,
        idempotency_key=event.idempotency_key,
        ledger_transfer_ids=list(event.ledger_transfer_ids),
        object_id=event.object_id,
        data={
            name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
            for name, value in event.data.items()
        },
    )
