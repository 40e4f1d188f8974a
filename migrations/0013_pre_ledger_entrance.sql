-- Why: the one entrance for posting. It locks the shard, so batches of a shard follow one another,
-- takes the quickest way that is exact, and adds the chain's next link.
SET LOCAL lock_timeout = '5s';

CREATE TYPE ledger_posted AS (
    status smallint,  -- 0 done, 20 no such shard, 80 fenced
    seq bigint, codes smallint[], replay_code smallint[], replay_batch bigint[], replay_idx int[],
    dr bigint[], cr bigint[], amount bigint[], released bigint[],
    account bigint[], dv bigint[], dp bigint[], cv bigint[], cp bigint[]
);

-- Gives the positions that must be decided in order: those on a risky account, in a group,
-- malformed, with a reference, with a hold born expired, or sharing an id with one of these.
CREATE FUNCTION ledger_delicate(
    p_at timestamptz, p_id uuid[], p_dr bigint[], p_cr bigint[], p_ref uuid[], p_run int[],
    p_expires timestamptz[], p_bad smallint[], p_risky bigint[]
) RETURNS int[]
LANGUAGE sql
SET jit = off SET enable_hashjoin = on
AS $$
    WITH item AS MATERIALIZED (
        SELECT t.ord::int AS pos, t.id, t.ref_id,
            t.run IS NOT NULL OR t.ref_id IS NOT NULL OR t.bad IS NOT NULL
            OR coalesce(t.expires_at <= p_at, false)
            OR t.dr IN (SELECT unnest(p_risky)) OR t.cr IN (SELECT unnest(p_risky)) AS delicate
        FROM unnest(p_id, p_dr, p_cr, p_ref, p_run, p_expires, p_bad) WITH ORDINALITY
            AS t(id, dr, cr, ref_id, run, expires_at, bad, ord)
    )
    SELECT array_agg(pos ORDER BY pos) FROM item
    WHERE delicate
        OR id IN (SELECT id FROM item WHERE delicate
            UNION SELECT ref_id FROM item WHERE ref_id IS NOT NULL)
$$;

CREATE FUNCTION ledger_post(
    p_shard smallint, p_at timestamptz, p_epoch bigint, p_id uuid[], p_kind smallint[],
    p_dr bigint[], p_cr bigint[], p_amount bigint[], p_asset smallint[], p_code int[],
    p_on date[], p_fp bigint[], p_ref uuid[] DEFAULT NULL, p_grp uuid[] DEFAULT NULL,
    p_run int[] DEFAULT NULL, p_expires timestamptz[] DEFAULT NULL, p_bad smallint[] DEFAULT NULL
) RETURNS ledger_posted
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    n CONSTANT int := cardinality(p_id);
    head ledger_shard;
    post ledger_posted;
    writ ledger_written;
    made ledger_decided;
    delicate boolean := p_run IS NOT NULL OR p_bad IS NOT NULL;
    pos int[];
BEGIN
    SELECT * INTO head FROM ledger_shard WHERE shard = p_shard FOR UPDATE;
    IF NOT FOUND OR p_epoch < head.epoch THEN
        post.status := CASE WHEN head.shard IS NULL THEN 20 ELSE 80 END;
        RETURN post;
    END IF;
    head.at := greatest(head.at, p_at);
    head.seq := head.seq + 1;
    post.status := 0;
    made.dr := p_dr;
    made.cr := p_cr;
    made.amount := p_amount;
    made.asset := p_asset;

    IF p_expires IS NOT NULL THEN
        delicate := delicate OR EXISTS (SELECT FROM unnest(p_expires) e WHERE e <= head.at);
    END IF;
    IF p_ref IS NOT NULL THEN
        -- References that are plain: each to another hold of an earlier batch that is open.
        SELECT array_agg(coalesce(h.dr, t.dr) ORDER BY t.ord),
            array_agg(coalesce(h.cr, t.cr) ORDER BY t.ord),
            array_agg(CASE WHEN t.amount = 0 THEN coalesce(h.amount, 0) ELSE t.amount END
                ORDER BY t.ord),
            array_agg(coalesce(h.asset, t.asset) ORDER BY t.ord),
            array_agg(h.amount ORDER BY t.ord),
            delicate OR count(t.ref_id) <> count(DISTINCT t.ref_id)
                OR bool_or(t.ref_id IS NOT NULL AND (t.kind NOT IN (3, 4)
                    OR h.status IS DISTINCT FROM 0 OR coalesce(h.expires_at <= head.at, false)
                    OR t.amount > h.amount))
        INTO made.dr, made.cr, made.amount, made.asset, made.released, delicate
        FROM unnest(p_kind, p_dr, p_cr, p_amount, p_asset, p_ref) WITH ORDINALITY
            AS t(kind, dr, cr, amount, asset, ref_id, ord)
        LEFT JOIN LATERAL (SELECT * FROM ledger_pending b
            WHERE b.shard = p_shard AND b.id = t.ref_id OFFSET 0) h ON true;
    END IF;

    BEGIN
        -- A reversal's outflow is not known here: then everything goes the exact way.
        IF NOT delicate OR NOT 5 = ANY (p_kind) THEN
            writ := ledger_write(p_shard, head.at, head.seq, p_id, p_kind, made.dr, made.cr,
                made.amount, made.asset, p_code, p_ref, p_on, p_grp, p_fp, p_expires,
                made.released, NULL, NULL, delicate);
            IF NOT writ.ok THEN
                pos := ledger_delicate(head.at, p_id, made.dr, made.cr,
                    CASE WHEN delicate THEN p_ref END, p_run, p_expires, p_bad, writ.risky);
            END IF;
        END IF;
        IF pos IS NOT NULL THEN
            made.codes := array_fill(0::smallint, ARRAY[n]);
            made.hold := made.codes;
            made := ledger_decide(p_shard, head.at, head.swept_at, head.seq, pos, p_id, p_kind,
                p_dr, p_cr, p_amount, p_asset, p_ref, p_run, p_fp, p_expires, p_bad, made);
            writ := ledger_write(p_shard, head.at, head.seq, p_id, p_kind, made.dr, made.cr,
                made.amount, made.asset, p_code, p_ref, p_on, p_grp, p_fp, p_expires,
                made.released, made.codes, made.hold, false);
        END IF;
    EXCEPTION WHEN unique_violation OR numeric_value_out_of_range THEN
        writ := NULL;
    END;
    IF writ.ok IS NOT TRUE THEN
        SELECT array_agg(g) INTO pos FROM generate_series(1, n) g;
        made := NULL;
        made.dr := p_dr;
        made.cr := p_cr;
        made.amount := p_amount;
        made.asset := p_asset;
        made.codes := array_fill(0::smallint, ARRAY[n]);
        made.hold := made.codes;
        made := ledger_decide(p_shard, head.at, head.swept_at, head.seq, pos, p_id, p_kind,
            p_dr, p_cr, p_amount, p_asset, p_ref, p_run, p_fp, p_expires, p_bad, made);
        writ := ledger_write(p_shard, head.at, head.seq, p_id, p_kind, made.dr, made.cr,
            made.amount, made.asset, p_code, p_ref, p_on, p_grp, p_fp, p_expires,
            made.released, made.codes, made.hold, false);
    END IF;

    post.codes := made.codes;
    post.replay_code := made.replay_code;
    post.replay_batch := made.replay_batch;
    post.replay_idx := made.replay_idx;
    IF p_ref IS NOT NULL THEN
        post.dr := made.dr;
        post.cr := made.cr;
        post.amount := made.amount;
        post.released := made.released;
    END IF;
    post.account := writ.account;
    post.dv := writ.dv;
    post.dp := writ.dp;
    post.cv := writ.cv;
    post.cp := writ.cp;
    IF pos IS NOT NULL THEN
        -- Refused and repeated items show their accounts too.
        WITH named AS (
            SELECT DISTINCT unnest(ARRAY[made.dr[u], made.cr[u]]) AS id FROM unnest(pos) u
        )
        SELECT array_cat(post.account, array_agg(a.id)), array_cat(post.dv, array_agg(a.dv)),
            array_cat(post.dp, array_agg(a.dp)), array_cat(post.cv, array_agg(a.cv)),
            array_cat(post.cp, array_agg(a.cp))
        INTO post.account, post.dv, post.dp, post.cv, post.cp
        FROM named JOIN LATERAL (SELECT * FROM ledger_account b
            WHERE b.shard = p_shard AND b.id = named.id AND b.flags & 4 = 0 OFFSET 0) a ON true;
    END IF;

    IF writ.n > 0 THEN
        INSERT INTO ledger_batch (shard, seq, at, epoch, n, sums, prev_hash, hash, wall_at)
        VALUES (p_shard, head.seq, head.at, head.epoch, writ.n, writ.sums, head.hash,
            sha256(head.hash || int8send(head.seq)
                || int8send((extract(epoch FROM head.at) * 1000000)::bigint) || int4send(writ.n)
                || int4send(length(writ.sums_text)) || convert_to(writ.sums_text, 'UTF8')
                || writ.digest), clock_timestamp());
        UPDATE ledger_shard s SET seq = head.seq, at = head.at, hash = b.hash
        FROM ledger_batch b
        WHERE s.shard = p_shard AND b.shard = p_shard AND b.seq = head.seq;
        post.seq := head.seq;
    END IF;
    RETURN post;
END
$$;
