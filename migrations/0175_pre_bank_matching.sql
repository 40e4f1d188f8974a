-- Why: each bank's day is matched with our books once its statement is complete, and closes when every
-- line is matched or decided on by two people. These tables are by bank and day, so they have no shard.
SET LOCAL lock_timeout = '5s';

-- How far a bank's days are matched, and closed one after the other; held while a day of it changes.
CREATE TABLE bank_match_cursor (
    bank text PRIMARY KEY,
    matched_on date NOT NULL,
    closed_on date NOT NULL,
    CHECK (closed_on <= matched_on)
) WITH (fillfactor = 50);

-- A matched day: how many orders and lines, how many of them agree, what waits and for how much, what is open.
-- Anew at each matching of the day.
CREATE TABLE bank_match (
    bank text NOT NULL,
    on_date date NOT NULL,
    order_count bigint NOT NULL CHECK (order_count >= 0),
    entry_count bigint NOT NULL CHECK (entry_count >= 0),
    matched_count bigint NOT NULL CHECK (matched_count >= 0),
    tail_count bigint NOT NULL CHECK (tail_count >= 0),
    group_count bigint NOT NULL DEFAULT 0 CHECK (group_count >= 0),
    waiting_count bigint NOT NULL CHECK (waiting_count >= 0),
    waiting_fen bigint NOT NULL,
    break_count bigint NOT NULL CHECK (break_count >= 0),
    matched_at timestamptz NOT NULL,
    PRIMARY KEY (bank, on_date)
);
CREATE INDEX bank_match_unsettled ON bank_match (bank, on_date)
    WHERE waiting_count > 0 OR break_count > 0;

-- By how much a break makes our account at a bank differ from what we have of it: ours less theirs.
ALTER TABLE close_break ADD COLUMN effect_fen bigint;

-- What two people ruled on a line: it does not count, it counts with another amount, or it is an
-- order's. Withdrawn when its break is opened again. approval_id: the decision.
CREATE TABLE bank_line_ruling (
    page_id uuid NOT NULL,
    line_no integer NOT NULL,
    ruling text NOT NULL CHECK (ruling IN ('void', 'amount', 'order')),
    amount_fen bigint CHECK (amount_fen > 0),
    shard smallint,
    order_id uuid,
    approval_id uuid NOT NULL,
    ruled_at timestamptz NOT NULL,
    PRIMARY KEY (page_id, line_no),
    CHECK ((ruling = 'amount') = (amount_fen IS NOT NULL)),
    CHECK ((ruling = 'order') = (order_id IS NOT NULL AND shard IS NOT NULL))
);

-- Whether customers' money is at the banks, each time it was looked at: what the banks state, what our
-- books have there, what is on its way, what breaks explain, and what nobody can explain.
CREATE TABLE safeguarding_check (
    on_date date PRIMARY KEY,
    held_fen bigint NOT NULL,
    booked_fen bigint NOT NULL,
    owed_fen bigint NOT NULL,
    own_fen bigint NOT NULL,
    in_transit_fen bigint NOT NULL,
    breaks_fen bigint NOT NULL,
    unexplained_fen bigint NOT NULL,
    banks jsonb NOT NULL,
    checked_at timestamptz NOT NULL
);

-- Payouts do not leave while a row says so; one row at most.
CREATE TABLE payout_stop (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    reason text NOT NULL,
    unexplained_fen bigint NOT NULL,
    stopped_at timestamptz NOT NULL
);
