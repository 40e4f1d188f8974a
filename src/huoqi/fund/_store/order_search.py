"""SQL that finds orders for staff: by id alone, by neighbourhood of an id, newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from huoqi.fund._store.columns import OrderKey
from huoqi.kit.db import Work

# Whoever searches names a rare state or a common one: the plan follows what was named.
_PLAN_EACH = "SET LOCAL plan_cache_mode = force_custom_plan"
_KEYS_OF_IDS = """
    -- One probe of the primary key a shard and id.
    SELECT o.shard, o.order_id FROM unnest(%(shards)s::smallint[]) AS s (shard)
    JOIN fund_order AS o ON o.shard = s.shard AND o.order_id = ANY (%(ids)s)
"""
_KEYS_OF_PAYOUTS = """
    -- One probe of the primary key a shard and id.
    SELECT p.shard, p.order_id FROM unnest(%(shards)s::smallint[]) AS s (shard)
    JOIN fund_payout AS p ON p.shard = s.shard AND p.payout_id = ANY (%(ids)s)
"""
_KEYS_BESIDE = """
    -- A short range of the primary key: what is derived from an order lies beside it.
    SELECT shard, order_id FROM fund_order
    WHERE shard = %(shard)s AND order_id BETWEEN %(first)s AND %(last)s
        AND (%(customer_no)s::bigint IS NULL OR customer_no = %(customer_no)s)
    ORDER BY order_id LIMIT %(limit)s
"""
_NEWEST_HEAD = """
    -- Backwards through each shard's primary key, or through fund_order_state_idx; then merged.
    SELECT o.shard, o.order_id FROM unnest(%(shards)s::smallint[]) AS s (shard)
    CROSS JOIN LATERAL (
        SELECT f.shard, f.order_id FROM fund_order AS f
        WHERE f.shard = s.shard AND f.order_id >= %(since)s AND f.order_id < %(before)s
"""
_NEWEST_TAIL = """
        ORDER BY f.order_id DESC LIMIT %(limit)s
    ) AS o ORDER BY o.order_id DESC LIMIT %(limit)s
"""
_FILTERS: Mapping[str, str] = {
    "state": " AND f.state = %(state)s",
    "fund": " AND f.fund = %(fund)s",
}
_OF_CUSTOMERS = """
    -- Uses fund_order_customer_idx: the newest orders of each of a few customers.
    SELECT o.shard, o.order_id
    FROM unnest(%(shards)s::smallint[], %(customer_nos)s::bigint[]) AS c (shard, customer_no)
    CROSS JOIN LATERAL (
        SELECT f.shard, f.order_id FROM fund_order AS f
        WHERE f.shard = c.shard AND f.customer_no = c.customer_no
            AND f.order_id < %(before)s
        ORDER BY f.order_id DESC LIMIT %(limit)s
    ) AS o ORDER BY o.order_id DESC LIMIT %(limit)s
"""
_FAST_BY_HOUR = """
    -- Uses fund_order_fast_idx.
    SELECT date_trunc('hour', placed_at), count(*), sum(done_fen)::bigint FROM fund_order
    WHERE fund = %(fund)s AND speed = 'fast' AND state NOT IN ('failed', 'cancelled')
        AND placed_at >= %(since)s AND placed_at < %(until)s
    GROUP BY 1 ORDER BY 1
"""


def keys_of_ids(work: Work, ids: Sequence[UUID], *, shards: Sequence[int]) -> list[OrderKey]:
    """Return the keys of orders of which only the id is known."""
    rows = work.rows(_KEYS_OF_IDS, {"shards": list(shards), "ids": list(ids)})
    return [(row[0], row[1]) for row in rows]


def keys_of_payouts(work: Work, ids: Sequence[UUID], *, shards: Sequence[int]) -> list[OrderKey]:
    """Return the keys of the orders that caused payouts."""
    rows = work.rows(_KEYS_OF_PAYOUTS, {"shards": list(shards), "ids": list(ids)})
    return [(row[0], row[1]) for row in rows]


def keys_between(
    work: Work, *, shard: int, ids: tuple[UUID, UUID], customer_no: int | None, limit: int
) -> list[OrderKey]:
    """Return the keys of a shard's orders in a range of ids."""
    params = {"shard": shard, "first": ids[0], "last": ids[1]}
    rows = work.rows(_KEYS_BESIDE, params | {"customer_no": customer_no, "limit": limit})
    return [(row[0], row[1]) for row in rows]


def newest(
    work: Work, filters: Mapping[str, object], *, since: UUID, before: UUID, limit: int
) -> list[OrderKey]:
    """Return the keys of the newest orders that pass some filters, over all shards."""
    work.run(_PLAN_EACH)
    named = [condition for name, condition in _FILTERS.items() if name in filters]
    params = {**filters, "since": since, "before": before, "limit": limit}
    rows = work.rows("".join((_NEWEST_HEAD, *named, _NEWEST_TAIL)), params)
    return [(row[0], row[1]) for row in rows]


def of_customers(
    work: Work, customers: Sequence[tuple[int, int]], *, before: UUID, limit: int
) -> list[OrderKey]:
    """Return the keys of the newest orders of some customers, given by shard and number."""
    shards, numbers = [row[0] for row in customers], [row[1] for row in customers]
    params = {"shards": shards, "customer_nos": numbers, "before": before, "limit": limit}
    return [(row[0], row[1]) for row in work.rows(_OF_CUSTOMERS, params)]


def fast_by_hour(
    work: Work, *, fund: str, since: datetime, until: datetime
) -> list[tuple[datetime, int, int]]:
    """Return by hour how many fast redemptions a fund has advanced, and how much."""
    rows = work.rows(_FAST_BY_HOUR, {"fund": fund, "since": since, "until": until})
    return [(row[0], row[1], row[2]) for row in rows]
