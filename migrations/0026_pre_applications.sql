-- Why: a person on the way to becoming a customer. An application outlives the authority's bad
-- hour: it is kept, sealed under its own key, and asked again. The key is destroyed at its end.
SET LOCAL lock_timeout = '5s';

CREATE TABLE application (
    shard smallint NOT NULL,
    application_id uuid NOT NULL,
    token_sha256 bytea NOT NULL CHECK (length(token_sha256) = 32),
    state text NOT NULL CHECK (state IN ('phone_proven', 'checking', 'waiting_authority',
                                         'manual_review', 'accepted', 'refused', 'expired')),
    opened_at timestamptz NOT NULL,
    machine_expires_at timestamptz NOT NULL,
    submitted_at timestamptz,
    next_try_at timestamptz,
    expected_by timestamptz,
    ended_at timestamptz,
    try_count smallint NOT NULL DEFAULT 0,
    ask_count smallint NOT NULL DEFAULT 0,
    customer_no bigint,
    phone_pseudonym bytea NOT NULL CHECK (length(phone_pseudonym) = 16),
    wrapped_key bytea,
    sealed_phone bytea,
    sealed_name bytea,
    sealed_national_id bytea,
    PRIMARY KEY (shard, application_id),
    UNIQUE (shard, token_sha256),
    CHECK ((state = 'accepted') = (customer_no IS NOT NULL)),
    CHECK ((state IN ('accepted', 'refused', 'expired')) = (wrapped_key IS NULL))
);
CREATE INDEX application_due ON application (next_try_at, shard, application_id)
    WHERE next_try_at IS NOT NULL;
