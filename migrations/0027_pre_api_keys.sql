-- Why: programs and staff come with a key; only its digest is stored. A label is an alias, never a
-- person's name.
SET LOCAL lock_timeout = '5s';

CREATE TABLE api_key (
    key_id uuid PRIMARY KEY,
    key_sha256 bytea NOT NULL UNIQUE CHECK (length(key_sha256) = 32),
    mode text NOT NULL CHECK (mode IN ('test', 'live')),
    holder text NOT NULL CHECK (holder IN ('staff', 'program')),
    label text NOT NULL CHECK (label ~ '^[a-z0-9][a-z0-9._-]{0,39}$'),
    roles text[] NOT NULL CHECK (cardinality(roles) > 0),
    hint text NOT NULL,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    revoked_at timestamptz
);
