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

ASSETS = "SELECT asset, code, scale FROM ledger_asset ORDER BY asset"
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

HEADS = "SELECT shard, seq, hash FROM ledger_shard WHERE shard = ANY (%s) ORDER BY shard"
BATCHES = """
    -- A range of the primary key.
    SELECT seq, at, n, sums, prev_hash, hash FROM ledger_batch
    WHERE shard = %s AND seq > %s AND seq <= %s ORDER BY seq
"""
JOURNAL = """
    -- Block ranges by batch, then one sort of what these batches hold.
    SELECT t.batch, t.idx, t.id, t.kind, t.dr, t.cr, t.amount, t.asset, t.code, t.ref_id,
        t.effective_on - date '2000-01-01', t.grp, t.fp, t.result,
        CASE WHEN t.kind IN (3, 4, 6) AND t.result = 0 THEN h.amount ELSE 0 END
    FROM ledger_transfer t
    LEFT JOIN ledger_pending h ON h.shard = t.shard AND h.id = t.ref_id
    WHERE t.shard = %s AND t.batch > %s AND t.batch <= %s ORDER BY t.batch, t.idx
"""
STRETCH = """
    -- Reads the batches of the shard, which are few beside its transfers.
    SELECT coalesce(max(seq) FILTER (WHERE at < %(since)s), 0),
        coalesce(max(seq) FILTER (WHERE at < %(until)s), 0),
        coalesce(max(seq) FILTER (WHERE at <= %(beyond)s), 0)
    FROM ledger_batch WHERE shard = %(shard)s
"""
STRAY_ROWS = """
    -- Reads the whole journal of the shard: rows of batches that the chain does not know.
    SELECT min(t.batch) FROM ledger_transfer t
    WHERE t.shard = %s AND NOT EXISTS (
        SELECT FROM ledger_batch b WHERE b.shard = t.shard AND b.seq = t.batch)
"""
TRIAL_BALANCE = """
    -- Reads every account once.
    SELECT a.asset, k.code, count(*), sum(a.dv) + coalesce(sum(d.dv), 0),
        sum(a.dp) + coalesce(sum(d.dp), 0), sum(a.cv) + coalesce(sum(d.cv), 0),
        sum(a.cp) + coalesce(sum(d.cp), 0)
    FROM ledger_account a JOIN ledger_account_kind k USING (kind)
    LEFT JOIN (SELECT shard, account, sum(dv) AS dv, sum(dp) AS dp, sum(cv) AS cv, sum(cp) AS cp
        FROM ledger_hot_delta GROUP BY shard, account) d
        ON d.shard = a.shard AND d.account = a.id
    GROUP BY a.asset, k.code, a.kind ORDER BY a.asset, a.kind
"""
PAST_BASE = "SELECT shard, taken_on::text, seq, last FROM ledger_past_base(%(on)s)"
BALANCES_AS_OF = """
    -- Of one shard: the accounts' latest snapshot rows, then by block ranges what came after the
    -- snapshot, and what came before it and is dated after it.
    WITH moved AS (
        SELECT t.* FROM ledger_transfer t
        WHERE t.shard = %(shard)s AND t.result = 0 AND t.batch > %(seq)s AND t.batch <= %(last)s
            AND t.effective_on <= %(on)s AND (t.dr = ANY (%(ids)s) OR t.cr = ANY (%(ids)s))
        UNION ALL
        SELECT t.* FROM ledger_transfer t
        WHERE t.shard = %(shard)s AND t.result = 0 AND t.batch <= %(seq)s
            AND t.effective_on > %(base_on)s::date AND t.effective_on <= %(on)s
            AND (t.dr = ANY (%(ids)s) OR t.cr = ANY (%(ids)s))
    ), amount AS (
        SELECT m.dr, m.cr, CASE WHEN m.kind IN (1, 3, 5) THEN m.amount ELSE 0 END AS posted,
            CASE WHEN m.kind = 2 THEN m.amount WHEN m.kind IN (3, 4, 6) THEN -h.amount ELSE 0 END
                AS held
        FROM moved m LEFT JOIN ledger_pending h
            ON h.shard = %(shard)s AND h.id = m.ref_id AND m.kind IN (3, 4, 6)
    ), part AS (
        SELECT dr AS account, held AS dv, posted AS dp, 0::bigint AS cv, 0::bigint AS cp
        FROM amount
        UNION ALL
        SELECT cr, 0, 0, held, posted FROM amount
        UNION ALL
        SELECT n.account, n.dv, n.dp, n.cv, n.cp FROM (
            SELECT DISTINCT ON (i.account) i.* FROM ledger_snapshot i
            WHERE i.shard = %(shard)s AND i.account = ANY (%(ids)s)
                AND i.taken_on <= %(base_on)s::date
            ORDER BY i.account, i.taken_on DESC
        ) n
    )
    SELECT account, sum(dv), sum(dp), sum(cv), sum(cp) FROM part
    WHERE account = ANY (%(ids)s) GROUP BY account
"""
TRIAL_BALANCE_AS_OF = """
    -- As BALANCES_AS_OF, for every account.
    WITH total AS (
        SELECT shard, account, sum(dv) AS dv, sum(dp) AS dp, sum(cv) AS cv, sum(cp) AS cp
        FROM ledger_past(%(on)s) GROUP BY shard, account
    )
    SELECT a.asset, k.code, count(*), sum(t.dv), sum(t.dp), sum(t.cv), sum(t.cp)
    FROM total t JOIN ledger_account a ON a.shard = t.shard AND a.id = t.account
    JOIN ledger_account_kind k USING (kind)
    GROUP BY a.asset, k.code, a.kind ORDER BY a.asset, a.kind
"""
TAKE_SNAPSHOT = """
    -- Under the shards' locks; one row an account that changed since the snapshot before.
    WITH changed AS (
        SELECT DISTINCT b.shard, m.account FROM ledger_past_base(%(on)s) b,
            LATERAL ledger_movements(b.shard, b.seq, b.taken_on, %(on)s, b.last) m
    ), marked AS (
        INSERT INTO ledger_snapshot_day (shard, taken_on, seq)
        SELECT b.shard, %(on)s, b.last FROM ledger_past_base(%(on)s) b WHERE NOT EXISTS (
            SELECT FROM ledger_snapshot_day d WHERE d.shard = b.shard AND d.taken_on >= %(on)s)
        RETURNING shard
    )
    INSERT INTO ledger_snapshot (shard, account, taken_on, dv, dp, cv, cp)
    SELECT p.shard, p.account, %(on)s, sum(p.dv), sum(p.dp), sum(p.cv), sum(p.cp)
    FROM ledger_past(%(on)s) p JOIN changed USING (shard, account) JOIN marked USING (shard)
    GROUP BY p.shard, p.account
"""
BALANCES_AFTER_BATCH = """
    -- Counters now, less what later batches did (block ranges); one statement, one snapshot.
    WITH later AS (
        SELECT m.account, sum(m.dv) AS dv, sum(m.dp) AS dp, sum(m.cv) AS cv, sum(m.cp) AS cp
        FROM ledger_shard s,
            LATERAL ledger_movements(s.shard, %(seq)s, 'infinity', 'infinity', s.seq) m
        WHERE s.shard = %(shard)s AND m.account = ANY (%(ids)s) GROUP BY m.account
        UNION ALL
        SELECT d.account, -sum(d.dv), -sum(d.dp), -sum(d.cv), -sum(d.cp)
        FROM ledger_hot_delta d
        WHERE d.shard = %(shard)s AND d.account = ANY (%(ids)s) GROUP BY d.account
    )
    SELECT a.id, a.dv - coalesce(sum(l.dv), 0), a.dp - coalesce(sum(l.dp), 0),
        a.cv - coalesce(sum(l.cv), 0), a.cp - coalesce(sum(l.cp), 0)
    FROM ledger_account a LEFT JOIN later l ON l.account = a.id
    WHERE a.shard = %(shard)s AND a.id = ANY (%(ids)s)
    GROUP BY a.id, a.dv, a.dp, a.cv, a.cp
"""
DRIFTED = """
    -- Reads the whole journal of a shard: accounts whose counters are not the sum of their rows.
    WITH folded AS (
        SELECT m.account, sum(m.dv) AS dv, sum(m.dp) AS dp, sum(m.cv) AS cv, sum(m.cp) AS cp
        FROM ledger_shard s, LATERAL ledger_movements(s.shard, 0, '-infinity', 'infinity', s.seq) m
        WHERE s.shard = %(shard)s GROUP BY m.account
    ), stored AS (
        SELECT id AS account, dv, dp, cv, cp FROM ledger_account WHERE shard = %(shard)s
        UNION ALL
        SELECT account, dv, dp, cv, cp FROM ledger_hot_delta WHERE shard = %(shard)s
    ), kept AS (
        SELECT account, sum(dv) AS dv, sum(dp) AS dp, sum(cv) AS cv, sum(cp) AS cp
        FROM stored GROUP BY account
    )
    SELECT account FROM folded f FULL JOIN kept k USING (account)
    WHERE (coalesce(f.dv, 0), coalesce(f.dp, 0), coalesce(f.cv, 0), coalesce(f.cp, 0))
        IS DISTINCT FROM (k.dv, k.dp, k.cv, k.cp)
    ORDER BY account LIMIT 20
"""
OVERDRAWN = """
    -- Reads the accounts of a shard: limited ones below zero, holds included.
    SELECT id FROM ledger_account
    WHERE shard = %s AND flags & 4 = 0
        AND ((flags & 1 <> 0 AND cp - dp - dv < 0) OR (flags & 2 <> 0 AND dp - cp - cv < 0))
    ORDER BY id LIMIT 20
"""
RESOLVED_TWICE = """
    -- Reads the whole journal of a shard: references that took effect more than once.
    SELECT ref_id FROM ledger_transfer
    WHERE shard = %s AND result = 0 AND ref_id IS NOT NULL
    GROUP BY ref_id, kind = 5 HAVING count(*) > 1 LIMIT 20
"""
INDEX_HISTORY = """
    -- Appends the legs of closed batches, in their order, to the end of each account's range.
    WITH due AS (
        SELECT shard, indexed_seq AS since, least(seq, indexed_seq + %(most)s) AS upto
        FROM ledger_shard WHERE shard = %(shard)s
    ), legs AS (
        INSERT INTO ledger_history (shard, account, batch, idx, id)
        SELECT t.shard, leg.account, t.batch, t.idx, t.id
        FROM due d JOIN ledger_transfer t
            ON t.shard = d.shard AND t.batch > d.since AND t.batch <= d.upto AND t.result = 0,
            LATERAL (VALUES (t.dr), (t.cr)) AS leg(account)
        ORDER BY leg.account, t.batch, t.idx
    )
    UPDATE ledger_shard s SET indexed_seq = d.upto FROM due d WHERE s.shard = d.shard
    RETURNING d.upto - d.since
"""
HISTORY = """
    -- A range of the history index, and block ranges of the few batches not yet in it.
    WITH tail AS (
        SELECT t.batch, t.idx, t.id FROM ledger_transfer t
        WHERE t.shard = %(shard)s AND t.result = 0
            AND t.batch > (SELECT s.indexed_seq FROM ledger_shard s WHERE s.shard = %(shard)s)
            AND t.batch <= (SELECT s.seq FROM ledger_shard s WHERE s.shard = %(shard)s)
            AND (t.dr = %(account)s OR t.cr = %(account)s)
            AND (t.batch, t.idx) < (%(batch)s, %(idx)s)
        ORDER BY t.batch DESC, t.idx DESC LIMIT %(limit)s
    ), indexed AS (
        SELECT h.batch, h.idx, h.id FROM ledger_history h
        WHERE h.shard = %(shard)s AND h.account = %(account)s
            AND (h.batch, h.idx) < (%(batch)s, %(idx)s)
        ORDER BY h.batch DESC, h.idx DESC LIMIT %(limit)s
    )
    SELECT t.batch, t.idx, t.id, t.kind, t.code, t.dr, t.cr, t.amount, t.effective_on, b.at
    FROM (SELECT * FROM tail UNION ALL SELECT * FROM indexed) found
    JOIN ledger_transfer t ON t.shard = %(shard)s AND t.id = found.id
    JOIN ledger_batch b ON b.shard = %(shard)s AND b.seq = t.batch
    ORDER BY t.batch DESC, t.idx DESC LIMIT %(limit)s
"""
HISTORY_UNTIL = """
    -- As HISTORY, without what was dated after a day; each entry's transfer is looked at.
    WITH tail AS (
        SELECT t.batch, t.idx, t.id FROM ledger_transfer t
        WHERE t.shard = %(shard)s AND t.result = 0 AND t.effective_on <= %(until)s
            AND t.batch > (SELECT s.indexed_seq FROM ledger_shard s WHERE s.shard = %(shard)s)
            AND t.batch <= (SELECT s.seq FROM ledger_shard s WHERE s.shard = %(shard)s)
            AND (t.dr = %(account)s OR t.cr = %(account)s)
            AND (t.batch, t.idx) < (%(batch)s, %(idx)s)
        ORDER BY t.batch DESC, t.idx DESC LIMIT %(limit)s
    ), indexed AS (
        SELECT h.batch, h.idx, h.id FROM ledger_history h
        JOIN ledger_transfer d ON d.shard = h.shard AND d.id = h.id
            AND d.effective_on <= %(until)s
        WHERE h.shard = %(shard)s AND h.account = %(account)s
            AND (h.batch, h.idx) < (%(batch)s, %(idx)s)
        ORDER BY h.batch DESC, h.idx DESC LIMIT %(limit)s
    )
    SELECT t.batch, t.idx, t.id, t.kind, t.code, t.dr, t.cr, t.amount, t.effective_on, b.at
    FROM (SELECT * FROM tail UNION ALL SELECT * FROM indexed) found
    JOIN ledger_transfer t ON t.shard = %(shard)s AND t.id = found.id
    JOIN ledger_batch b ON b.shard = %(shard)s AND b.seq = t.batch
    ORDER BY t.batch DESC, t.idx DESC LIMIT %(limit)s
"""
ACCOUNT_PAGE = """
    -- Uses ledger_account_kind_idx: of each kind and asset the first few after the cursor.
    SELECT a.id, a.asset, a.kind FROM ledger_account_kind k CROSS JOIN ledger_asset s
    CROSS JOIN LATERAL (
        SELECT b.shard, b.id, b.asset, b.kind FROM ledger_account b
        WHERE b.kind = k.kind AND b.asset = s.asset
            AND (b.shard, b.id) > (CASE WHEN (k.kind, s.asset) = (%(kind)s, %(asset)s)
                THEN %(shard)s ELSE -1 END, CASE WHEN (k.kind, s.asset) = (%(kind)s, %(asset)s)
                THEN %(id)s ELSE -1 END)
        ORDER BY b.shard, b.id LIMIT %(limit)s
    ) a
    WHERE (k.kind, s.asset) >= (%(kind)s, %(asset)s)
        AND (%(only_kind)s::text IS NULL OR k.code = %(only_kind)s)
        AND (%(only_asset)s::smallint IS NULL OR s.asset = %(only_asset)s)
    ORDER BY a.kind, a.asset, a.shard, a.id LIMIT %(limit)s
"""
KINDS = "SELECT kind, code, name_zh, normal_side, owner FROM ledger_account_kind ORDER BY kind"
TRANSFERS = """
    -- One probe of the primary key a shard and id; the hold of what ends one says the amount.
    SELECT t.shard, t.id, t.kind, t.dr, t.cr, t.amount, t.asset, t.code, t.ref_id, t.grp,
        t.effective_on, t.result, t.batch, t.idx, b.at, b.hash, h.status
    FROM unnest(%(shards)s::smallint[]) AS s (shard)
    JOIN ledger_transfer t ON t.shard = s.shard AND t.id = ANY (%(ids)s)
    JOIN ledger_batch b ON b.shard = t.shard AND b.seq = t.batch
    LEFT JOIN ledger_pending h ON h.shard = t.shard AND h.id = t.id
    ORDER BY b.at, t.shard, t.batch, t.idx
"""
