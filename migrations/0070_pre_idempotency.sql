-- Why: a retried money request must get its first answer, byte for byte, for ever. One row a
-- request that had an effect, written in the transaction of that effect, so that one cannot exist
-- without the other. Refusals have no effect and leave no row.
SET LOCAL lock_timeout = '5s';

CREATE TABLE idempotency (
    shard smallint NOT NULL,
    customer_no bigint NOT NULL,
    -- First 16 bytes of SHA-256 over route and key: the key itself is the client's own text, may
    -- hold anything, and is not needed again.
    claim uuid NOT NULL,
    -- SHA-256 over method, route and canonical JSON of the body.
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    object_id uuid NOT NULL,
    -- Both null while the caller waits for the bank's outcome; then what was answered.
    status smallint CHECK (status BETWEEN 200 AND 299),
    body bytea,
    -- Machine time until which the first request may still be waiting; after it a retry answers.
    wait_until timestamptz,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (shard, customer_no, claim),
    CHECK ((status IS NULL) = (body IS NULL)),
    CHECK (status IS NOT NULL OR wait_until IS NOT NULL)
);
