"""The audit: what staff and their programs did, newest first, straight from the event log."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from huoqi.customers.operations import KeyHolder
from huoqi.events.queries import ActFilter, Event, acts_of_staff
from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.db import Work
from huoqi.web.doors import Auditor
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import (
    CursorText,
    Day,
    Page,
    PageLimit,
    Shape,
    cursor_at,
    page,
    parts_of_cursor,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Back office"], route_class=StrictRoute)

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class AuditQuery(Shape):
    """Which acts are wanted."""

    actor: Annotated[
        str | None, Field(max_length=60, description="Such as staff:first-operator.")
    ] = None
    type: Annotated[
        str | None,
        Field(
            pattern="^[a-z][a-z0-9_.]{0,80}$",
            description="An event's type or its first words: approval, customer.identity.read.",
        ),
    ] = None
    object: Annotated[str | None, Field(max_length=80)] = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Annotated[Day | None, Field(description="The last day, included.")] = None
    limit: PageLimit = 50
    cursor: CursorText = None


class ActView(Shape):
    """One act: who did what to what, when, in which request, and what for."""

    event_id: UUID
    seq: str
    at: str
    machine_at: str
    actor: str
    type: str
    object_id: str
    customer_no: str | None
    purpose: str | None = Field(description="Of a reading of personal data.")
    request_id: str
    facts: dict[str, str | bool | None]


@router.get("/staff/audit", operation_id="staff_audit_list")
def staff_audit_list(door: Auditor, asked: Annotated[AuditQuery, Query()]) -> Page[ActView]:
    """List what staff did, newest first: changes, decisions, readings of personal data, searches.

    The list is the event log's own, which nothing is taken out of.
    """
    place = parts_of_cursor(asked.cursor, count=2)
    before = (_EPOCH + place[0] * _MICROSECOND, place[1]) if place else None
    wanted = ActFilter(asked.actor, asked.type, asked.object)
    period = {
        "since": shanghai_midnight(asked.from_) if asked.from_ else wanted.since,
        "until": shanghai_midnight(asked.to + _DAY) if asked.to else wanted.until,
    }
    wanted = ActFilter(asked.actor, asked.type, asked.object, **period)

    def found(work: Work, _: KeyHolder) -> Page[ActView]:
        acts = acts_of_staff(work, wanted, before=before, limit=asked.limit)
        more = len(acts) == asked.limit
        return page(
            [_act(act) for act in acts],
            next_cursor=cursor_at(*_place(acts[-1])) if more else None,
            at=work.at,
        )

    return door.ask(found)


def _place(act: Event) -> tuple[int, int]:
    return (act.business_time - _EPOCH) // _MICROSECOND, act.seq


def _act(act: Event) -> ActView:
    facts = {
        name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in act.data.items()
    }
    actor, purpose = facts.pop("actor", ""), facts.pop("purpose", None)
    return ActView(
        event_id=act.id,
        seq=str(act.seq),
        at=shown_at(act.business_time),
        machine_at=shown_at(act.created_at),
        actor=str(actor),
        type=act.type,
        object_id=act.object_id,
        customer_no=None if act.customer_no is None else str(act.customer_no),
        purpose=None if purpose is None else str(purpose),
        request_id=act.request_id,
        facts=facts,
    )
