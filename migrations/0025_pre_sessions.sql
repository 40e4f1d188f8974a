-- Why: who is signed in and who may move money just now. Only digests of tokens are stored; a
-- token names its shard. Expiry is machine time, since a thief does not travel with our clock.
SET LOCAL lock_timeout = '5s';

CREATE TABLE session (
    shard smallint NOT NULL,
    token_sha256 bytea NOT NULL CHECK (length(token_sha256) = 32),
    session_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    machine_opened_at timestamptz NOT NULL,
    machine_expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    sealed_device bytea,
    PRIMARY KEY (shard, token_sha256)
);
CREATE INDEX session_of_customer ON session (shard, customer_no, session_id);

CREATE TABLE step_up_grant (
    shard smallint NOT NULL,
    token_sha256 bytea NOT NULL CHECK (length(token_sha256) = 32),
    session_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    scope text NOT NULL CHECK (scope IN ('money')),
    granted_at timestamptz NOT NULL,
    machine_expires_at timestamptz NOT NULL,
    PRIMARY KEY (shard, token_sha256)
);
CREATE INDEX step_up_grant_of_customer ON step_up_grant (shard, customer_no);

-- The last code sent to a number for a purpose; shard is the number's pseudonym's.
CREATE TABLE message_code (
    shard smallint NOT NULL,
    phone_pseudonym bytea NOT NULL CHECK (length(phone_pseudonym) = 16),
    purpose text NOT NULL CHECK (purpose IN ('register', 'sign_in', 'recover')),
    code_mac bytea NOT NULL CHECK (length(code_mac) = 16),
    machine_sent_at timestamptz NOT NULL,
    machine_window_at timestamptz NOT NULL,
    sent_count smallint NOT NULL,
    failure_count smallint NOT NULL DEFAULT 0,
    used_at timestamptz,
    PRIMARY KEY (shard, phone_pseudonym, purpose)
);
