"""Orders of all customers for staff: searched by any id, and one with everything behind it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from huoqi.customers.operations import KeyHolder, require_role
from huoqi.customers.queries import customers_of
from huoqi.events.queries import Event
from huoqi.fund.order_search import OrderFilter, find_orders, orders_of_ids
from huoqi.fund.orders import FundOrder, Payout
from huoqi.fund.queries import TimelineStep, timeline_of
from huoqi.kit.db import Work
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import unproven_intents
from huoqi.payments.rules.reducer import State as MoneyState
from huoqi.web.doors import Clerk
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.order_finding import Found, Search, find_by_text
from huoqi.web.order_posts import collections_of, money_key
from huoqi.web.order_trace import Trace, trace_of
from huoqi.web.queries import StoredAnswer
from huoqi.web.routes.events import EventView, event_view
from huoqi.web.routes.ledger_explorer import TransferView, transfer_views
from huoqi.web.routes.payments import (
    EvidenceView,
    PaymentView,
    RouteView,
    evidence_view,
    payment_view,
    route_view,
)
from huoqi.web.wire import (
    Answer,
    CursorText,
    Day,
    Money,
    PageLimit,
    Shape,
    Units,
    cursor_after,
    id_of_cursor,
    money,
    shown_at,
    units,
)

router = APIRouter(prefix="/v1", tags=["Staff"], route_class=StrictRoute)

Purpose = Literal[
    "support_call",
    "complaint",
    "identity_check",
    "fraud_check",
    "reconciliation",
    "court_order",
    "access_request",
]
OrderState = Literal[
    "placed", "paid", "sent", "confirmed", "earning", "partly_confirmed", "cancelled", "refused",
    "failed", "refunded", "accepted", "paid_out", "deferred", "unknown",
]  # fmt: skip


class OrderQuery(Shape):
    """Which orders are wanted."""

    q: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=255),
        Field(
            description="An id of an order, payment, payout, event, ledger transfer or customer, a "
            "request id, a bank reference, an idempotency key, a customer's number, or the last "
            "four digits of a phone (with a purpose). Searches are written down."
        ),
    ] = None
    purpose: Annotated[
        Purpose | None,
        Field(description="What people are looked up for; it is written down."),
    ] = None
    state: OrderState | None = None
    fund: Annotated[str | None, Field(pattern="^[0-9A-Z]{6}$")] = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Annotated[Day | None, Field(description="The last day, included.")] = None
    limit: PageLimit = 50
    cursor: CursorText = None


class StaffOrderView(Shape):
    """An order as staff see it, with the customer's number and nothing private."""

    id: UUID
    customer_id: UUID | None
    customer_no: str
    fund: str
    side: str
    speed: str
    origin: str
    state: str = Field(description="`unknown` while the bank has not answered for certain.")
    reason: str | None
    waits_for: str | None
    amount: Money | None
    units: Units | None
    done: Money
    refunded: Money
    placed_at: str
    t_day: str
    confirm_on: str
    earns_on: str
    cash_on: str | None
    parent_order_id: UUID | None


class OrderSearchAnswer(Answer):
    """A page of orders, newest first; with a text, what it turned out to be."""

    data: list[StaffOrderView]
    next_cursor: str | None
    matched: str | None = Field(description="What the text is an id of; null without a text.")
    tried: list[str] = Field(description="What the text was tried as.")


class StepLine(Shape):
    """One step of an order: expected, actual, and who has to make it so."""

    state: str
    expected_at: str | None
    actual_at: str | None
    waits_for: str | None
    is_late: bool


class TracedPayment(Shape):
    """A payment with what was learned about it, oldest first."""

    payment: PaymentView
    route: RouteView
    evidence: list[EvidenceView]


class TracedPayout(Shape):
    """Money on its way from the order to a card."""

    id: UUID
    kind: str
    amount: Money
    state: str
    attempt: int
    reason: str | None
    created_at: str
    ended_at: str | None


class TracedRequest(Shape):
    """A request behind the order, named by the first event that it caused."""

    request_id: str
    idempotency_key: str
    type: str
    event_id: UUID
    business_time: str
    created_at: str


class TracedAnswer(Shape):
    """What a money request was answered with, as it is stored for its replays."""

    status: int | None
    body: str | None = Field(description="JSON, byte for byte.")
    answered_at: str


class OrderTraceAnswer(Answer):
    """An order with everything behind it."""

    order: StaffOrderView
    timeline: list[StepLine]
    payments: list[TracedPayment]
    payouts: list[TracedPayout]
    events: list[EventView]
    transfers: list[TransferView]
    requests: list[TracedRequest]
    answers: list[TracedAnswer]


@router.get("/staff/orders", operation_id="staff_orders_search")
def staff_orders_search(door: Clerk, asked: Annotated[OrderQuery, Query()]) -> OrderSearchAnswer:
    """Find orders of all customers by any id, or list them by state, fund and day, newest first."""
    before, limit = id_of_cursor(asked.cursor), asked.limit
    desk = door.machine.desk

    def listed(work: Work, _: KeyHolder) -> OrderSearchAnswer:
        orders = _listed(work, asked, before=before, shards=desk.shards)
        return _page(work, Found(orders, None, []), limit=limit, shards=desk.shards)

    def searched(work: Work, holder: KeyHolder) -> OrderSearchAnswer:
        assert asked.q is not None
        if len(asked.q) == 4 and asked.q.isdigit():
            _require_support(holder)
        search = Search(asked.q, asked.purpose or "", before, limit + 1)
        return _page(work, find_by_text(work, desk, search), limit=limit, shards=desk.shards)

    return door.ask(listed) if asked.q is None else door.note(searched)


@router.get("/staff/orders/{order_id}", operation_id="staff_orders_trace")
def staff_orders_trace(door: Clerk, order_id: UUID) -> OrderTraceAnswer:
    """Show an order with its timeline, payments and evidence, events, transfers and requests."""
    shards = door.machine.desk.shards

    def found(work: Work, _: KeyHolder) -> OrderTraceAnswer:
        orders = orders_of_ids(work, [order_id], shards=range(shards))
        if not orders:
            raise ObjectNotFound
        return _traced(work, orders[0], shards=shards)

    return door.ask(found)


def _listed(work: Work, asked: OrderQuery, *, before: UUID | None, shards: int) -> list[FundOrder]:
    if asked.state != "unknown":
        wanted = OrderFilter(asked.state, asked.fund, asked.from_, asked.to)
        limit = asked.limit + 1
        return find_orders(work, wanted, shards=range(shards), before=before, limit=limit)
    ids = [intent_id for _, intent_id in unproven_intents(work)]
    orders = orders_of_ids(work, ids, shards=range(shards))
    return [o for o in orders if before is None or o.order_id < before][: asked.limit + 1]


def _require_support(holder: KeyHolder) -> None:
    """Refuse a look at people to those who only look at figures."""
    if not holder.roles.intersection({"operator", "compliance"}):
        require_role(holder.roles, role="support")


def _page(work: Work, found: Found, *, limit: int, shards: int) -> OrderSearchAnswer:
    shown = found.orders[:limit]
    return OrderSearchAnswer(
        data=_views(work, shown, shards=shards),
        next_cursor=cursor_after(shown[-1].order_id) if len(found.orders) > limit else None,
        matched=found.matched,
        tried=found.tried,
        business_time=shown_at(work.at),
    )


def _views(work: Work, orders: list[FundOrder], *, shards: int) -> list[StaffOrderView]:
    if not orders:
        return []
    owners = customers_of(work, sorted({o.customer_no for o in orders}), shards=shards)
    collections = collections_of(work, orders)
    ids = {number: owner.customer_id for number, owner in owners.items()}
    return [_order(o, collections.get(money_key(o)), ids.get(o.customer_no)) for o in orders]


def _order(
    order: FundOrder, collection: MoneyOrder | None, customer_id: UUID | None
) -> StaffOrderView:
    unproven = collection is not None and collection.state in {
        MoneyState.UNKNOWN,
        MoneyState.DISPUTED,
    }
    is_unknown = unproven and order.is_open
    return StaffOrderView(
        id=order.order_id,
        customer_id=customer_id,
        customer_no=str(order.customer_no),
        fund=order.fund,
        side=order.side.value,
        speed=order.speed.value,
        origin=order.origin.value,
        state="unknown" if is_unknown else order.state.value,
        reason=order.reason,
        waits_for=order.waits_for.value if order.waits_for else None,
        amount=None if order.amount_fen is None else money(order.amount_fen),
        units=None if order.units_e2 is None else units(order.units_e2),
        done=money(order.done_fen),
        refunded=money(order.refunded_fen),
        placed_at=shown_at(order.placed_at),
        t_day=order.t_day.isoformat(),
        confirm_on=order.confirm_on.isoformat(),
        earns_on=order.earns_on.isoformat(),
        cash_on=order.cash_on.isoformat() if order.cash_on else None,
        parent_order_id=order.parent_order_id,
    )


def _traced(work: Work, order: FundOrder, *, shards: int) -> OrderTraceAnswer:
    trace = trace_of(work, order)
    return OrderTraceAnswer(
        order=_views(work, [order], shards=shards)[0],
        timeline=[_step(work, step) for step in timeline_of(order)],
        payments=_payments(trace),
        payouts=[_payout(payout) for payout in trace.payouts],
        events=[event_view(event) for event in trace.events],
        transfers=transfer_views(work, trace.transfers),
        requests=_requests(trace.events),
        answers=[_answer(answer) for answer in trace.answers],
        business_time=shown_at(work.at),
    )


def _payments(trace: Trace) -> list[TracedPayment]:
    return [
        TracedPayment(
            payment=payment_view(payment),
            route=route_view(trace.routes[payment.order_id]),
            evidence=[evidence_view(line) for line in trace.evidence[payment.order_id]],
        )
        for payment in trace.payments
    ]


def _step(work: Work, step: TimelineStep) -> StepLine:
    return StepLine(
        state=step.state,
        expected_at=shown_at(step.expected_at) if step.expected_at else None,
        actual_at=shown_at(step.actual_at) if step.actual_at else None,
        waits_for=step.waits_for.value if step.waits_for else None,
        is_late=step.is_late(work.at),
    )


def _payout(payout: Payout) -> TracedPayout:
    return TracedPayout(
        id=payout.payout_id,
        kind=payout.kind.value,
        amount=money(payout.amount_fen),
        state=payout.state.value,
        attempt=payout.attempt,
        reason=payout.reason,
        created_at=shown_at(payout.created_at),
        ended_at=shown_at(payout.ended_at) if payout.ended_at else None,
    )


def _requests(events: list[Event]) -> list[TracedRequest]:
    first: dict[str, Event] = {}
    for event in events:
        if event.request_id:
            first.setdefault(event.request_id, event)
    return [
        TracedRequest(
            request_id=event.request_id,
            idempotency_key=event.idempotency_key,
            type=event.type,
            event_id=event.id,
            business_time=shown_at(event.business_time),
            created_at=shown_at(event.created_at),
        )
        for event in first.values()
    ]


def _answer(answer: StoredAnswer) -> TracedAnswer:
    return TracedAnswer(
        status=answer.status,
        body=answer.body.decode() if answer.body is not None else None,
        answered_at=shown_at(answer.claimed_at),
    )
