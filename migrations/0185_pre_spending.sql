-- Why: cash goes from a customer to a merchant, in one transaction on the customer's shard, and from
-- person to person, in two over an account in transit. Limits and fees are dated rows.
SET LOCAL lock_timeout = '5s';

INSERT INTO ledger_account_kind (kind, code, name_zh, normal_side, owner, flags) VALUES
    (62, 'merchant', '商户资金', 'credit', 'system', 4);

-- A merchant's cash has a stripe on every shard; the row is the lock under which it is paid out.
CREATE TABLE merchant (
    merchant_no integer PRIMARY KEY CHECK (merchant_no > 0),
    merchant_id uuid NOT NULL UNIQUE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    category text NOT NULL CHECK (category ~ '^[a-z][a-z_]{1,30}$'),
    owner_shard smallint NOT NULL,
    owner_no bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'closed')),
    opened_at timestamptz NOT NULL,
    key_digest bytea UNIQUE CHECK (length(key_digest) = 32)
);

CREATE TABLE merchant_payment (
    shard smallint NOT NULL,
    payment_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    merchant_no integer NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    refunded_fen bigint NOT NULL DEFAULT 0 CHECK (refunded_fen BETWEEN 0 AND amount_fen),
    paid_on date NOT NULL,
    paid_at timestamptz NOT NULL,
    fund text,
    order_id uuid,
    PRIMARY KEY (shard, payment_id),
    CHECK ((fund IS NULL) = (order_id IS NULL))
);
CREATE INDEX merchant_payment_customer ON merchant_payment (shard, customer_no, payment_id);
CREATE INDEX merchant_payment_merchant ON merchant_payment (merchant_no, payment_id);

CREATE TABLE merchant_refund (
    shard smallint NOT NULL,
    refund_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    merchant_no integer NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    goes_to text NOT NULL CHECK (goes_to IN ('cash', 'fund')),
    refunded_at timestamptz NOT NULL,
    order_id uuid,
    PRIMARY KEY (shard, refund_id)
);
CREATE INDEX merchant_refund_payment ON merchant_refund (shard, payment_id);

CREATE TABLE merchant_settlement (
    merchant_no integer NOT NULL REFERENCES merchant (merchant_no),
    settled_on date NOT NULL,
    gross_fen bigint NOT NULL CHECK (gross_fen > 0),
    fee_fen bigint NOT NULL CHECK (fee_fen BETWEEN 0 AND gross_fen),
    payout_id uuid,
    refusal text NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_no, settled_on)
);

-- On the giver's shard. held: the cash is set aside; arrived and returned are final.
CREATE TABLE cash_handover (
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    giver_no bigint NOT NULL,
    receiver_no bigint NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    next_at timestamptz,
    shard smallint NOT NULL,
    receiver_shard smallint NOT NULL,
    handover_id uuid NOT NULL,
    order_id uuid,
    fund text,
    state text NOT NULL CHECK (state IN ('held', 'arrived', 'returned')),
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (shard, handover_id),
    CHECK ((state = 'held') = (next_at IS NOT NULL)),
    CHECK ((state = 'held') = (ended_at IS NULL))
);
CREATE INDEX cash_handover_giver ON cash_handover (shard, giver_no, handover_id);
CREATE INDEX cash_handover_held ON cash_handover (next_at) WHERE state = 'held';

-- On the receiver's shard: what is written here first is how the handover ends.
CREATE TABLE cash_arrival (
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    giver_no bigint NOT NULL,
    receiver_no bigint NOT NULL,
    decided_at timestamptz NOT NULL,
    shard smallint NOT NULL,
    giver_shard smallint NOT NULL,
    handover_id uuid NOT NULL,
    refusal text NOT NULL,
    PRIMARY KEY (shard, handover_id)
);
CREATE INDEX cash_arrival_receiver ON cash_arrival (shard, receiver_no, handover_id);

-- What a customer spent on a day by kind, and how often a person was looked for in vain.
CREATE TABLE spending_day_use (
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    customer_no bigint NOT NULL,
    used_on date NOT NULL,
    used_count integer NOT NULL CHECK (used_count >= 0),
    shard smallint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('merchant', 'person', 'lookup')),
    PRIMARY KEY (shard, customer_no, used_on, kind)
);

INSERT INTO policy (rule, fund, distributor, jurisdiction, effective_from, effective_to, value,
    source, status, added_at)
SELECT rule, '', '', 'CN', since, until, value::jsonb, source, 'unverified', '2015-05-11 00:00+08'
FROM (VALUES
    ('spending.merchant', date '2015-05-11', NULL::date,
        '{"single_max_fen": 500000, "day_max_fen": 1000000, "day_count": 50}', 'illustrative'),
    ('spending.merchant_fee', date '2015-05-11', NULL,
        '{"fee_ppm": 3800}', 'card acquiring price of 2013, illustrative here'),
    ('spending.person', date '2015-05-11', date '2016-07-01',
        '{"single_max_fen": 500000, "day_max_fen": 1000000, "day_count": 10, "lookups": 10}',
        'illustrative'),
    ('spending.person', date '2016-07-01', NULL,
        '{"single_max_fen": 500000, "day_max_fen": 500000, "day_count": 10, "lookups": 10}',
        'three classes of payment accounts from 2016-07-01; the figures are illustrative')
) AS rules (rule, since, until, value, source);
UPDATE policy_version SET token = gen_random_uuid();
