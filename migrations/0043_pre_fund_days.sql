-- Why: one row holds a fund's whole day, so that any holder's income can be recomputed alone; what
-- the manager reported is kept apart from it, every version, with its source.
SET LOCAL lock_timeout = '5s';

CREATE TABLE manager_report (
    fund text NOT NULL,
    income_on date NOT NULL,
    report_no int NOT NULL,
    income_per_10k_e5 bigint NOT NULL,
    decimals smallint NOT NULL,
    yield_7d_e3 bigint,
    total_units_e2 bigint NOT NULL,
    total_income_fen bigint,
    next_trading_day date,
    status text NOT NULL,
    source text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (fund, income_on, report_no)
);

CREATE TABLE fund_day (
    fund text NOT NULL,
    income_on date NOT NULL,
    income_per_10k_e5 bigint NOT NULL,
    decimals smallint NOT NULL,
    mode text NOT NULL CHECK (mode IN ('rate', 'ratio')),
    sign smallint NOT NULL CHECK (sign IN (-1, 1)),
    numerator bigint NOT NULL CHECK (numerator >= 0),
    denominator bigint NOT NULL CHECK (denominator > 0),
    theta bigint NOT NULL CHECK (theta >= 0 AND theta <= denominator),
    tie_account bigint NOT NULL CHECK (tie_account >= 0),
    total_units_e2 bigint NOT NULL CHECK (total_units_e2 >= 0),
    total_income_fen bigint NOT NULL,
    residual_fen bigint NOT NULL CHECK (residual_fen >= 0),
    status text NOT NULL CHECK (status IN ('predicted', 'confirmed')),
    source text NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (fund, income_on)
);

CREATE TABLE fund_day_shard (
    shard smallint NOT NULL,
    fund text NOT NULL,
    income_on date NOT NULL,
    units_e2 bigint NOT NULL CHECK (units_e2 >= 0),
    income_fen bigint NOT NULL,
    transfer_id uuid,
    PRIMARY KEY (shard, fund, income_on)
);

-- Published yields of other funds: only with a date and a source.
CREATE TABLE rival_yield (
    name text NOT NULL,
    quoted_on date NOT NULL,
    source text NOT NULL,
    yield_7d_e3 bigint,
    income_per_10k_e5 bigint,
    published_on date NOT NULL,
    PRIMARY KEY (name, quoted_on, source),
    CHECK (yield_7d_e3 IS NOT NULL OR income_per_10k_e5 IS NOT NULL)
);
