-- Why: one row is a customer's order from the tap to its end, with expected and actual times; one
-- row is each payout that an order causes (redemption, refund), so that sums can be checked.
SET LOCAL lock_timeout = '5s';

CREATE TABLE fund_order (
    shard smallint NOT NULL,
    order_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    fund text NOT NULL,
    side text NOT NULL CHECK (side IN ('purchase', 'redemption')),
    speed text NOT NULL CHECK (speed IN ('normal', 'fast')),
    origin text NOT NULL CHECK (origin IN ('customer', 'late_income', 'advance_provider')),
    takes_all boolean NOT NULL,
    state text NOT NULL,
    reason text,
    amount_fen bigint CHECK (amount_fen > 0),
    units_e2 bigint CHECK (units_e2 > 0),
    card_id uuid,
    money_order_id uuid,
    parent_order_id uuid,
    placed_at timestamptz NOT NULL,
    t_day date NOT NULL,
    confirm_on date NOT NULL,
    earns_on date NOT NULL,
    visible_on date,
    cash_on date,
    paid_at timestamptz,
    sent_at timestamptz,
    confirmed_at timestamptz,
    ended_at timestamptz,
    done_fen bigint NOT NULL DEFAULT 0 CHECK (done_fen >= 0),
    refunded_fen bigint NOT NULL DEFAULT 0 CHECK (refunded_fen >= 0),
    rest_e2 bigint CHECK (rest_e2 >= 0),
    all_from_on date,
    all_until_on date,
    advance_order_id uuid,
    PRIMARY KEY (shard, order_id),
    CHECK ((side = 'purchase') = (amount_fen IS NOT NULL)),
    CHECK ((side = 'redemption') = (units_e2 IS NOT NULL)),
    CHECK (refunded_fen <= amount_fen)
) WITH (fillfactor = 70);

-- A customer's list, newest first: ids are in order of time.
CREATE INDEX fund_order_customer_idx ON fund_order (shard, customer_no, order_id);
-- What goes to the manager or waits for it; small, since ended orders leave it.
CREATE INDEX fund_order_open_idx ON fund_order (fund, t_day)
    WHERE state IN ('paid', 'accepted', 'deferred', 'sent');
-- Fast redemptions whose units the advance provider has not given to the manager yet.
CREATE INDEX fund_order_advance_idx ON fund_order (fund, t_day)
    WHERE speed = 'fast' AND advance_order_id IS NULL AND state NOT IN ('failed', 'cancelled');
-- Redeem-all orders whose income was not published in time.
CREATE INDEX fund_order_late_income_idx ON fund_order (fund, all_until_on)
    WHERE all_until_on IS NOT NULL;
-- Confirmed purchases whose first income day is not published yet.
CREATE INDEX fund_order_earning_idx ON fund_order (fund, earns_on)
    WHERE state IN ('confirmed', 'partly_confirmed') AND side = 'purchase';

CREATE TABLE fund_payout (
    shard smallint NOT NULL,
    payout_id uuid NOT NULL,
    order_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('redemption', 'refund')),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    state text NOT NULL CHECK (state IN ('sent', 'paid_out', 'failed', 'blocked')),
    money_order_id uuid,
    attempt smallint NOT NULL CHECK (attempt > 0),
    reason text,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (shard, payout_id)
);
CREATE INDEX fund_payout_order_idx ON fund_payout (shard, order_id);
-- Payouts that a bank's limit of the day held back; they are placed again the next night.
CREATE INDEX fund_payout_blocked_idx ON fund_payout (created_at) WHERE state = 'blocked';

-- What a customer took by fast redemption on a day, and what was bought: taken in one step.
CREATE TABLE fund_day_use (
    shard smallint NOT NULL,
    fund text NOT NULL,
    customer_no bigint NOT NULL,
    distributor text NOT NULL,
    use_on date NOT NULL,
    fast_count int NOT NULL DEFAULT 0 CHECK (fast_count >= 0),
    fast_fen bigint NOT NULL DEFAULT 0 CHECK (fast_fen >= 0),
    bought_fen bigint NOT NULL DEFAULT 0 CHECK (bought_fen >= 0),
    PRIMARY KEY (shard, fund, customer_no, distributor, use_on)
);
