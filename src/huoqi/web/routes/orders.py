"""Orders: bought and sold by the money posts, read here."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from huoqi.customers.operations import Caller, KeyHolder
from huoqi.customers.queries import require_customer
from huoqi.fund.lateness import tickets_of
from huoqi.fund.orders import FundOrder
from huoqi.fund.queries import order_of, orders_of
from huoqi.kit.db import Work
from huoqi.web.doors import Customer, SessionHeader, StepUpHeader, Support
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.money_contract import KEY_HEADER
from huoqi.web.money_posts import Body, MoneyPost
from huoqi.web.order_posts import collections_of, money_key
from huoqi.web.orders_wire import (
    OrderPage,
    OrderView,
    encoded,
    local,
    order_wire,
    with_lateness,
)
from huoqi.web.wire import CursorText, PageLimit, cursor_after, id_of_cursor

router = APIRouter(prefix="/v1", tags=["Orders"], route_class=StrictRoute)

JSON = "application/json"
Limit = Annotated[PageLimit, Query()]
Cursor = Annotated[CursorText, Query()]


Json = dict[str, Any]  # a part of the contract, which is a JSON document


def shaped(name: str, text: str, *, status: int = 200) -> dict[int | str, Json]:
    """Return the documentation of an answer whose schema comes from msgspec."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {status: {"description": text, "content": {JSON: {"schema": schema}}}}


def posted(answer: str, text: str, *, body: str) -> Json:
    """Return how a money post about an object in the path is declared, shapes by their names."""
    schema = {"schema": {"$ref": f"#/components/schemas/{body}"}}
    return {
        "status_code": 201,
        "response_class": Response,
        "responses": shaped(answer, text, status=201),
        "openapi_extra": {
            "parameters": [KEY_HEADER],
            "requestBody": {"required": True, "content": {JSON: schema}},
        },
    }


@router.get(
    "/orders",
    operation_id="orders_list",
    response_class=Response,
    responses=shaped("OrderPage", "A page, newest first."),
)
def orders_list(door: Customer, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the customer's orders, newest first."""
    before = id_of_cursor(cursor)

    def page(work: Work, caller: Caller) -> bytes:
        return _page(work, (caller.shard, caller.customer_no), before=before, limit=limit)

    return Response(door.ask(page), media_type=JSON)


@router.get(
    "/orders/{order_id}",
    operation_id="orders_get",
    response_class=Response,
    responses=shaped("OrderView", "The order as it stands."),
)
def orders_get(door: Customer, order_id: UUID) -> Response:
    """Show an order with its timeline: what was expected when, and what happened."""

    def view(work: Work, caller: Caller) -> bytes:
        order = own_order(work, caller, order_id=order_id)
        money = collections_of(work, [order]).get(money_key(order))
        shown = order_wire(order, money)
        told = with_lateness(order, shown, at=work.at, tickets=tickets_of(work, order.key))
        return encoded(OrderView(told, local(work.at)))

    return Response(door.ask(view), media_type=JSON)


@router.post(
    "/orders/{order_id}/cancellation",
    operation_id="orders_cancel",
    **posted("OrderAnswer", "Taken back; paid money is on its way home.", body="EmptyBody"),
)
async def orders_cancel(
    request: Request, order_id: UUID, session: SessionHeader, grant: StepUpHeader
) -> Response:
    """Take an order back before the cut-off of its trading day."""
    del session, grant  # documented here, read by the money post
    post = request.app.state.cancel_post
    return await answer_of(post, request, target=order_id)


async def answer_of(post: MoneyPost[Body], request: Request, *, target: UUID) -> Response:
    """Return what a money post answers about the object in the path."""
    status, headers, body = await post.answer(
        visit_of(request), await request.body(), target=target
    )
    response = Response(body, status_code=status)
    response.raw_headers = [*headers, (b"content-length", str(len(body)).encode())]
    return response


@router.get(
    "/staff/customers/{customer_id}/orders",
    operation_id="staff_orders_list",
    response_class=Response,
    responses=shaped("OrderPage", "A page, newest first."),
)
def staff_orders_list(
    door: Support, customer_id: UUID, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List a customer's orders for staff, newest first."""
    before = id_of_cursor(cursor)

    def found(work: Work, _: KeyHolder) -> bytes:
        customer = require_customer(work, customer_id)
        owner = (customer.shard, customer.customer_no)
        return _page(work, owner, before=before, limit=limit)

    return Response(door.ask(found), media_type=JSON)


def _page(work: Work, owner: tuple[int, int], *, before: UUID | None, limit: int) -> bytes:
    shard, customer_no = owner
    found = orders_of(work, shard=shard, customer_no=customer_no, before=before, limit=limit + 1)
    shown = found[:limit]
    money = collections_of(work, shown)
    return encoded(
        OrderPage(
            data=[order_wire(order, money.get(money_key(order))) for order in shown],
            next_cursor=cursor_after(shown[-1].order_id) if len(found) > limit else None,
            business_time=local(work.at),
        )
    )


def own_order(work: Work, caller: Caller, *, order_id: UUID) -> FundOrder:
    """Return the caller's order; raise ObjectNotFound for anybody else's."""
    order = order_of(work, (caller.shard, order_id))
    if order is None or order.customer_no != caller.customer_no:
        raise ObjectNotFound
    return order
