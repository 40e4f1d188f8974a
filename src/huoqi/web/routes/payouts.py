"""Payouts: where the money of orders is, and sending again what did not arrive."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from huoqi.customers.operations import Caller, KeyHolder
from huoqi.customers.queries import require_customer
from huoqi.fund.queries import next_steps, payouts_of_customer
from huoqi.kit.db import Work
from huoqi.web.doors import Customer, SessionHeader, StepUpHeader, Support
from huoqi.web.framework import StrictRoute
from huoqi.web.orders_wire import encoded, local
from huoqi.web.payout_posts import PayoutPage, payout_wire
from huoqi.web.routes.orders import JSON, Cursor, Limit, answer_of, posted, shaped
from huoqi.web.wire import cursor_after, id_of_cursor

router = APIRouter(prefix="/v1", tags=["Orders"], route_class=StrictRoute)


@router.get(
    "/payouts",
    operation_id="payouts_list",
    response_class=Response,
    responses=shaped("PayoutPage", "A page, those of the newest order first."),
)
def payouts_list(door: Customer, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the customer's payouts and refunds, and what each waits for."""
    before = id_of_cursor(cursor)

    def page(work: Work, caller: Caller) -> bytes:
        return _page(work, (caller.shard, caller.customer_no), before=before, limit=limit)

    return Response(door.ask(page), media_type=JSON)


@router.get(
    "/staff/customers/{customer_id}/payouts",
    operation_id="staff_payouts_list",
    response_class=Response,
    responses=shaped("PayoutPage", "A page, those of the newest order first."),
)
def staff_payouts_list(
    door: Support, customer_id: UUID, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List a customer's payouts for staff, and what each waits for."""
    before = id_of_cursor(cursor)

    def found(work: Work, _: KeyHolder) -> bytes:
        customer = require_customer(work, customer_id)
        owner = (customer.shard, customer.customer_no)
        return _page(work, owner, before=before, limit=limit)

    return Response(door.ask(found), media_type=JSON)


@router.post(
    "/payouts/{payout_id}/retry",
    operation_id="payouts_retry",
    **posted("PayoutAnswer", "On its way to the card.", body="PayoutRetryBody"),
)
async def payouts_retry(
    request: Request, payout_id: UUID, session: SessionHeader, grant: StepUpHeader
) -> Response:
    """Send a payout that did not arrive again, to a bound card."""
    del session, grant  # documented here, read by the money post
    return await answer_of(request.app.state.payout_post, request, target=payout_id)


def _page(work: Work, owner: tuple[int, int], *, before: UUID | None, limit: int) -> bytes:
    shard, customer_no = owner
    found = payouts_of_customer(
        work, shard=shard, customer_no=customer_no, before=before, limit=limit + 1
    )
    shown = found[:limit]
    steps = next_steps(work, shown)
    return encoded(
        PayoutPage(
            data=[payout_wire(each, steps[each.shard, each.payout_id]) for each in shown],
            next_cursor=cursor_after(shown[-1].payout_id) if len(found) > limit else None,
            business_time=local(work.at),
        )
    )
