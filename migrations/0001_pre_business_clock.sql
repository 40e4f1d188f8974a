-- Why: one row is the sandbox's business clock, so that a branch of the database carries its own
-- time; in live mode the row exists and is not read.
SET LOCAL lock_timeout = '5s';

CREATE TABLE business_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('ready', 'advancing', 'stopped_at_event', 'failed')),
    target timestamptz
);

INSERT INTO business_clock (at, state) VALUES ('2015-05-11T09:00:00+08:00', 'ready');
