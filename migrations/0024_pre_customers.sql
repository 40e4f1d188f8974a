-- Why: who our customers are, without one readable personal field: name, ID and phone are sealed
-- under the customer's own key, and looked up by keyed pseudonyms in the directory, whose shard
-- is the pseudonym's, not the customer's.
SET LOCAL lock_timeout = '5s';

-- Numbers below 100 are kept for institutions; the n-th number of a shard is n * shards + shard.
CREATE TABLE customer_counter (
    shard smallint PRIMARY KEY,
    last bigint NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE customer (
    shard smallint NOT NULL,
    customer_no bigint NOT NULL CHECK (customer_no >= 100),
    customer_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'closing', 'closed')),
    simulated boolean NOT NULL,
    registered_at timestamptz NOT NULL,
    closing_at timestamptz,
    closed_at timestamptz,
    own_frozen_at timestamptz,
    staff_frozen_at timestamptz,
    staff_freeze_reason text,
    cool_down_until timestamptz,
    id_pseudonym bytea NOT NULL CHECK (length(id_pseudonym) = 16),
    phone_pseudonym bytea NOT NULL CHECK (length(phone_pseudonym) = 16),
    sealed_name bytea NOT NULL,
    sealed_national_id bytea NOT NULL,
    sealed_phone bytea NOT NULL,
    PRIMARY KEY (shard, customer_no),
    UNIQUE (shard, customer_id),
    CHECK ((staff_frozen_at IS NULL) = (staff_freeze_reason IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX customer_closing ON customer (shard, customer_no) WHERE state = 'closing';

-- kind: 1 national ID, 2 mobile number. One person, one account; one number, one account.
CREATE TABLE customer_directory (
    customer_no bigint NOT NULL,
    shard smallint NOT NULL,
    kind smallint NOT NULL CHECK (kind IN (1, 2)),
    pseudonym bytea NOT NULL CHECK (length(pseudonym) = 16),
    PRIMARY KEY (shard, kind, pseudonym)
);

CREATE TABLE payment_password (
    shard smallint NOT NULL,
    customer_no bigint NOT NULL,
    hash text NOT NULL,
    set_at timestamptz NOT NULL,
    failure_count smallint NOT NULL DEFAULT 0,
    locked_until timestamptz,
    PRIMARY KEY (shard, customer_no)
);
