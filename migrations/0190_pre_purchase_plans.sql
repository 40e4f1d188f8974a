-- Why: customers save by habit. A plan buys a fixed amount each trading day, week or month from a
-- bound card; each purchase is an order like any other, under an id that follows from plan and date.
SET LOCAL lock_timeout = '5s';

CREATE TABLE purchase_plan (
    shard smallint NOT NULL,
    plan_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    fund text NOT NULL,
    card_id uuid NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    every text NOT NULL CHECK (every IN ('trading_day', 'week', 'month')),
    -- 1 to 7 is Monday to Sunday, 1 to 31 the day of a month; null for every trading day.
    on_day smallint CHECK (on_day BETWEEN 1 AND 31),
    state text NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    reason text NOT NULL DEFAULT '',
    -- The date that the next purchase is for; it is placed on the first trading day from then on.
    next_on date NOT NULL,
    failures smallint NOT NULL DEFAULT 0 CHECK (failures >= 0),
    last_order_id uuid,
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (shard, plan_id),
    CHECK ((every = 'trading_day') = (on_day IS NULL)),
    CHECK (every <> 'week' OR on_day <= 7),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE INDEX purchase_plan_customer ON purchase_plan (shard, customer_no, plan_id);
CREATE INDEX purchase_plan_due ON purchase_plan (next_on, shard, plan_id) WHERE state = 'active';
-- The same plan twice would be a slip of the finger.
CREATE UNIQUE INDEX purchase_plan_twin
    ON purchase_plan (shard, customer_no, fund, card_id, amount_fen, every, coalesce(on_day, 0::smallint))
    WHERE state <> 'ended';
