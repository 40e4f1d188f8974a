-- Why: staff who work in a browser sign in with their key once; the browser then keeps a cookie
-- whose digest is here. Roles are the key's, read at each request, so a revoked key ends its
-- sessions at once. Expiry is machine time, as for every token.
SET LOCAL lock_timeout = '5s';

CREATE TABLE staff_session (
    token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
    session_id uuid NOT NULL,
    key_id uuid NOT NULL REFERENCES api_key (key_id),
    opened_at timestamptz NOT NULL,
    machine_expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX staff_session_over ON staff_session (machine_expires_at);
