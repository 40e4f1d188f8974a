-- Why: customers die. The account is kept from the day that is known, plans end, and what is there
-- goes to the heirs whom two people name: units become cash, cash is shared by parts and paid to
-- the heirs' own cards. An heir is a customer, so that who receives money is known.
SET LOCAL lock_timeout = '5s';

-- Origins are named in the program (fund/orders.py); every new one would rewrite this check.
ALTER TABLE fund_order DROP CONSTRAINT fund_order_origin_check;
ALTER TABLE fund_order ADD CONSTRAINT fund_order_origin_check
    CHECK (origin ~ '^[a-z][a-z_]{2,30}$') NOT VALID;
ALTER TABLE fund_order VALIDATE CONSTRAINT fund_order_origin_check;

CREATE TABLE estate (
    shard smallint NOT NULL,
    estate_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    died_on date NOT NULL,
    proof text NOT NULL,
    state text NOT NULL CHECK (state IN ('reported', 'settling', 'settled', 'withdrawn')),
    reported_at timestamptz NOT NULL,
    reported_by text NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (shard, estate_id),
    CHECK ((state IN ('settled', 'withdrawn')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX estate_of_customer ON estate (shard, customer_no) WHERE state <> 'withdrawn';
CREATE INDEX estate_settling ON estate (shard, estate_id) WHERE state = 'settling';

CREATE TABLE estate_heir (
    shard smallint NOT NULL,
    estate_id uuid NOT NULL,
    heir_no bigint NOT NULL,
    parts integer NOT NULL CHECK (parts BETWEEN 1 AND 1000000),
    given_fen bigint NOT NULL DEFAULT 0 CHECK (given_fen >= 0),
    PRIMARY KEY (shard, estate_id, heir_no)
);

-- On the heir's own shard: cash that reached the heir's account and goes to a card from there.
CREATE TABLE estate_payment (
    shard smallint NOT NULL,
    payment_id uuid NOT NULL,
    estate_id uuid NOT NULL,
    heir_no bigint NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'paid')),
    attempt smallint NOT NULL DEFAULT 0,
    money_order_id uuid,
    reason text NOT NULL DEFAULT '',
    given_at timestamptz NOT NULL,
    paid_at timestamptz,
    PRIMARY KEY (shard, payment_id)
);
CREATE INDEX estate_payment_open ON estate_payment (payment_id) WHERE state <> 'paid';
CREATE INDEX estate_payment_estate ON estate_payment (shard, estate_id);
