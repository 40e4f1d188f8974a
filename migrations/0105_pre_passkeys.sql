-- Why: customers sign in and approve money with passkeys. Only public keys are kept; a challenge is
-- good once, for five minutes of machine time. A grant may be bound to the content of one order.
SET LOCAL lock_timeout = '5s';

CREATE TABLE passkey (
    shard smallint NOT NULL,
    passkey_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    credential_sha256 bytea NOT NULL CHECK (length(credential_sha256) = 32),
    credential_id bytea NOT NULL CHECK (length(credential_id) BETWEEN 1 AND 1023),
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL CHECK (sign_count >= 0),
    transports text[] NOT NULL,
    is_synced boolean NOT NULL,
    sealed_label bytea,
    device_id uuid,
    added_at timestamptz NOT NULL,
    machine_added_at timestamptz NOT NULL,
    last_used_at timestamptz,
    suspended_at timestamptz,
    PRIMARY KEY (shard, passkey_id),
    UNIQUE (shard, credential_sha256)
);
CREATE INDEX passkey_of_customer ON passkey (shard, customer_no, passkey_id);

-- shard comes from the challenge itself: who signs in is not known yet.
CREATE TABLE passkey_challenge (
    shard smallint NOT NULL,
    challenge bytea NOT NULL CHECK (length(challenge) = 32),
    purpose text NOT NULL CHECK (purpose IN ('register', 'sign_in', 'step_up')),
    session_id uuid,
    order_fingerprint bytea CHECK (length(order_fingerprint) = 32),
    machine_expires_at timestamptz NOT NULL,
    PRIMARY KEY (shard, challenge),
    CHECK ((purpose = 'sign_in') = (session_id IS NULL)),
    CHECK (order_fingerprint IS NULL OR purpose = 'step_up')
);
CREATE INDEX passkey_challenge_expiry ON passkey_challenge (machine_expires_at);

-- proof: what the grant was given for; order_fingerprint: the only order that it is good for.
ALTER TABLE step_up_grant ADD COLUMN proof text NOT NULL DEFAULT 'password'
    CHECK (proof IN ('password', 'passkey'));
ALTER TABLE step_up_grant ADD COLUMN order_fingerprint bytea
    CHECK (length(order_fingerprint) = 32);
