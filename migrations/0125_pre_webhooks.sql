-- Why: receivers are told of events as they happen. An endpoint remembers how far in the log it
-- has been read for; what has to be sent waits in webhook_due until it arrived or is given up; the
-- last tries can be looked at. Times are the machine's: a receiver lives in real time. Tables of
-- the log's own node, hence without a shard.
SET LOCAL lock_timeout = '5s';

CREATE TABLE webhook_endpoint (
    endpoint_id uuid PRIMARY KEY,
    url text NOT NULL,
    types text[] NOT NULL,
    wrapped_key bytea NOT NULL,
    sealed_secret bytea NOT NULL,
    sealed_previous bytea,
    previous_until timestamptz,
    seen_seq bigint NOT NULL,
    replayed_upto bigint NOT NULL DEFAULT 0,
    try_count bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    rests_until timestamptz,
    leased_until timestamptz,
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    CHECK ((sealed_previous IS NULL) = (previous_until IS NULL))
);

CREATE TABLE webhook_due (
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoint (endpoint_id),
    seq bigint NOT NULL,
    object_id text NOT NULL,
    why text NOT NULL CHECK (why IN ('event', 'resend', 'replay')),
    tries integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    PRIMARY KEY (endpoint_id, seq)
);
CREATE INDEX webhook_due_of_object ON webhook_due (endpoint_id, object_id, seq);

CREATE TABLE webhook_try (
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoint (endpoint_id),
    try_no bigint NOT NULL,
    seq bigint,
    event_id uuid NOT NULL,
    type text NOT NULL,
    why text NOT NULL CHECK (why IN ('event', 'resend', 'replay', 'test')),
    attempt integer NOT NULL,
    at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    status integer,
    problem text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('delivered', 'retrying', 'given_up')),
    next_at timestamptz,
    PRIMARY KEY (endpoint_id, try_no)
);
