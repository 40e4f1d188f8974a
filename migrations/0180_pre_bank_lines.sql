-- Why: banks may stand outside our database, behind a line of theirs. What they call us about is on
-- the disk before we say that we heard it, and is taken by the pump in its own transaction. A company
-- stays with the kind of line that it began with, since its cards are known there and nowhere else.
SET LOCAL lock_timeout = '5s';

-- The id is the bank's own name of the call: one that comes again is heard and changes nothing.
CREATE TABLE bank_callback (
    bank text NOT NULL REFERENCES bank (code),
    event_id text NOT NULL CHECK (length(event_id) BETWEEN 1 AND 64),
    bank_ref text NOT NULL CHECK (length(bank_ref) BETWEEN 1 AND 35),
    code text NOT NULL CHECK (length(code) <= 8),
    amount_fen bigint,
    currency text NOT NULL CHECK (length(currency) = 3),
    -- The machine's time: in which order they came, and no more.
    received_at timestamptz NOT NULL,
    taken boolean NOT NULL DEFAULT false,
    PRIMARY KEY (bank, event_id)
);
CREATE INDEX bank_callback_waiting ON bank_callback (received_at, bank, event_id) WHERE NOT taken;

-- No row: the banks are in the database. told_at is the business instant at which they were last told
-- to move money; writing it brings to the disk whatever was committed before.
CREATE TABLE bank_line (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    kind text NOT NULL CHECK (kind IN ('http', 'files')),
    told_at timestamptz NOT NULL
);
