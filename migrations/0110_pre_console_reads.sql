-- Why: the operators' console finds orders, staff acts, breaks and accounts among millions, newest
-- first, in a few milliseconds. What grows with every purchase gets no further B-tree: requests and
-- idempotency keys are found through block ranges with Bloom filters, nearly free to write.
SET LOCAL lock_timeout = '5s';

-- Orders by state: the two states in which nearly all orders end are found by reading newest first.
CREATE INDEX fund_order_state_idx ON fund_order (shard, state, order_id)
    WHERE state NOT IN ('earning', 'paid_out');
-- Fast redemptions by the hour: the advance line's day, and the days before it for the projection.
CREATE INDEX fund_order_fast_idx ON fund_order (fund, placed_at) INCLUDE (done_fen)
    WHERE speed = 'fast' AND state NOT IN ('failed', 'cancelled');

CREATE INDEX event_trace_brin ON event
    USING brin (request_id text_bloom_ops, idempotency_key text_bloom_ops)
    WITH (pages_per_range = 32, autosummarize = on);
-- What staff and their programs did: few rows, named by the actor in the event.
CREATE INDEX event_of_staff ON event (shard, business_time, seq)
    WHERE split_part(data ->> 'actor', ':', 1) IN ('staff', 'program');
CREATE INDEX event_of_actor ON event (shard, (data ->> 'actor'), business_time, seq)
    WHERE split_part(data ->> 'actor', ':', 1) IN ('staff', 'program');

-- Accounts by kind and asset, in the order of their numbers; no posting changes these columns.
CREATE INDEX ledger_account_kind_idx ON ledger_account (kind, asset, shard, id);

-- The queue of what does not tie, oldest day first.
CREATE INDEX close_break_queue ON close_break (close_on, fund, kind, place);

-- When a bank last answered and when it last did not; written once a minute at most.
CREATE TABLE bank_contact (
    bank text PRIMARY KEY REFERENCES bank (code),
    answered_at timestamptz,
    unanswered_at timestamptz,
    CHECK (answered_at IS NOT NULL OR unanswered_at IS NOT NULL)
) WITH (fillfactor = 50);
