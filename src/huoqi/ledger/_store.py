"""The only SQL of the ledger; the posting itself is the function ``ledger_post``."""

from collections.abc import Sequence
from typing import Any

import psycopg

from huoqi.kit.db import Work
from huoqi.ledger._arrays import raw_cursor
from huoqi.ledger._wire import Posted, SubBatch

POST = """
    -- Locks the shard's row until the commit; then one index descent an account and a transfer.
    SELECT status, seq, codes, replay_code, replay_batch, replay_idx, dr, cr, amount, released,
        account, dv, dp, cv, cp
    FROM ledger_post(%s::smallint, %s, %s::bigint, %s, %s, %s, %s, %s, %s, %s, %s, %s,
        %s::uuid[], %s::uuid[], %s::integer[], %s::timestamptz[], %s::smallint[])
"""


def post(work: Work, batches: Sequence[SubBatch], *, epoch: int | None) -> list[Posted]:
    """Return what became of each sub-batch; all in one round trip, in the order given."""
    if len(batches) == 1:
        return [_posted(_send(work, batches[0], epoch=epoch))]
    with work.conn.pipeline():
        cursors = [_send(work, batch, epoch=epoch) for batch in batches]
        return [_posted(cursor) for cursor in cursors]


def _send(work: Work, batch: SubBatch, *, epoch: int | None) -> "psycopg.Cursor[tuple[Any, ...]]":
    cursor = raw_cursor(work.conn)
    cursor.execute(POST, (batch.shard, work.at, epoch, *batch[1:]), prepare=True)
    return cursor


def _posted(cursor: "psycopg.Cursor[tuple[Any, ...]]") -> Posted:
    row = cursor.fetchone()
    assert row is not None
    return Posted(*row)


OPEN = """
    -- One insert; an account that exists already is left as it is and compared afterwards.
    INSERT INTO ledger_account (shard, id, asset, kind, flags)
    SELECT a.id >> 48, a.id, a.asset, a.kind, a.flags
    FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::integer[])
        AS a(id, asset, kind, flags)
    JOIN ledger_shard s ON s.shard = a.id >> 48
    JOIN ledger_asset USING (asset)
    JOIN ledger_account_kind USING (kind)
    ON CONFLICT (shard, id) DO NOTHING
    RETURNING id
"""
ACCOUNTS = """
    -- One index descent an account, and for hot ones a range of deltas since the last fold; one
    -- statement, so that a fold in between is seen wholly or not at all.
    SELECT a.id, a.asset, a.kind, a.flags, a.version, a.dv + coalesce(d.dv, 0),
        a.dp + coalesce(d.dp, 0), a.cv + coalesce(d.cv, 0), a.cp + coalesce(d.cp, 0)
    FROM unnest(%s::bigint[]) AS named(id)
    JOIN ledger_account a ON a.shard = named.id >> 48 AND a.id = named.id
    LEFT JOIN LATERAL (
        SELECT sum(h.dv) AS dv, sum(h.dp) AS dp, sum(h.cv) AS cv, sum(h.cp) AS cp
        FROM ledger_hot_delta h WHERE h.shard = a.shard AND h.account = a.id
    ) d ON a.flags & 4 <> 0
"""
SET_FLAGS = """
    -- Under the shards' locks, so no posting runs in between.
    UPDATE ledger_account a SET flags = f.flags, version = version + 1
    FROM unnest(%s::bigint[], %s::integer[]) AS f(id, flags)
    WHERE a.shard = f.id >> 48 AND a.id = f.id
"""
LOCK_SHARDS = """
    SELECT shard FROM ledger_shard WHERE shard = ANY (%s) ORDER BY shard FOR UPDATE
"""
NEW_SHARDS = """
    INSERT INTO ledger_shard (shard, hash)
    SELECT g, ledger_genesis(g::smallint) FROM generate_series(0, %s - 1) g
    ON CONFLICT (shard) DO NOTHING
"""
SHARDS = "SELECT shard FROM ledger_shard ORDER BY shard"
CHAIN_HEADS = "SELECT shard, hash FROM ledger_shard ORDER BY shard"
ASSET_TOTALS = """
    -- One pass over the accounts and over the deltas that are not folded yet.
    SELECT x.asset, sum(x.dv)::bigint, sum(x.dp)::bigint, sum(x.cv)::bigint, sum(x.cp)::bigint
    FROM (
        SELECT asset, dv, dp, cv, cp FROM ledger_account
        UNION ALL
        SELECT a.asset, h.dv, h.dp, h.cv, h.cp FROM ledger_hot_delta h
        JOIN ledger_account a ON a.shard = h.shard AND a.id = h.account
    ) AS x GROUP BY x.asset ORDER BY x.asset
"""
ADD_ASSET = """
    INSERT INTO ledger_asset (asset, code, scale) VALUES (%s, %s, %s)
    ON CONFLICT (asset) DO NOTHING
"""
FENCE = "UPDATE ledger_shard SET epoch = epoch + 1 WHERE shard = %s RETURNING epoch"
FOLD = """
    -- Moves the deltas of hot accounts into their counters; a reader sees the same sums throughout.
    WITH gone AS (
        DELETE FROM ledger_hot_delta WHERE shard = %s RETURNING account, dv, dp, cv, cp
    ), total AS (
        SELECT account, sum(dv)::bigint AS dv, sum(dp)::bigint AS dp, sum(cv)::bigint AS cv,
            sum(cp)::bigint AS cp
        FROM gone GROUP BY account
    )
    UPDATE ledger_account a SET dv = a.dv + t.dv, dp = a.dp + t.dp, cv = a.cv + t.cv,
        cp = a.cp + t.cp, version = a.version + 1
    FROM total t WHERE a.shard = %s AND a.id = t.account
"""
EXPIRED = """
    -- Uses ledger_pending_expiry: holds that expired since the last sweep.
    SELECT h.id FROM ledger_shard s
    JOIN ledger_pending h ON h.shard = s.shard AND h.expires_at > s.swept_at
        AND h.expires_at <= greatest(s.at, %s)
    WHERE s.shard = %s AND h.status = 0
    ORDER BY h.expires_at, h.id LIMIT %s
"""
SWEPT = """
    -- The shard's instant moves along, so that no later batch is older than the sweep.
    UPDATE ledger_shard SET swept_at = greatest(at, %(at)s), at = greatest(at, %(at)s)
    WHERE shard = %(shard)s
"""


def rows(work: Work, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of one of this module's statements."""
    return work.rows(sql, params)
