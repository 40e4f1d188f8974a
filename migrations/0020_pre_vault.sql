-- Why: each customer's private fields are sealed under a key of their own, so that destroying one
-- row makes one person unreadable. A shredded row stays without its key, as the proof of it.
SET LOCAL lock_timeout = '5s';

CREATE TABLE vault_customer_key (
    shard smallint NOT NULL,
    customer_no bigint NOT NULL CHECK (customer_no > 0),
    epoch smallint NOT NULL CHECK (epoch > 0),
    wrapped bytea CHECK (length(wrapped) = 60),
    opened_at timestamptz NOT NULL,
    shredded_at timestamptz,
    PRIMARY KEY (shard, customer_no),
    CHECK ((wrapped IS NULL) = (shredded_at IS NOT NULL))
);
