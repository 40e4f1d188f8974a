"""SQL for answers by the thousand: rows come and go by COPY, statements work on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from huoqi.fund.answer_columns import SentColumns
from huoqi.kit.copying import Cells, array_items, as_items, binary_rows
from huoqi.kit.db import Work
from huoqi.kit.id_columns import IdColumn

Int64 = npt.NDArray[np.int64]
_ROWS = "CREATE TEMP TABLE IF NOT EXISTS fund_clearing ({}) ON COMMIT DELETE ROWS".format(
    "place int, order_id uuid, customer_no bigint, amount_fen bigint, t_day date"
)
# A few thousand keys, each looked up in its index, in the order in which they were sent.
_BY_KEY = """
    SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
    SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off
"""
_STAGE = """
    COPY fund_clearing (place, order_id, customer_no, amount_fen, t_day)
    FROM STDIN (FORMAT binary)
"""
_SENT = """
    -- Uses fund_order_sent_idx: what waits for the manager's answer, a row a shard.
    SELECT array_agg(o.shard), array_agg(o.order_id), array_agg(o.customer_no),
        array_agg(coalesce(o.amount_fen, o.rest_e2, 0)), array_agg(o.t_day),
        array_agg(o.side = 'purchase'),
        array_agg(o.side = 'purchase' AND o.origin = 'customer' AND o.reason IS NULL)
    FROM fund_order AS o WHERE o.fund = %s AND o.state = 'sent' GROUP BY o.shard
"""
_FORMS = (">i2", "V16", ">i8", ">i8", ">i4", "i1", "i1")
_CONFIRM = """
    -- Primary key, in its order, so that two batches wait for one another and never block. Only
    -- orders that still stand as the columns say; the others are left to be looked at singly.
    WITH done AS (
        UPDATE fund_order AS o SET state = 'confirmed', done_fen = c.amount_fen,
            confirm_on = %(on)s, earns_on = %(on)s, visible_on = %(on)s::date + 1,
            confirmed_at = %(at)s
        FROM fund_clearing AS c
        WHERE o.shard = %(shard)s AND o.order_id = c.order_id AND o.customer_no = c.customer_no
            AND o.state = 'sent' AND o.side = 'purchase' AND o.origin = 'customer'
            AND o.fund = %(fund)s AND o.reason IS NULL AND o.amount_fen = c.amount_fen
            AND o.t_day = c.t_day
        RETURNING c.place
    )
    SELECT array_agg(place) FROM done
"""
_KEEP = "DELETE FROM fund_clearing WHERE place <> ALL(%s)"
_OPEN_HOLDINGS = """
    -- Primary key, in its order. Units that come need no lock: who takes some away sees them later.
    INSERT INTO holding (shard, fund, customer_no, opened_on, as_of_on, units_e2)
    SELECT %(shard)s, %(fund)s, customer_no, %(opens_on)s, %(opens_on)s, 0
    FROM (SELECT DISTINCT customer_no FROM fund_clearing ORDER BY 1) AS c
    WHERE NOT EXISTS (SELECT FROM holding AS h WHERE h.shard = %(shard)s AND h.fund = %(fund)s
        AND h.customer_no = c.customer_no)
    ON CONFLICT DO NOTHING
"""
_ADD_EVENTS = """
    COPY unit_event (shard, fund, customer_no, event_id, effective_on, delta_e2, kind, order_id,
        income_fen) FROM STDIN (FORMAT binary)
"""
_ANSWERED = """
    -- Primary key: who was answered before, whatever it was.
    SELECT k.place FROM unnest(%s::int[], %s::uuid[], %s::bigint[])
        AS k (place, order_id, customer_no)
    JOIN fund_order AS o ON o.order_id = k.order_id AND o.customer_no = k.customer_no
    WHERE o.confirmed_at IS NOT NULL AND o.state <> 'sent'
"""


@dataclass(frozen=True, slots=True)
class Staged:
    """Orders of one shard to be confirmed whole, in the order of their ids."""

    shard: int
    fund: str
    on: date
    order_ids: IdColumn
    customers: Int64
    amounts_fen: Int64
    t_days: Int64


def sent(work: Work, *, fund: str) -> SentColumns:
    """Return a fund's orders that wait for the manager."""
    rows = work.raw_rows(_SENT, (fund,))
    shards, ids, customers, asked, t_days, is_purchase, is_plain = (
        np.concatenate([np.empty(0, dtype=kind), *(array_items(row[n], kind=kind) for row in rows)])
        for n, kind in enumerate(_FORMS)
    )
    return SentColumns(
        _numbers(shards),
        np.ascontiguousarray(ids).view(np.uint8).reshape(-1, 16),
        _numbers(customers),
        _numbers(asked),
        _numbers(t_days),
        is_purchase.astype(np.bool_),
        is_plain.astype(np.bool_),
    )


def _numbers(cells: npt.NDArray[np.generic]) -> Int64:
    return np.asarray(cells, dtype=np.int64)


def confirm(work: Work, staged: Staged) -> Int64:
    """Confirm orders that stand as said; return which they were."""
    work.run(_ROWS)
    work.run(_BY_KEY)
    count = len(staged.customers)
    columns: list[Cells] = [
        np.arange(count).astype(">i4"),
        as_items(staged.order_ids),
        staged.customers.astype(">i8"),
        staged.amounts_fen.astype(">i8"),
        staged.t_days.astype(">i4"),
    ]
    work.copy_in(_STAGE, binary_rows(columns, count=count))
    given = {"shard": staged.shard, "fund": staged.fund, "on": staged.on, "at": work.at}
    row = work.row(_CONFIRM, given)
    assert row is not None
    places = np.sort(np.array(row[0] or [], dtype=np.int64))
    if 0 < len(places) < count:
        work.run(_KEEP, (places.tolist(),))
    return places


def open_holdings(work: Work, staged: Staged, *, opens_on: date) -> None:
    """Open the holdings of orders that were confirmed just now, where there are none."""
    given = {"shard": staged.shard, "fund": staged.fund, "opens_on": opens_on}
    work.run(_OPEN_HOLDINGS, given)


def add_events(work: Work, staged: Staged, *, event_ids: IdColumn, units_e2: Int64) -> None:
    """Write the units of purchases that were confirmed just now."""
    on = (staged.on - date(2000, 1, 1)).days
    columns: list[Cells] = [
        staged.shard.to_bytes(2, "big"),
        staged.fund.encode(),
        staged.customers.astype(">i8"),
        as_items(event_ids),
        on.to_bytes(4, "big", signed=True),
        units_e2.astype(">i8"),
        b"purchase",
        as_items(staged.order_ids),
        bytes(8),
    ]
    work.copy_in(_ADD_EVENTS, binary_rows(columns, count=len(units_e2)))


def answered_before(work: Work, keys: Sequence[tuple[int, object, int]]) -> set[int]:
    """Return the places of orders that were answered before."""
    columns = [list(column) for column in zip(*keys, strict=True)]
    return {row[0] for row in work.rows(_ANSWERED, columns)} if keys else set()
