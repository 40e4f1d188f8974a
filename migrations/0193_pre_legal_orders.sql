-- Why: a court or an authority may order that an account, or an amount of it, is kept as it is until
-- a date. The order is kept with its reference and ends by its date, or by two people.
SET LOCAL lock_timeout = '5s';

CREATE TABLE legal_order (
    shard smallint NOT NULL,
    order_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    authority text NOT NULL,
    reference text NOT NULL,
    scope text NOT NULL CHECK (scope IN ('account', 'amount')),
    fund text,
    amount_fen bigint CHECK (amount_fen > 0),
    until_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('in_force', 'lifted', 'expired')),
    placed_at timestamptz NOT NULL,
    placed_by text NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (shard, order_id),
    UNIQUE (shard, customer_no, authority, reference),
    CHECK ((scope = 'amount') = (amount_fen IS NOT NULL AND fund IS NOT NULL)),
    CHECK ((state = 'in_force') = (ended_at IS NULL))
);
CREATE INDEX legal_order_in_force ON legal_order (until_on, shard, order_id)
    WHERE state = 'in_force';
