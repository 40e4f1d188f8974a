-- Why: a bank that refuses connections is shown as down, and orders wait for it instead of becoming
-- unknown one by one. A row exists while a bank is down; any answer of it removes the row.
SET LOCAL lock_timeout = '5s';

CREATE TABLE bank_health (
    bank text PRIMARY KEY REFERENCES bank (code),
    down_since timestamptz NOT NULL,
    retry_at timestamptz NOT NULL CHECK (retry_at > down_since)
);
