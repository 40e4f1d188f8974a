-- Why: the exact path. ledger_decide goes through the given positions of a sub-batch one after the
-- other, with all state in arrays, and decides each code as sequential processing would; the
-- writing stays set-based. The codes' numbers are those of docs/reference/ledger-codes.md.
SET LOCAL lock_timeout = '5s';

-- What is decided, by position; dr, cr, amount, asset are those of the reference where there is
-- one. In codes 100 stands for a replay, whose first answer is in replay_*.
CREATE TYPE ledger_decided AS (
    codes smallint[], dr bigint[], cr bigint[], amount bigint[], asset smallint[],
    released bigint[], hold smallint[], replay_code smallint[], replay_batch bigint[],
    replay_idx int[]
);

CREATE FUNCTION ledger_decide(
    p_shard smallint, p_at timestamptz, p_swept timestamptz, p_seq bigint, p_pos int[],
    p_id uuid[], p_kind smallint[], p_dr bigint[], p_cr bigint[], p_amount bigint[],
    p_asset smallint[], p_ref uuid[], p_run int[], p_fp bigint[], p_expires timestamptz[],
    p_bad smallint[], p_start ledger_decided
) RETURNS ledger_decided
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = on
SET plan_cache_mode = force_generic_plan
SET work_mem = '64MB' SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    top CONSTANT bigint := 9223372036854775807;
    m CONSTANT int := cardinality(p_pos);
    -- The decision, by position.
    o_code smallint[] := p_start.codes;
    o_dr bigint[] := p_start.dr;
    o_cr bigint[] := p_start.cr;
    o_amount bigint[] := p_start.amount;
    o_asset smallint[] := p_start.asset;
    o_released bigint[] := p_start.released;
    o_hold smallint[] := p_start.hold;
    r_code smallint[] := p_start.replay_code;
    r_batch bigint[] := p_start.replay_batch;
    r_idx int[] := p_start.replay_idx;
    -- By turn (1..m): keys of the id and of the reference, places of the accounts.
    id_key int[];
    ref_key int[];
    dr_at int[];
    cr_at int[];
    -- By key: what is stored under an id, and the state of a hold.
    t_code smallint[];
    t_fp bigint[];
    t_kind smallint[];
    t_dr bigint[];
    t_cr bigint[];
    t_amount bigint[];
    t_asset smallint[];
    t_batch bigint[];
    t_idx int[];
    t_dr_at int[];
    t_cr_at int[];
    h_status smallint[];
    h_expires timestamptz[];
    h_pos int[];
    t_reversed boolean[];
    -- By place: the accounts.
    a_flags int[];
    a_asset smallint[];
    a_dp bigint[];
    a_dv bigint[];
    a_cp bigint[];
    a_cv bigint[];
    a_gone_d bigint[];
    a_gone_c bigint[];
    -- Of the present item.
    p int;
    k int;
    rk int;
    d int;
    c int;
    kind smallint;
    code smallint;
    amount bigint;
    x bigint;
    y bigint;
    run_now int := 0;
    run_first int;
    run_code smallint;
    j int;
    jk int;
    u_x bigint[] := array_fill(0::bigint, ARRAY[m]);
    u_y bigint[] := array_fill(0::bigint, ARRAY[m]);
BEGIN
    WITH used AS MATERIALIZED (
        SELECT u.ord::int AS q, p_id[u.pos] AS id, p_ref[u.pos] AS ref_id
        FROM unnest(p_pos) WITH ORDINALITY AS u(pos, ord)
    ), key AS MATERIALIZED (
        SELECT s.id, row_number() OVER ()::int AS k FROM (
            SELECT id FROM used UNION SELECT ref_id FROM used WHERE ref_id IS NOT NULL) s
    ), state AS MATERIALIZED (
        SELECT key.k, t.result, t.fp, t.kind, t.dr, t.cr,
            t.amount, t.asset, t.batch, t.idx, h.status, h.expires_at, r.target IS NOT NULL AS gone
        FROM key
        LEFT JOIN LATERAL (SELECT * FROM ledger_transfer b
            WHERE b.shard = p_shard AND b.id = key.id OFFSET 0) t ON true
        LEFT JOIN LATERAL (SELECT * FROM ledger_pending b
            WHERE b.shard = p_shard AND b.id = t.id AND t.kind = 2 OFFSET 0) h ON true
        LEFT JOIN LATERAL (SELECT * FROM ledger_reversal b
            WHERE b.shard = p_shard AND b.target = t.id OFFSET 0) r ON true
    ), by_turn AS (
        SELECT array_agg(i.k ORDER BY u.q) AS id_key, array_agg(r.k ORDER BY u.q) AS ref_key
        FROM used u JOIN key i ON i.id = u.id LEFT JOIN key r ON r.id = u.ref_id
    )
    SELECT b.id_key, b.ref_key, s.*
    INTO id_key, ref_key, t_code, t_fp, t_kind, t_dr, t_cr, t_amount, t_asset, t_batch, t_idx,
        h_status, h_expires, t_reversed
    FROM by_turn b, (
        SELECT array_agg(result ORDER BY k), array_agg(fp ORDER BY k), array_agg(state.kind ORDER BY k),
            array_agg(dr ORDER BY k), array_agg(cr ORDER BY k), array_agg(state.amount ORDER BY k),
            array_agg(asset ORDER BY k), array_agg(batch ORDER BY k), array_agg(idx ORDER BY k),
            array_agg(status ORDER BY k), array_agg(expires_at ORDER BY k),
            array_agg(gone ORDER BY k)
        FROM state) s;
    h_pos := array_fill(NULL::int, ARRAY[cardinality(t_code)]);

    WITH used AS MATERIALIZED (
        SELECT u.ord::int AS q, p_dr[u.pos] AS dr, p_cr[u.pos] AS cr
        FROM unnest(p_pos) WITH ORDINALITY AS u(pos, ord)
    ), target AS MATERIALIZED (
        SELECT t.dr, t.cr, t.ord AS k FROM unnest(t_dr, t_cr) WITH ORDINALITY AS t(dr, cr, ord)
    ), place AS MATERIALIZED (
        SELECT s.id, row_number() OVER ()::int AS place FROM (
            SELECT dr AS id FROM used UNION SELECT cr FROM used
            UNION SELECT dr FROM target WHERE dr IS NOT NULL
            UNION SELECT cr FROM target WHERE cr IS NOT NULL) s
    ), gone AS (
        -- Holds that are expired but not yet swept; a hold can only expire after swept_at.
        SELECT h.dr, h.cr, h.amount FROM ledger_pending h
        WHERE h.shard = p_shard AND h.expires_at > p_swept AND h.expires_at <= p_at
            AND h.status = 0
    ), gone_d AS MATERIALIZED (SELECT dr AS id, sum(gone.amount)::bigint AS gone FROM gone GROUP BY dr),
    gone_c AS MATERIALIZED (SELECT cr AS id, sum(gone.amount)::bigint AS gone FROM gone GROUP BY cr),
    account AS MATERIALIZED (
        SELECT place.place, a.flags, a.asset, a.flags & 4 <> 0 AS hot, a.dp, a.dv, a.cp, a.cv,
            coalesce(gone_d.gone, 0) AS gone_d, coalesce(gone_c.gone, 0) AS gone_c
        FROM place
        LEFT JOIN LATERAL (SELECT * FROM ledger_account b
            WHERE b.shard = p_shard AND b.id = place.id OFFSET 0) a ON true
        LEFT JOIN gone_d ON gone_d.id = place.id
        LEFT JOIN gone_c ON gone_c.id = place.id
    )
    SELECT b.dr_at, b.cr_at, t.dr_at, t.cr_at, a.*
    INTO dr_at, cr_at, t_dr_at, t_cr_at,
        a_flags, a_asset, a_dp, a_dv, a_cp, a_cv, a_gone_d, a_gone_c
    FROM (SELECT array_agg(i.place ORDER BY u.q) AS dr_at, array_agg(r.place ORDER BY u.q) AS cr_at
            FROM used u LEFT JOIN place i ON i.id = u.dr LEFT JOIN place r ON r.id = u.cr) b,
        (SELECT array_agg(i.place ORDER BY u.k) AS dr_at, array_agg(r.place ORDER BY u.k) AS cr_at
            FROM target u LEFT JOIN place i ON i.id = u.dr LEFT JOIN place r ON r.id = u.cr) t,
        -- Hot accounts start from nothing: only the batch's own sums are checked for overflow.
        (SELECT array_agg(flags ORDER BY place), array_agg(asset ORDER BY place),
            array_agg(CASE WHEN hot THEN 0 ELSE dp END ORDER BY place),
            array_agg(CASE WHEN hot THEN 0 ELSE dv END ORDER BY place),
            array_agg(CASE WHEN hot THEN 0 ELSE cp END ORDER BY place),
            array_agg(CASE WHEN hot THEN 0 ELSE cv END ORDER BY place),
            array_agg(gone_d ORDER BY place), array_agg(gone_c ORDER BY place)
        FROM account) a;

    FOR q IN 1..m LOOP
        p := p_pos[q];
        k := id_key[q];
        o_dr[p] := p_dr[p];
        o_cr[p] := p_cr[p];
        o_amount[p] := p_amount[p];
        o_asset[p] := p_asset[p];
        o_released[p] := NULL;
        kind := p_kind[p];
        IF p_run[p] IS NULL THEN
            run_now := 0;
        ELSIF p_run[p] <> run_now THEN
            -- A new run: look through its members for what decides it as a whole.
            run_now := p_run[p];
            run_first := q;
            run_code := 0;
            j := q;
            WHILE j <= m AND p_run[p_pos[j]] = run_now LOOP
                jk := id_key[j];
                IF t_code[jk] IS NOT NULL AND t_fp[jk] = p_fp[p_pos[j]] THEN
                    run_code := 13;
                    EXIT;
                ELSIF t_code[jk] IS NOT NULL OR p_bad[p_pos[j]] IS NOT NULL THEN
                    run_code := 70;
                END IF;
                j := j + 1;
            END LOOP;
        END IF;

        IF t_code[k] IS NOT NULL THEN
            IF t_fp[k] = p_fp[p] THEN
                o_code[p] := 100;
                r_code[p] := t_code[k];
                r_batch[p] := t_batch[k];
                r_idx[p] := t_idx[k];
            ELSE
                o_code[p] := 1;
            END IF;
            CONTINUE;
        END IF;
        IF p_bad[p] IS NOT NULL THEN
            o_code[p] := p_bad[p];
            CONTINUE;
        END IF;
        IF run_now > 0 AND run_code = 13 THEN
            o_code[p] := 13;
            CONTINUE;
        END IF;

        code := 0;
        amount := p_amount[p];
        x := 0;
        y := 0;
        IF kind <= 2 THEN
            d := dr_at[q];
            c := cr_at[q];
            IF a_flags[d] IS NULL THEN
                code := 20;
            ELSIF o_cr[p] >> 48 <> p_shard THEN
                -- An account of another shard is not looked up.
                code := CASE WHEN a_asset[d] <> o_asset[p] THEN 22 ELSE 23 END;
            ELSIF a_flags[c] IS NULL THEN
                code := 21;
            ELSIF a_asset[d] <> o_asset[p] OR a_asset[c] <> o_asset[p] THEN
                code := 22;
            END IF;
            IF kind = 1 THEN
                x := amount;
            ELSE
                y := amount;
            END IF;
        ELSE
            rk := ref_key[q];
            IF kind = 5 THEN
                IF t_code[rk] = 0 AND t_kind[rk] IN (1, 3) THEN
                    d := t_cr_at[rk];
                    c := t_dr_at[rk];
                    amount := t_amount[rk];
                    x := amount;
                    IF t_reversed[rk] THEN
                        code := 61;
                    END IF;
                ELSE
                    code := 60;
                END IF;
            ELSIF h_status[rk] IS NULL THEN
                code := 50;
            ELSE
                d := t_dr_at[rk];
                c := t_cr_at[rk];
                y := -t_amount[rk];
                IF amount = 0 THEN
                    amount := t_amount[rk];
                END IF;
                IF kind = 3 THEN
                    x := amount;
                END IF;
                IF h_status[rk] > 0 THEN
                    code := 50 + h_status[rk];
                ELSIF kind = 6 THEN
                    IF h_expires[rk] IS NULL OR h_expires[rk] > p_at THEN
                        code := 50;
                    END IF;
                ELSIF h_expires[rk] <= p_at THEN
                    code := 53;
                ELSIF amount > t_amount[rk] THEN
                    code := 54;
                END IF;
            END IF;
        END IF;
        IF code = 0 AND kind IN (1, 2, 5) THEN
            IF (a_flags[d] | a_flags[c]) & 16 <> 0 THEN
                code := 30;
            ELSIF a_flags[d] & 8 <> 0 THEN
                code := 31;
            ELSIF a_flags[d] & 5 = 1 AND amount > a_cp[d] - a_dp[d] - (a_dv[d] - a_gone_d[d]) THEN
                code := 40;
            ELSIF a_flags[c] & 6 = 2 AND amount > a_dp[c] - a_cp[c] - (a_cv[c] - a_gone_c[c]) THEN
                code := 41;
            ELSIF kind = 2 AND p_expires[p] <= p_at THEN
                code := 53;
            END IF;
        END IF;
        IF run_now > 0 AND run_code = 70 THEN
            code := 70;
        END IF;
        IF code = 0 AND (x > top - greatest(a_dp[d], a_cp[c])
                OR (y > 0 AND y > top - greatest(a_dv[d], a_cv[c]))) THEN
            code := 71;
        END IF;

        o_code[p] := code;
        t_code[k] := code;
        t_fp[k] := p_fp[p];
        t_kind[k] := kind;
        t_batch[k] := p_seq;
        t_idx[k] := p - 1;
        IF code = 0 THEN
            -- A row that is OK names the accounts of its reference; a refused one what was asked.
            IF kind > 2 THEN
                o_dr[p] := CASE kind WHEN 5 THEN t_cr[rk] ELSE t_dr[rk] END;
                o_cr[p] := CASE kind WHEN 5 THEN t_dr[rk] ELSE t_cr[rk] END;
                o_amount[p] := amount;
                o_asset[p] := t_asset[rk];
            END IF;
            a_dp[d] := a_dp[d] + x;
            a_dv[d] := a_dv[d] + y;
            a_cp[c] := a_cp[c] + x;
            a_cv[c] := a_cv[c] + y;
            u_x[q] := x;
            u_y[q] := y;
            t_dr[k] := o_dr[p];
            t_cr[k] := o_cr[p];
            t_dr_at[k] := d;
            t_cr_at[k] := c;
            dr_at[q] := d;
            cr_at[q] := c;
            t_amount[k] := amount;
            t_asset[k] := o_asset[p];
            IF kind = 2 THEN
                h_status[k] := 0;
                h_expires[k] := p_expires[p];
                h_pos[k] := p;
            ELSIF kind = 5 THEN
                t_reversed[rk] := true;
            ELSIF kind > 2 THEN
                o_released[p] := -y;
                h_status[rk] := CASE kind WHEN 3 THEN 1 WHEN 4 THEN 2 ELSE 3 END;
                IF h_pos[rk] IS NOT NULL THEN
                    o_hold[h_pos[rk]] := h_status[rk];
                END IF;
                IF kind = 6 THEN
                    a_gone_d[d] := a_gone_d[d] + y;
                    a_gone_c[c] := a_gone_c[c] + y;
                END IF;
            END IF;
        ELSIF run_now > 0 AND run_code = 0 THEN
            -- The first to fail: take back what this run did before.
            run_code := 70;
            FOR j IN REVERSE q - 1..run_first LOOP
                jk := id_key[j];
                d := dr_at[j];
                c := cr_at[j];
                a_dp[d] := a_dp[d] - u_x[j];
                a_dv[d] := a_dv[d] - u_y[j];
                a_cp[c] := a_cp[c] - u_x[j];
                a_cv[c] := a_cv[c] - u_y[j];
                o_code[p_pos[j]] := 70;
                o_dr[p_pos[j]] := p_dr[p_pos[j]];
                o_cr[p_pos[j]] := p_cr[p_pos[j]];
                o_amount[p_pos[j]] := p_amount[p_pos[j]];
                o_asset[p_pos[j]] := p_asset[p_pos[j]];
                t_code[jk] := 70;
                rk := ref_key[j];
                CASE t_kind[jk]
                    WHEN 1 THEN NULL;
                    WHEN 2 THEN
                        h_status[jk] := NULL;
                    WHEN 5 THEN
                        t_reversed[rk] := false;
                    ELSE
                        h_status[rk] := 0;
                        o_released[p_pos[j]] := NULL;
                        IF h_pos[rk] IS NOT NULL THEN
                            o_hold[h_pos[rk]] := 0;
                        END IF;
                        IF t_kind[jk] = 6 THEN
                            a_gone_d[d] := a_gone_d[d] - u_y[j];
                            a_gone_c[c] := a_gone_c[c] - u_y[j];
                        END IF;
                END CASE;
            END LOOP;
        END IF;
    END LOOP;
    RETURN (o_code, o_dr, o_cr, o_amount, o_asset, o_released, o_hold, r_code, r_batch, r_idx);
END
$$;
