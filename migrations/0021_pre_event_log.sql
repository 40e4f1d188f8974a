-- Why: everything that happened, in the order in which it was committed and without a gap, so that
-- a reader that remembers one number can go on after any break. `shard` is the log's own number
-- (0: the installation has one log), not the customer's, since readers want one order for all.
SET LOCAL lock_timeout = '5s';

CREATE TABLE event_head (
    shard smallint PRIMARY KEY,
    seq bigint NOT NULL CHECK (seq >= 0)
) WITH (fillfactor = 10);
INSERT INTO event_head (shard, seq) VALUES (0, 0);

CREATE TABLE event (
    seq bigint NOT NULL,
    business_time timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    customer_no bigint,
    event_id uuid NOT NULL,
    shard smallint NOT NULL,
    type text NOT NULL,
    api_version text NOT NULL,
    object_id text NOT NULL,
    request_id text NOT NULL,
    idempotency_key text NOT NULL,
    transfer_ids uuid[] NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (shard, seq),
    UNIQUE (shard, event_id)
);
CREATE INDEX event_of_customer ON event (shard, customer_no, seq) WHERE customer_no IS NOT NULL;
