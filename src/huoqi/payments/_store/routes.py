"""SQL of routing: orders that took another channel, and the decision that was kept with one."""

from collections.abc import Mapping, Sequence
from typing import Any

from huoqi.kit.db import Work
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
