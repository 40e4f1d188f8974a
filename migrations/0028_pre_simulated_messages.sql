-- Why: the sandbox shows the code that a real message would have carried.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA IF NOT EXISTS simulated;

CREATE TABLE simulated.message (
    phone_pseudonym bytea PRIMARY KEY CHECK (length(phone_pseudonym) = 16),
    code text NOT NULL,
    sent_at timestamptz NOT NULL
);
