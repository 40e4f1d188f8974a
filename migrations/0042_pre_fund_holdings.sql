-- Why: a holding is an anchor ("so many units at the start of this day") and a journal of unit
-- events; income is recomputed from fund days, so publishing a day writes no holding.
SET LOCAL lock_timeout = '5s';

CREATE TABLE holding (
    shard smallint NOT NULL,
    fund text NOT NULL,
    customer_no bigint NOT NULL,
    opened_on date NOT NULL,
    as_of_on date NOT NULL,
    units_e2 bigint NOT NULL CHECK (units_e2 >= 0),
    accrued_e2 bigint NOT NULL DEFAULT 0,
    ordered_e2 bigint NOT NULL DEFAULT 0 CHECK (ordered_e2 >= 0),
    frozen_e2 bigint NOT NULL DEFAULT 0 CHECK (frozen_e2 >= 0),
    PRIMARY KEY (shard, fund, customer_no),
    CHECK (as_of_on >= opened_on)
) WITH (fillfactor = 70);

CREATE TABLE unit_event (
    shard smallint NOT NULL,
    fund text NOT NULL,
    customer_no bigint NOT NULL,
    event_id uuid NOT NULL,
    effective_on date NOT NULL,
    delta_e2 bigint NOT NULL CHECK (delta_e2 <> 0),
    kind text NOT NULL CHECK (kind IN (
        'purchase', 'redemption', 'fast_redemption', 'fast_return', 'advance')),
    order_id uuid NOT NULL,
    PRIMARY KEY (shard, event_id)
);
CREATE INDEX unit_event_holding_idx ON unit_event (shard, fund, customer_no, effective_on);
CREATE INDEX unit_event_day_idx ON unit_event (fund, effective_on);

-- The units of the advance provider: one holder a shard, so that an advance stays on its shard.
CREATE TABLE advance_holder (
    shard smallint NOT NULL,
    fund text NOT NULL,
    customer_no bigint NOT NULL CHECK (customer_no < 100),
    PRIMARY KEY (shard, fund)
);

CREATE TABLE income_override (
    shard smallint NOT NULL,
    fund text NOT NULL,
    customer_no bigint NOT NULL,
    income_on date NOT NULL,
    income_fen bigint NOT NULL,
    source text NOT NULL,
    record_no bigint NOT NULL,
    approval_id uuid NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (shard, fund, customer_no, income_on)
);
CREATE INDEX income_override_day_idx ON income_override (fund, income_on);
