-- Why: between the manager's figures and the comparison with its register a day's income is our
-- prediction: it can be explained, and shown as one, but nothing is posted and no holding rolls
-- over it. The row goes when the day is published.
SET LOCAL lock_timeout = '5s';

CREATE TABLE fund_day_predicted (
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
    -- predicted; refused, where the figures contradict themselves and only operators see them.
    status text NOT NULL CHECK (status IN ('predicted', 'refused')),
    source text NOT NULL,
    published_at timestamptz NOT NULL,
    income_becomes text NOT NULL,
    PRIMARY KEY (fund, income_on)
);
