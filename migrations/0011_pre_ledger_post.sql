-- Why: posting in one round trip. ledger_post takes a sub-batch of one shard as columns and gives
-- back what sequential processing would; how the three ways in it hang together is in
-- docs/adr/0010-ledger-engine.md, and tests/ledger/model.py is what they are held equal to.
SET LOCAL lock_timeout = '5s';

-- Adds in 64 bits and raises on overflow; the built-in sum(bigint) goes through numeric.
CREATE AGGREGATE ledger_sum(bigint) (sfunc = int8pl, stype = bigint, initcond = '0');

-- Gives the first hash of a shard's chain.
CREATE FUNCTION ledger_genesis(p_shard smallint) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(convert_to('huoqi ledger chain ', 'UTF8') || int2send(p_shard));

CREATE TYPE ledger_written AS (
    ok boolean, risky bigint[], n int, sums jsonb, sums_text text, digest bytea,
    account bigint[], dv bigint[], dp bigint[], cv bigint[], cp bigint[]
);

-- Writes a sub-batch whose codes are decided (p_codes) or, without codes, writes it as all OK if
-- order cannot matter: every account found, open and of the asset, and every limit kept even if
-- all outflows came first. Otherwise it writes nothing and names the risky accounts.
CREATE FUNCTION ledger_write(
    p_shard smallint, p_at timestamptz, p_seq bigint, p_id uuid[], p_kind smallint[],
    p_dr bigint[], p_cr bigint[], p_amount bigint[], p_asset smallint[], p_code int[],
    p_ref uuid[], p_on date[], p_grp uuid[], p_fp bigint[], p_expires timestamptz[],
    p_released bigint[], p_codes smallint[], p_hold smallint[], p_dry boolean
) RETURNS ledger_written
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan SET work_mem = '64MB'
SET jit = off
AS $$
DECLARE
    answer ledger_written;
    zero CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    WITH item AS MATERIALIZED (
        SELECT (t.ord - 1)::int AS idx, t.id, t.kind, t.dr, t.cr, t.amount, t.asset, t.code,
            t.ref_id, t.effective_on, t.grp, t.fp, t.expires_at, t.hold,
            coalesce(t.result, 0::smallint) AS result,
            CASE WHEN t.kind IN (1, 3, 5) THEN t.amount ELSE 0 END AS x,
            CASE WHEN t.kind = 2 THEN t.amount ELSE -coalesce(t.released, 0) END AS y,
            -- What the limits must bear at worst; once decided, nothing is left to ask.
            CASE WHEN p_codes IS NULL AND t.kind IN (1, 2, 5) THEN t.amount ELSE 0 END AS flow
        FROM unnest(p_id, p_kind, p_dr, p_cr, p_amount, p_asset, p_code, p_ref, p_on, p_grp, p_fp,
            p_expires, p_released, p_codes, p_hold) WITH ORDINALITY
            AS t(id, kind, dr, cr, amount, asset, code, ref_id, effective_on, grp, fp,
                expires_at, released, result, hold, ord)
    ), leg AS (
        SELECT dr AS account, asset, x AS dp, y AS dv, 0::bigint AS cp, 0::bigint AS cv,
            flow AS d_out, 0::bigint AS c_out
        FROM item WHERE result = 0
        UNION ALL
        SELECT cr, asset, 0, 0, x, y, 0, flow FROM item WHERE result = 0
    ), tally AS (
        SELECT account, asset, ledger_sum(dp) AS dp, ledger_sum(dv) AS dv, ledger_sum(cp) AS cp,
            ledger_sum(cv) AS cv, ledger_sum(d_out) AS d_out, ledger_sum(c_out) AS c_out
        FROM leg GROUP BY account, asset ORDER BY account
    ), seen AS MATERIALIZED (
        SELECT t.account, t.dp, t.dv, t.cp, t.cv, a.tid, a.flags & 4 <> 0 AS hot,
            a.tid IS NOT NULL AND a.flags & 16 = 0 AND (a.flags & 8 = 0 OR t.d_out = 0)
            AND (a.flags & 4 <> 0
                OR ((a.flags & 1 = 0 OR a.cp - a.dp - a.dv - t.d_out >= 0)
                    AND (a.flags & 2 = 0 OR a.dp - a.cp - a.cv - t.c_out >= 0))) AS safe
        FROM tally t LEFT JOIN LATERAL (
            SELECT b.ctid AS tid, b.flags, b.dp, b.dv, b.cp, b.cv FROM ledger_account b
            WHERE b.shard = p_shard AND b.id = t.account AND b.asset = t.asset OFFSET 0
        ) a ON true
    ), gate AS MATERIALIZED (
        SELECT NOT p_dry AND (p_codes IS NOT NULL OR coalesce(bool_and(safe), true)) AS ok,
            CASE WHEN p_codes IS NULL OR p_dry
                THEN array_agg(account) FILTER (WHERE safe IS NOT TRUE) END AS risky
        FROM seen
    ), changed AS (
        -- The shard's row is locked, so nothing moves a tuple between the look-up and here.
        UPDATE ledger_account a
        SET dp = a.dp + s.dp, dv = a.dv + s.dv, cp = a.cp + s.cp, cv = a.cv + s.cv,
            version = a.version + 1
        FROM seen s
        WHERE a.ctid = s.tid AND NOT s.hot AND (SELECT ok FROM gate)
        RETURNING a.id, a.dv, a.dp, a.cv, a.cp
    ), deltas AS (
        INSERT INTO ledger_hot_delta (shard, account, batch, dv, dp, cp, cv)
        SELECT p_shard, account, p_seq, dv, dp, cp, cv FROM seen
        WHERE hot AND (SELECT ok FROM gate)
    ), journal AS (
        INSERT INTO ledger_transfer (shard, id, kind, dr, cr, amount, asset, code, ref_id,
            effective_on, grp, fp, result, batch, idx)
        SELECT p_shard, id, kind, dr, cr, amount, asset, code, ref_id, effective_on, grp, fp,
            result, p_seq, idx
        FROM item WHERE (result = 0 OR result BETWEEN 20 AND 71) AND (SELECT ok FROM gate)
    ), holds AS (
        INSERT INTO ledger_pending (shard, id, dr, cr, amount, asset, expires_at, status)
        SELECT p_shard, id, dr, cr, amount, asset, expires_at, coalesce(hold, 0::smallint)
        FROM item WHERE kind = 2 AND result = 0 AND (SELECT ok FROM gate)
    ), resolved AS (
        UPDATE ledger_pending p
        SET status = CASE i.kind WHEN 3 THEN 1 WHEN 4 THEN 2 ELSE 3 END
        FROM item i
        WHERE p.shard = p_shard AND p.id = i.ref_id AND i.kind IN (3, 4, 6) AND i.result = 0
            AND (SELECT ok FROM gate)
    ), reversed AS (
        INSERT INTO ledger_reversal (shard, target, id)
        SELECT p_shard, ref_id, id FROM item
        WHERE kind = 5 AND result = 0 AND (SELECT ok FROM gate)
    ), summed AS (
        SELECT asset, sum(x) AS posted, sum(y) AS held FROM item WHERE result = 0 GROUP BY asset
    ), print AS (
        -- The fixed-width items of 98 bytes, big-endian, that huoqi/ledger/rules/chain.py reads.
        SELECT count(*)::int AS n,
            sha256(coalesce(string_agg(int4send(idx) || uuid_send(id) || int2send(kind)
                || int8send(dr) || int8send(cr) || int8send(amount) || int2send(asset)
                || int4send(code) || uuid_send(coalesce(ref_id, zero)) || date_send(effective_on)
                || uuid_send(coalesce(grp, zero)) || int8send(fp) || int2send(result),
                ''::bytea ORDER BY idx), ''::bytea)) AS digest
        FROM item WHERE (result = 0 OR result BETWEEN 20 AND 71) AND (SELECT ok FROM gate)
    ), after AS (
        SELECT array_agg(id) AS account, array_agg(dv) AS dv, array_agg(dp) AS dp,
            array_agg(cv) AS cv, array_agg(cp) AS cp
        FROM changed
    )
    SELECT gate.ok, gate.risky, print.n,
        (SELECT coalesce(jsonb_object_agg(asset::text, jsonb_build_array(posted, held)), '{}')
            FROM summed),
        (SELECT coalesce(string_agg(asset || ':' || posted || ':' || held, ';' ORDER BY asset), '')
            FROM summed),
        print.digest, after.account, after.dv, after.dp, after.cv, after.cp
    INTO answer FROM gate, print, after;
    RETURN answer;
END
$$;
