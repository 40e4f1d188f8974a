-- Why: customers also sign in with the account of their device's maker (OpenID Connect). Its
-- subject is kept as a keyed pseudonym, one customer an account, in the directory beside IDs and
-- phones. A flow lives ten minutes of machine time and is good once.
SET LOCAL lock_timeout = '5s';

ALTER TABLE customer_directory DROP CONSTRAINT customer_directory_kind_check;
ALTER TABLE customer_directory ADD CONSTRAINT customer_directory_kind_check
    CHECK (kind IN (1, 2, 3)) NOT VALID;
ALTER TABLE customer_directory VALIDATE CONSTRAINT customer_directory_kind_check;

CREATE TABLE device_account (
    shard smallint NOT NULL,
    account_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    pseudonym bytea NOT NULL CHECK (length(pseudonym) = 16),
    device_id uuid,
    linked_at timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (shard, account_id),
    UNIQUE (shard, customer_no, pseudonym)
);

-- shard is the state's. A pending registration is a flow too: it waits for its customer.
CREATE TABLE device_account_flow (
    shard smallint NOT NULL,
    state_sha256 bytea NOT NULL CHECK (length(state_sha256) = 32),
    browser_sha256 bytea NOT NULL CHECK (length(browser_sha256) = 32),
    purpose text NOT NULL CHECK (purpose IN ('sign_in', 'link', 'register')),
    return_to text NOT NULL,
    customer_no bigint,
    session_id uuid,
    pseudonym bytea CHECK (length(pseudonym) = 16),
    machine_expires_at timestamptz NOT NULL,
    PRIMARY KEY (shard, state_sha256),
    CHECK ((purpose = 'link') = (session_id IS NOT NULL)),
    CHECK ((purpose = 'register') = (pseudonym IS NOT NULL))
);
CREATE INDEX device_account_flow_expiry ON device_account_flow (machine_expires_at);
