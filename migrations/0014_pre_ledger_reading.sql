-- Why: reading the past without an index entry a transfer. Snapshots hold counters by business date
-- up to a batch; the history index is filled from closed batches afterwards, off the posting path.
SET LOCAL lock_timeout = '5s';

CREATE TABLE ledger_snapshot_day (
    shard smallint NOT NULL,
    taken_on date NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (shard, taken_on)
);

-- Counters of an account over all rows of batches 1..seq with an effective date up to taken_on;
-- only accounts that changed since the snapshot before have a row.
CREATE TABLE ledger_snapshot (
    account bigint NOT NULL,
    dv bigint NOT NULL,
    dp bigint NOT NULL,
    cv bigint NOT NULL,
    cp bigint NOT NULL,
    taken_on date NOT NULL,
    shard smallint NOT NULL,
    PRIMARY KEY (shard, account, taken_on)
);

CREATE TABLE ledger_history (
    account bigint NOT NULL,
    batch bigint NOT NULL,
    idx integer NOT NULL,
    shard smallint NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (shard, account, batch, idx)
);

-- Gives what each leg of applied transfers did to its account, over a range of batches and dates:
-- rows after p_seq up to p_on, and older rows dated after p_from up to p_on.
CREATE FUNCTION ledger_movements(
    p_shard smallint, p_seq bigint, p_from date, p_on date, p_last bigint
) RETURNS TABLE (account bigint, dv bigint, dp bigint, cv bigint, cp bigint)
LANGUAGE sql STABLE
AS $$
    WITH moved AS (
        SELECT t.dr, t.cr, CASE WHEN t.kind IN (1, 3, 5) THEN t.amount ELSE 0 END AS posted,
            CASE WHEN t.kind = 2 THEN t.amount WHEN t.kind IN (3, 4, 6) THEN -h.amount ELSE 0 END
                AS held
        FROM ledger_transfer t
        LEFT JOIN ledger_pending h
            ON h.shard = t.shard AND h.id = t.ref_id AND t.kind IN (3, 4, 6)
        WHERE t.shard = p_shard AND t.result = 0 AND t.batch <= p_last AND t.effective_on <= p_on
            AND (t.batch > p_seq OR t.effective_on > p_from)
    )
    SELECT dr, held, posted, 0::bigint, 0::bigint FROM moved
    UNION ALL
    SELECT cr, 0, 0, held, posted FROM moved
$$;

-- Gives by shard the latest snapshot up to a date, and the last batch there is now.
CREATE FUNCTION ledger_past_base(p_on date)
RETURNS TABLE (shard smallint, taken_on date, seq bigint, last bigint)
LANGUAGE sql STABLE
AS $$
    SELECT s.shard, coalesce(d.taken_on, '-infinity'), coalesce(d.seq, 0), s.seq
    FROM ledger_shard s LEFT JOIN LATERAL (
        SELECT b.taken_on, b.seq FROM ledger_snapshot_day b
        WHERE b.shard = s.shard AND b.taken_on <= p_on ORDER BY b.taken_on DESC LIMIT 1
    ) d ON true
$$;

-- Gives parts whose sums are the accounts' counters at the end of a date.
CREATE FUNCTION ledger_past(p_on date)
RETURNS TABLE (shard smallint, account bigint, dv bigint, dp bigint, cv bigint, cp bigint)
LANGUAGE sql STABLE
AS $$
    SELECT b.shard, m.account, m.dv, m.dp, m.cv, m.cp FROM ledger_past_base(p_on) b,
        LATERAL ledger_movements(b.shard, b.seq, b.taken_on, p_on, b.last) m
    UNION ALL
    SELECT n.shard, n.account, n.dv, n.dp, n.cv, n.cp FROM ledger_past_base(p_on) b,
        LATERAL (
            SELECT DISTINCT ON (i.account) i.* FROM ledger_snapshot i
            WHERE i.shard = b.shard AND i.taken_on <= b.taken_on
            ORDER BY i.account, i.taken_on DESC
        ) n
$$;
