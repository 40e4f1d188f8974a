"""What the customer is told: income, orders and security, newest first, and their choice of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from huoqi.customers.operations import Caller
from huoqi.customers.operations.notices import (
    NoticeWishes,
    choose_notices,
    mark_read,
    wishes_of,
)
from huoqi.events.queries import Event, notices_before
from huoqi.events.rules.notices import kind_of
from huoqi.fund.queries import days_of, holdings_of, incomes_between
from huoqi.kit.db import Work
from huoqi.web.doors import Customer
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import (
    Answer,
    CursorText,
    Instant,
    Page,
    PageLimit,
    Shape,
    cursor_at,
    parts_of_cursor,
    shown_at,
)

#: How long a holding may have earned nothing before its older income is left to the calendar.
_LOOK_BACK = timedelta(days=1_000)
_TOP = 10**18 - 1  # Above every number of the log, and fits into a cursor.

router = APIRouter(prefix="/v1", tags=["Notices"], route_class=StrictRoute)


class NoticeView(Shape):
    """One notice; its words are the screen's."""

    id: str = Field(examples=["event:1042", "income:000198:2015-05-12"])
    kind: Literal["income", "order", "security"]
    type: str = Field(examples=["fund.purchase.confirmed", "income"])
    at: str
    read: bool
    object_id: str
    facts: dict[str, str | bool | None]


class NoticePage(Page[NoticeView]):
    """A page of notices, and whether something on it was not read yet."""

    has_unread: bool


class ReadBody(Shape):
    """The newest notice that was seen."""

    up_to: Instant = Field(description="The `at` of the newest notice that was seen.")


class WishesBody(Shape):
    """Which kinds are wanted; security notices cannot be switched off."""

    income: bool
    order: bool


class WishesAnswer(Answer):
    """Which kinds are wanted."""

    income: bool
    order: bool
    security: Literal[True] = True


@dataclass(frozen=True)
class _Told:
    """A notice with its place in the two series that a page is merged from."""

    at: datetime
    view: NoticeView
    seq: int | None = None
    on: date | None = None


@router.get("/me/notifications", operation_id="me_notifications_list")
def me_notifications_list(
    door: Customer,
    limit: Annotated[PageLimit, Query(le=100)] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> NoticePage:
    """List what the customer is told, newest first: income of each day, orders, security."""
    place = parts_of_cursor(cursor, count=2)

    def found(work: Work, caller: Caller) -> NoticePage:
        wishes = wishes_of(work, caller)
        seq, until_on = _bounds(place, work=work)
        told = _events(work, caller, wishes, seq=seq, limit=limit + 1)
        told += _incomes(work, caller, wishes, until_on=until_on, limit=limit + 1)
        told.sort(key=lambda each: each.at, reverse=True)
        shown = told[:limit]
        seqs = [each.seq for each in shown if each.seq is not None]
        days = [each.on for each in shown if each.on is not None]
        after = (min(seqs, default=seq), min(days, default=until_on).toordinal())
        return NoticePage(
            data=[each.view for each in shown],
            next_cursor=cursor_at(*after) if len(told) > limit else None,
            has_unread=any(not each.view.read for each in shown),
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.post("/me/notifications/read", operation_id="me_notifications_read")
def me_notifications_read(door: Customer, body: ReadBody) -> WishesAnswer:
    """Remember that everything up to an instant was read, on each of the customer's devices."""
    return door.act_on_security(
        lambda work, caller: _wishes(work, mark_read(work, caller, until=body.up_to))
    )


@router.get("/me/notification-settings", operation_id="me_notification_settings_get")
def me_notification_settings_get(door: Customer) -> WishesAnswer:
    """Show which kinds of notices are wanted."""
    return door.ask(lambda work, caller: _wishes(work, wishes_of(work, caller)))


@router.put("/me/notification-settings", operation_id="me_notification_settings_set")
def me_notification_settings_set(door: Customer, body: WishesBody) -> WishesAnswer:
    """Choose which kinds of notices are wanted."""
    return door.act_on_security(
        lambda work, caller: _wishes(
            work, choose_notices(work, caller, income=body.income, orders=body.order)
        )
    )


def _bounds(place: tuple[int, ...] | None, *, work: Work) -> tuple[int, date]:
    """Return the number and the day that a page lies before."""
    if place is None:
        return _TOP, work.at.date() + timedelta(days=2)
    seq, day = place
    last = date.max.toordinal()
    return seq, date.fromordinal(min(max(day, 1_000), last))


def _events(
    work: Work, caller: Caller, wishes: NoticeWishes, *, seq: int, limit: int
) -> list[_Told]:
    kinds = ("order", "security") if wishes.orders else ("security",)
    events = notices_before(work, customer_no=caller.customer_no, seq=seq, kinds=kinds, limit=limit)
    return [_of_event(each, wishes) for each in events]


def _of_event(event: Event, wishes: NoticeWishes) -> _Told:
    kind = kind_of(event.type)
    assert kind is not None, event.type
    facts = {
        name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in event.data.items()
        if name != "actor"
    }
    view = NoticeView(
        id=f"event:{event.seq}",
        kind=kind,
        type=event.type,
        at=shown_at(event.business_time),
        read=event.business_time <= wishes.read_until,
        object_id=event.object_id,
        facts=facts,
    )
    return _Told(event.business_time, view, seq=event.seq)


def _incomes(
    work: Work, caller: Caller, wishes: NoticeWishes, *, until_on: date, limit: int
) -> list[_Told]:
    """Return the newest days that had an income before a day, of all funds held."""
    if not wishes.income:
        return []
    first_on, last_on = until_on - _LOOK_BACK, until_on - timedelta(days=1)
    found: list[_Told] = []
    for held in holdings_of(work, shard=caller.shard, customer_no=caller.customer_no):
        key = (caller.shard, held.fund, caller.customer_no)
        incomes = incomes_between(work, key, first_on=first_on, last_on=last_on)
        days = days_of(work, fund=held.fund, first_on=first_on, last_on=last_on)
        for on, income_fen in incomes.items():
            at = days[on].published_at
            if at is not None and income_fen:
                found.append(_of_income(held.fund, on, income_fen, at=at, wishes=wishes))
    found.sort(key=lambda each: each.at, reverse=True)
    return found[:limit]


def _of_income(
    fund: str, on: date, income_fen: int, *, at: datetime, wishes: NoticeWishes
) -> _Told:
    view = NoticeView(
        id=f"income:{fund}:{on}",
        kind="income",
        type="income",
        at=shown_at(at),
        read=at <= wishes.read_until,
        object_id=fund,
        facts={"fund": fund, "on": on.isoformat(), "income_fen": str(income_fen)},
    )
    return _Told(at, view, on=on)


def _wishes(work: Work, wishes: NoticeWishes) -> WishesAnswer:
    return WishesAnswer(income=wishes.income, order=wishes.orders, business_time=shown_at(work.at))
