"""SQL of routing: orders that took another channel, and the decision that was kept with one."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.payments._store.orders import find
from huoqi.payments.orders import MoneyOrder, OrderKey

REROUTE = """
    -- Only rows that this very transaction wrote: the channel of their choice was full.
    UPDATE money_order o SET channel = n.channel, next_at = n.next_at, route = n.route::jsonb
    FROM unnest(%(shards)s::smallint[], %(orders)s::uuid[], %(channels)s::text[],
        %(nexts)s::timestamptz[], %(routes)s::text[])
        AS n (shard, order_id, channel, next_at, route)
    WHERE o.shard = n.shard AND o.order_id = n.order_id
"""

ROUTE_OF = "SELECT route FROM money_order WHERE shard = %(shard)s AND order_id = %(order)s"

TRIES = """
    -- For people who ask about one order: without the customer this reads a shard's orders.
    SELECT t.shard, t.order_id FROM money_order t
    WHERE t.intent_id = %(intent)s AND t.shard = ANY(%(shards)s::smallint[])
    ORDER BY t.order_id
"""


def reroute(work: Work, orders: Sequence[MoneyOrder], *, routes: Mapping[OrderKey, str]) -> None:
    """Send orders that this transaction wrote over another channel."""
    if not orders:
        return
    work.run(
        REROUTE,
        {
            "shards": [o.shard for o in orders],
            "orders": [o.order_id for o in orders],
            "channels": [o.channel for o in orders],
            "nexts": [o.next_at for o in orders],
            "routes": [routes.get(o.key) for o in orders],
        },
    )


def route_of(work: Work, key: OrderKey) -> dict[str, Any] | None:  # the document as it was kept
    """Return the decision that was kept with an order; None where there was none to make."""
    row = work.row(ROUTE_OF, {"shard": key[0], "order": key[1]})
    return None if row is None else row[0]


def tries_of_intent(work: Work, intent_id: UUID, *, shards: Sequence[int]) -> list[MoneyOrder]:
    """Return every try of an intent, oldest first."""
    rows = work.rows(TRIES, {"intent": intent_id, "shards": list(shards)})
    found = find(work, [(row[0], row[1]) for row in rows])
    return sorted(found.values(), key=lambda order: order.attempt)
