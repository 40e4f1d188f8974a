"""The breaks queue: what does not tie over all funds and days, and one break with its evidence."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from huoqi.close.queries import (
    BreakFilter,
    BreakKey,
    QueuedBreak,
    break_counts,
    break_key,
    break_of_id,
    breaks_of_day,
    breaks_queued,
)
from huoqi.close.rules.breaks import (
    AgeBand,
    BreakClass,
    age_days,
    band_of,
    class_of,
    days_in_band,
    suggestion_of,
)
from huoqi.customers.operations import KeyHolder
from huoqi.customers.queries import customers_of
from huoqi.fund.order_search import OrderFilter, find_orders, orders_of_customers
from huoqi.fund.orders import FundOrder
from huoqi.fund.queries import report_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.web.doors import AnyRole
from huoqi.web.errors import CursorRefused, ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import (
    Answer,
    CursorText,
    Page,
    PageLimit,
    Shape,
    cursor_beyond,
    name_of_cursor,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Close"], route_class=StrictRoute)

_SHOWN = 50
_WEEK = 7


class BreakQuery(Shape):
    """Which breaks are wanted."""

    state: Literal["open", "noted"] | None = None
    class_: Annotated[BreakClass | None, Field(alias="class")] = None
    age: AgeBand | None = None
    fund: Annotated[str | None, Field(pattern="^[0-9A-Z]{6}$")] = None
    limit: PageLimit = 50
    cursor: CursorText = None


class QueuedBreakView(Shape):
    """A row that does not tie: what we have, what the other side has, ours less theirs."""

    id: str = Field(examples=["990001.2015-05-12.register.0"])
    fund: str
    on: date
    state: str = Field(description="open: the day waits for it; noted: the day closed with it.")
    kind: str
    break_class: str
    age_days: int
    age: str
    customer_no: str | None
    ours: str | None
    theirs: str | None
    difference: str | None
    rows_count: int = Field(description="How many rows of this kind there are on the day.")
    detail: str
    suggestion: str
    found_at: str


class BreakCountView(Shape):
    """How many rows of a class and age do not tie."""

    break_class: str
    age: str
    state: str
    rows_count: int


class BreakSummaryAnswer(Answer):
    """How much does not tie, by class, age and state."""

    open_count: int
    data: list[BreakCountView]


class BreakAction(Shape):
    """Something that can be done about it now, and whether a second person decides."""

    action: str = Field(examples=["close_day_run"])
    method: str
    path: str
    needs_second_person: bool


class BreakOrder(Shape):
    """An order that the break may come from."""

    id: UUID
    side: str
    state: str
    t_day: date
    confirm_on: date


class ReportEvidence(Shape):
    """What the manager reported of the day, and where it stands."""

    source: str
    received_at: str
    total_units_e2: str
    total_income_fen: str | None


class BreakAnswer(Answer):
    """A break with its evidence: the rows that differ, the manager's report, orders, what to do."""

    data: QueuedBreakView
    customer_id: UUID | None
    rows: list[QueuedBreakView] = Field(description="All rows of its kind and day that are kept.")
    report: ReportEvidence | None
    orders: list[BreakOrder]
    actions: list[BreakAction]


@router.get("/staff/breaks", operation_id="staff_breaks_list")
def staff_breaks_list(
    door: AnyRole, asked: Annotated[BreakQuery, Query()]
) -> Page[QueuedBreakView]:
    """List what does not tie over all funds and days, oldest day first."""
    after = _key_of(name_of_cursor(asked.cursor))

    def found(work: Work, _: KeyHolder) -> Page[QueuedBreakView]:
        today = shanghai_date(work.at)
        first, last = days_in_band(asked.age, today=today) if asked.age else (date.min, date.max)
        wanted = BreakFilter(asked.state, asked.class_, asked.fund, first, last)
        rows = breaks_queued(work, wanted, after=after, limit=asked.limit + 1)
        shown, more = rows[: asked.limit], len(rows) > asked.limit
        return page(
            [_break(row, today=today) for row in shown],
            next_cursor=cursor_beyond(shown[-1].key.break_id) if more else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/staff/breaks/summary", operation_id="staff_breaks_summary")
def staff_breaks_summary(door: AnyRole) -> BreakSummaryAnswer:
    """Count what does not tie by class, age and state."""

    def found(work: Work, _: KeyHolder) -> BreakSummaryAnswer:
        today = shanghai_date(work.at)
        counts: dict[tuple[str, str, str], int] = {}
        for row in break_counts(work):
            state = "open" if row.is_open else "noted"
            band = band_of(age_days(row.on, today=today))
            place = (class_of(row.kind).value, band.value, state)
            counts[place] = counts.get(place, 0) + row.rows_count
        return BreakSummaryAnswer(
            open_count=sum(n for (_, _, state), n in counts.items() if state == "open"),
            data=[
                BreakCountView(break_class=name, age=age, state=state, rows_count=count)
                for (name, age, state), count in sorted(counts.items())
            ],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/staff/breaks/{break_id}", operation_id="staff_breaks_get")
def staff_breaks_get(door: AnyRole, break_id: Annotated[str, Path(max_length=120)]) -> BreakAnswer:
    """Show a break with the rows that differ, the manager's report, orders, and what to do."""
    shards = door.machine.desk.shards

    def found(work: Work, _: KeyHolder) -> BreakAnswer:
        row = break_of_id(work, break_id)
        if row is None:
            raise ObjectNotFound
        return _evidence(work, row, shards=shards)

    return door.ask(found)


def _key_of(name: str | None) -> BreakKey | None:
    key = break_key(name) if name is not None else None
    if name is not None and key is None:
        raise CursorRefused
    return key


def _evidence(work: Work, row: QueuedBreak, *, shards: int) -> BreakAnswer:
    key, today = row.key, shanghai_date(work.at)
    number = row.row.account_no
    owners = customers_of(work, [number], shards=shards) if number is not None else {}
    owner = owners.get(number) if number is not None else None
    report = report_of(work, fund=key.fund, on=key.on)
    day = breaks_of_day(work, fund=key.fund, on=key.on)
    return BreakAnswer(
        data=_break(row, today=today),
        customer_id=owner.customer_id if owner else None,
        rows=[_break(each, today=today) for each in day if each.key.kind == key.kind],
        report=None
        if report is None
        else ReportEvidence(
            source=report.report.source,
            received_at=shown_at(report.received_at),
            total_units_e2=str(report.report.total_units_e2),
            total_income_fen=_number(report.report.total_income_fen),
        ),
        orders=[_order(order) for order in _orders(work, row, shards=shards)],
        actions=_actions(row, customer_id=owner.customer_id if owner else None),
        business_time=shown_at(work.at),
    )


def _orders(work: Work, row: QueuedBreak, *, shards: int) -> list[FundOrder]:
    """Return the holder's orders of those days, or what the manager has not answered."""
    key, number = row.key, row.row.account_no
    if number is not None:
        found = orders_of_customers(work, [(number % shards, number)], limit=_SHOWN)
        return [
            order
            for order in found
            if order.fund == key.fund and abs((order.confirm_on - key.on).days) <= _WEEK
        ]
    if class_of(key.kind) is not BreakClass.MISSING_IN_FUND:
        return []
    wanted = OrderFilter(state="sent", fund=key.fund, last_on=key.on)
    return find_orders(work, wanted, shards=range(shards), limit=_SHOWN)


def _actions(row: QueuedBreak, *, customer_id: UUID | None) -> list[BreakAction]:
    """Return what can be done now; resolving by files and statements comes with them."""
    if not row.is_open:
        return []
    key, day = row.key, f"/v1/close/{row.key.fund}/{row.key.on.isoformat()}"
    actions = [_action("close_day_run", day, alone=True)]
    if key.kind == "negative_income":
        actions.append(_action("close_day_pass_negative", f"{day}/negative-income", alone=False))
    if customer_id is not None and class_of(key.kind) is BreakClass.AMOUNT_MISMATCH:
        holding = f"/v1/staff/customers/{customer_id}/holdings/{key.fund}"
        path = f"{holding}/days/{key.on.isoformat()}/override"
        actions.append(_action("staff_income_override", path, alone=False))
    return actions


def _action(name: str, path: str, *, alone: bool) -> BreakAction:
    return BreakAction(action=name, method="POST", path=path, needs_second_person=not alone)


def _break(queued: QueuedBreak, *, today: date) -> QueuedBreakView:
    key, row = queued.key, queued.row
    days = age_days(key.on, today=today)
    return QueuedBreakView(
        id=key.break_id,
        fund=key.fund,
        on=key.on,
        state="open" if queued.is_open else "noted",
        kind=key.kind,
        break_class=class_of(key.kind).value,
        age_days=days,
        age=band_of(days).value,
        customer_no=_number(row.account_no),
        ours=_number(row.ours),
        theirs=_number(row.theirs),
        difference=_number(row.difference),
        rows_count=row.rows_count,
        detail=row.detail,
        suggestion=suggestion_of(key.kind).value,
        found_at=shown_at(row.found_at),
    )


def _order(order: FundOrder) -> BreakOrder:
    return BreakOrder(
        id=order.order_id,
        side=order.side.value,
        state=order.state.value,
        t_day=order.t_day,
        confirm_on=order.confirm_on,
    )


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)
