-- Why: a collection that the bank took back leaves a debt and frozen units beside it; each debt is
-- a row that two people settle, in one way or several, and every way is a row of its own.
SET LOCAL lock_timeout = '5s';

CREATE TABLE fund_debt (
    shard smallint NOT NULL,
    order_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    fund text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    settled_fen bigint NOT NULL DEFAULT 0 CHECK (settled_fen >= 0),
    pending_fen bigint NOT NULL DEFAULT 0 CHECK (pending_fen >= 0),
    frozen_e2 bigint NOT NULL CHECK (frozen_e2 >= 0),
    opened_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (shard, order_id),
    CHECK (settled_fen + pending_fen <= amount_fen)
);
CREATE INDEX fund_debt_open_idx ON fund_debt (order_id) WHERE ended_at IS NULL;
CREATE INDEX fund_debt_customer_idx ON fund_debt (shard, customer_no) WHERE ended_at IS NULL;

CREATE TABLE fund_debt_settlement (
    shard smallint NOT NULL,
    settlement_id uuid NOT NULL,
    order_id uuid NOT NULL,
    way text NOT NULL CHECK (way IN ('collection', 'units', 'held_refund', 'write_off')),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    settled_fen bigint NOT NULL DEFAULT 0 CHECK (settled_fen >= 0),
    state text NOT NULL CHECK (state IN ('pending', 'settled', 'failed', 'returned')),
    reason text,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (shard, settlement_id)
);
CREATE INDEX fund_debt_settlement_order_idx ON fund_debt_settlement (shard, order_id);

ALTER TABLE fund_payout DROP CONSTRAINT fund_payout_state_check;
ALTER TABLE fund_payout ADD CONSTRAINT fund_payout_state_check
    CHECK (state IN ('sent', 'paid_out', 'failed', 'blocked', 'offset'));
ALTER TABLE fund_order DROP CONSTRAINT fund_order_origin_check;
ALTER TABLE fund_order ADD CONSTRAINT fund_order_origin_check
    CHECK (origin IN ('customer', 'late_income', 'advance_provider', 'debt'));

INSERT INTO fund_debt (shard, order_id, customer_no, fund, amount_fen, frozen_e2, opened_at)
SELECT shard, order_id, customer_no, fund, amount_fen, amount_fen, coalesce(ended_at, paid_at)
FROM fund_order
WHERE side = 'purchase' AND reason = 'reversed_by_bank' AND state <> 'failed'
    AND paid_at IS NOT NULL;
