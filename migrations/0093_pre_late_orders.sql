-- Why: an order that is later than it was promised gets a ticket by itself, once a step.
SET LOCAL lock_timeout = '5s';

CREATE TABLE fund_late_order (
    shard smallint NOT NULL,
    order_id uuid NOT NULL,
    step text NOT NULL,
    ticket text NOT NULL,
    expected_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    PRIMARY KEY (shard, order_id, step)
);

-- What waits for a bank: purchases not paid yet, redemptions confirmed and not paid out yet.
CREATE INDEX fund_order_unpaid_idx ON fund_order (placed_at) WHERE state = 'placed';
CREATE INDEX fund_order_paying_idx ON fund_order (cash_on)
    WHERE state = 'confirmed' AND side = 'redemption';
