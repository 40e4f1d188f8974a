"""Trying again by itself what is proven not to have moved money: a new order of the same intent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments._store import orders
from huoqi.payments.operations.orders import create_orders
from huoqi.payments.orders import MoneyOrder, OrderOutcome, OrderRequest
from huoqi.payments.rules.reducer import State
from huoqi.payments.rules.retrying import NO_ROUTE, next_tries

Renew = Callable[[MoneyOrder], OrderRequest]


def try_again(
    work: Work, outcomes: Sequence[OrderOutcome], *, renew: Renew
) -> dict[UUID, MoneyOrder]:
    """Place the next try of refused orders that may have one; the new orders by the old ones' ids.

    ``renew`` makes the wish for the next try of a refused order. An order with a case is left to
    people, and so is one that no channel takes.
    """
    refused = [o for o in outcomes if o.state is State.REJECTED and not o.returned]
    found = {}
    for outcome in refused:
        tries = next_tries(outcome.reason, attempt=1, direction=outcome.direction)
        placed = _placed(work, outcome, renew=renew) if tries else None
        if placed is not None:
            found[outcome.order_id] = placed
    return found


def _placed(work: Work, outcome: OrderOutcome, *, renew: Renew) -> MoneyOrder | None:
    ended = orders.of_intents(
        work, [outcome.intent_id], shard=outcome.shard, customer_no=outcome.customer_no
    )
    last = next(order for order in ended if order.order_id == outcome.order_id)
    if last.cases:
        return None
    tried = tuple(sorted({order.channel for order in ended if order.reason == NO_ROUTE}))
    steps = next_tries(outcome.reason, attempt=last.attempt, direction=last.direction)
    for step in steps:
        wish = replace(
            renew(last),
            avoid_channels=tried if step.avoids_tried else (),
            not_before=work.at + step.after,
        )
        (answer,) = create_orders(work, [wish])
        if not isinstance(answer, DomainError):
            return answer
    return None
