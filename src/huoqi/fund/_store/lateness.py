"""SQL for orders that are later than they were promised, and the tickets that this opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huoqi.fund._store.columns import OrderKey
from huoqi.kit.db import Work

# The promises are those of the timeline: paid within ten seconds, sent at 15:05 of T, confirmed
# and paid out at 09:00 of their days, Shanghai time.
_WAITING = """
    -- Reads every open order without a ticket; asked only when one is late.
    SELECT w.shard, w.order_id, w.customer_no, w.step, w.expected_at FROM (
        SELECT shard, order_id, customer_no, 'paid' AS step,
            placed_at + interval '10 s' AS expected_at
        FROM fund_order WHERE state = 'placed'
        UNION ALL
        SELECT shard, order_id, customer_no, 'sent',
            (t_day + time '15:05') AT TIME ZONE 'Asia/Shanghai'
        FROM fund_order WHERE state IN ('paid', 'accepted', 'deferred') AND speed = 'normal'
        UNION ALL
        SELECT shard, order_id, customer_no, 'confirmed',
            (confirm_on + time '09:00') AT TIME ZONE 'Asia/Shanghai'
        FROM fund_order WHERE state = 'sent'
        UNION ALL
        SELECT shard, order_id, customer_no, 'paid_out',
            greatest((cash_on + time '09:00') AT TIME ZONE 'Asia/Shanghai', confirmed_at)
        FROM fund_order WHERE state = 'confirmed' AND side = 'redemption' AND cash_on IS NOT NULL
    ) AS w
    WHERE NOT EXISTS (SELECT FROM fund_late_order AS l
        WHERE l.shard = w.shard AND l.order_id = w.order_id AND l.step = w.step)
"""
_NEXT = """
    -- The first of fund_order_unpaid_idx, fund_order_to_send_idx, fund_order_sent_idx and
    -- fund_order_cash_promise_idx that has no ticket: after each round of payments this is asked.
    SELECT min(w.expected_at) FROM (
        (SELECT o.placed_at + interval '10 s' AS expected_at FROM fund_order AS o
        WHERE o.state = 'placed' AND NOT EXISTS (SELECT FROM fund_late_order AS l
            WHERE l.shard = o.shard AND l.order_id = o.order_id AND l.step = 'paid')
        ORDER BY o.placed_at LIMIT 1)
        UNION ALL
        SELECT (sent.t_day + time '15:05') AT TIME ZONE 'Asia/Shanghai'
        FROM fund AS f CROSS JOIN LATERAL (
            SELECT o.t_day FROM fund_order AS o
            WHERE o.fund = f.fund AND o.state IN ('paid', 'accepted', 'deferred')
                AND o.speed = 'normal' AND NOT EXISTS (SELECT FROM fund_late_order AS l
                    WHERE l.shard = o.shard AND l.order_id = o.order_id AND l.step = 'sent')
            ORDER BY o.t_day LIMIT 1
        ) AS sent
        UNION ALL
        SELECT (confirmed.confirm_on + time '09:00') AT TIME ZONE 'Asia/Shanghai'
        FROM fund AS f CROSS JOIN LATERAL (
            SELECT o.confirm_on FROM fund_order AS o
            WHERE o.fund = f.fund AND o.state = 'sent'
                AND NOT EXISTS (SELECT FROM fund_late_order AS l
                    WHERE l.shard = o.shard AND l.order_id = o.order_id AND l.step = 'confirmed')
            ORDER BY o.confirm_on LIMIT 1
        ) AS confirmed
        UNION ALL
        (SELECT greatest((o.cash_on + time '09:00') AT TIME ZONE 'Asia/Shanghai', o.confirmed_at)
        FROM fund_order AS o
        WHERE o.state = 'confirmed' AND o.side = 'redemption' AND o.cash_on IS NOT NULL
            AND NOT EXISTS (SELECT FROM fund_late_order AS l
                WHERE l.shard = o.shard AND l.order_id = o.order_id AND l.step = 'paid_out')
        ORDER BY greatest((o.cash_on + time '09:00') AT TIME ZONE 'Asia/Shanghai', o.confirmed_at)
        LIMIT 1)
    ) AS w
"""
_LATE = _WAITING + " AND w.expected_at <= %s ORDER BY w.expected_at, w.order_id LIMIT %s"
_ADD = """
    INSERT INTO fund_late_order (shard, order_id, step, ticket, expected_at, opened_at)
    SELECT t.*, %s FROM unnest(%s::smallint[], %s::uuid[], %s::text[], %s::text[],
        %s::timestamptz[]) AS t
    ON CONFLICT DO NOTHING
"""
_TICKETS = "SELECT step, ticket FROM fund_late_order WHERE shard = %s AND order_id = %s"


@dataclass(frozen=True, slots=True)
class LateStep:
    """A step of an order that is behind its time."""

    shard: int
    order_id: UUID
    customer_no: int
    step: str
    expected_at: datetime


def next_expected_at(work: Work) -> datetime | None:
    """Return the earliest instant by which an order was promised to move on, without tickets."""
    row = work.row(_NEXT)
    return row[0] if row else None


def late_steps(work: Work, *, expected_until: datetime, limit: int) -> list[LateStep]:
    """Return steps that were expected by an instant and have no ticket yet."""
    return [LateStep(*row) for row in work.rows(_LATE, (expected_until, limit))]


def add_tickets(work: Work, late: Sequence[LateStep], *, tickets: Sequence[str]) -> None:
    """Write the tickets of late steps."""
    columns = (
        [each.shard for each in late],
        [each.order_id for each in late],
        [each.step for each in late],
        list(tickets),
        [each.expected_at for each in late],
    )
    work.run(_ADD, (work.at, *columns))


def tickets_of(work: Work, key: OrderKey) -> dict[str, str]:
    """Return an order's tickets by step."""
    return {row[0]: row[1] for row in work.rows(_TICKETS, key)}
