"""Payouts that did not arrive, over all customers, for staff."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from huoqi.customers.operations import KeyHolder
from huoqi.customers.queries import customers_of
from huoqi.fund.orders import Payout, PayoutState
from huoqi.fund.payout_retries import NextStep
from huoqi.fund.queries import next_steps, payouts_in
from huoqi.kit.db import Work
from huoqi.web.doors import Support
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import (
    CursorText,
    Money,
    Page,
    PageLimit,
    Shape,
    cursor_after,
    id_of_cursor,
    money,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Staff"], route_class=StrictRoute)


class WaitingPayoutView(Shape):
    """A payout whose cash waits on its customer's account."""

    id: UUID
    order_id: UUID
    customer_id: UUID | None
    kind: Literal["redemption", "refund"]
    amount: Money
    state: Literal["failed", "blocked"]
    reason: str | None
    next_step: str = Field(description="As in the customer's own list of payouts.")
    attempts: int
    created_at: str


@router.get("/staff/payouts", operation_id="staff_payouts_waiting")
def staff_payouts_waiting(
    door: Support,
    state: Literal["blocked", "failed"] = "blocked",
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[WaitingPayoutView]:
    """List payouts of all customers that could not be sent or were refused, oldest first."""
    after = id_of_cursor(cursor)
    shards = door.machine.desk.shards

    def found(work: Work, _: KeyHolder) -> Page[WaitingPayoutView]:
        rows = payouts_in(work, state=PayoutState(state), after=after, limit=limit + 1)
        shown = rows[:limit]
        return page(
            _views(work, shown, shards=shards),
            next_cursor=cursor_after(shown[-1].payout_id) if len(rows) > limit else None,
            at=work.at,
        )

    return door.ask(found)


def _views(work: Work, payouts: list[Payout], *, shards: int) -> list[WaitingPayoutView]:
    owners = customers_of(work, [payout.customer_no for payout in payouts], shards=shards)
    steps: dict[tuple[int, UUID], NextStep] = next_steps(work, payouts)
    return [
        WaitingPayoutView(
            id=payout.payout_id,
            order_id=payout.order_id,
            customer_id=(
                owners[payout.customer_no].customer_id if payout.customer_no in owners else None
            ),
            kind=payout.kind.value,
            amount=money(payout.amount_fen),
            state="failed" if payout.state is PayoutState.FAILED else "blocked",
            reason=payout.reason,
            next_step=steps[payout.shard, payout.payout_id].value,
            attempts=payout.attempt,
            created_at=shown_at(payout.created_at),
        )
        for payout in payouts
    ]
