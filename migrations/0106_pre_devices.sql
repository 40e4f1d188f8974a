-- Why: a customer sees the devices that signed in, and a new one must prove itself before money
-- moves. The key is what the device keeps; here only its digest is, and the name is sealed.
SET LOCAL lock_timeout = '5s';

CREATE TABLE customer_device (
    shard smallint NOT NULL,
    device_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    key_sha256 bytea NOT NULL CHECK (length(key_sha256) = 32),
    sealed_name bytea,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    trusted_at timestamptz,
    PRIMARY KEY (shard, device_id),
    UNIQUE (shard, customer_no, key_sha256)
);

-- Null for sessions from before this table, and those that the sandbox opens in bulk.
ALTER TABLE session ADD COLUMN device_id uuid;
