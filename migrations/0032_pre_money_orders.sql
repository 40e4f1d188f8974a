-- Why: one row a money order; the row is the job, so there is no queue beside it. Evidence is only
-- ever appended. Counters of a day are taken with the order and given back on proof alone.
SET LOCAL lock_timeout = '5s';

CREATE TABLE money_order (
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    customer_no bigint NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    decided_at timestamptz,
    next_at timestamptz,
    limit_on date NOT NULL,
    shard smallint NOT NULL,
    attempt smallint NOT NULL CHECK (attempt > 0),
    queries smallint NOT NULL DEFAULT 0,
    returned boolean NOT NULL DEFAULT false,
    order_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    card_id uuid NOT NULL,
    original_order_id uuid,
    direction text NOT NULL CHECK (direction IN ('COLLECT', 'PAYOUT')),
    purpose text NOT NULL,
    bank text NOT NULL,
    channel text NOT NULL,
    bank_ref text,
    state text NOT NULL CHECK (state IN (
        'CREATED', 'RESERVED', 'SENT', 'UNKNOWN', 'DISPUTED', 'SUCCEEDED', 'REJECTED', 'CANCELLED'
    )),
    cases text[] NOT NULL DEFAULT '{}',
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (shard, order_id),
    CHECK ((bank_ref IS NULL) = (sent_at IS NULL)),
    CHECK (bank_ref IS NOT NULL OR state NOT IN ('SENT', 'UNKNOWN', 'DISPUTED', 'SUCCEEDED'))
) WITH (fillfactor = 80);

-- Only one live attempt of an intent: an unknown order blocks every other.
CREATE UNIQUE INDEX money_order_live_intent ON money_order (shard, intent_id)
    WHERE state NOT IN ('REJECTED', 'CANCELLED');
-- An open case blocks a new attempt too, though the order itself is dead.
CREATE INDEX money_order_open_case ON money_order (shard, intent_id) WHERE cases <> '{}';
CREATE INDEX money_order_refund ON money_order (shard, original_order_id)
    WHERE original_order_id IS NOT NULL;
CREATE INDEX money_order_customer ON money_order (shard, customer_no, order_id);
CREATE INDEX money_order_to_send ON money_order (next_at) WHERE state = 'RESERVED';
CREATE INDEX money_order_to_query ON money_order (next_at) WHERE state IN ('SENT', 'UNKNOWN');

CREATE TABLE payment_evidence (
    received_at timestamptz NOT NULL,
    amount_fen bigint,
    shard smallint NOT NULL,
    order_id uuid NOT NULL,
    evidence_id text NOT NULL CHECK (length(evidence_id) BETWEEN 1 AND 100),
    source text NOT NULL CHECK (source IN ('reply', 'query', 'callback', 'statement', 'people')),
    event text NOT NULL,
    code text NOT NULL DEFAULT '',
    PRIMARY KEY (shard, order_id, evidence_id)
);

CREATE TABLE card_day_use (
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    on_date date NOT NULL,
    used_count integer NOT NULL CHECK (used_count >= 0),
    shard smallint NOT NULL,
    card_id uuid NOT NULL,
    direction text NOT NULL,
    PRIMARY KEY (shard, card_id, on_date, direction)
) WITH (fillfactor = 80);

-- One stripe a shard. A stripe is exact; the other stripes are read without their locks, so the sum
-- may run over by what other shards are about to commit (see the domain's README).
CREATE TABLE channel_day_use (
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    on_date date NOT NULL,
    shard smallint NOT NULL,
    bank text NOT NULL,
    direction text NOT NULL,
    channel text NOT NULL,
    PRIMARY KEY (shard, bank, direction, channel, on_date)
) WITH (fillfactor = 20);
CREATE INDEX channel_day_use_all ON channel_day_use (bank, direction, channel, on_date);
