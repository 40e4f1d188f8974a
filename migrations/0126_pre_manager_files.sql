-- Why: a manager that speaks in files needs a record of each one: what is expected and since when it
-- is late, what arrived, what was refused and at which byte, what was sent and acknowledged. The
-- orders told to it and the accounts asked for are kept so that a batch is the same when told again.
SET LOCAL lock_timeout = '5s';

-- ``place`` is where the file lies, from the folder's root; ``facts`` are those of a refusal.
CREATE TABLE manager_file (
    file_id uuid PRIMARY KEY,
    agent text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    day_on date NOT NULL,
    file_type text NOT NULL,
    name text NOT NULL,
    batch_no smallint NOT NULL DEFAULT 1,
    state text NOT NULL CHECK (state IN ('expected', 'late', 'arrived', 'accepted', 'refused',
        'absorbed', 'sent', 'acknowledged')),
    expected_at timestamptz,
    arrived_at timestamptz,
    sent_at timestamptz,
    ended_at timestamptz,
    sha256 bytea,
    size_bytes bigint,
    record_count bigint,
    code text NOT NULL DEFAULT '',
    facts jsonb NOT NULL DEFAULT '{}',
    place text NOT NULL DEFAULT '',
    pulled_at timestamptz[] NOT NULL DEFAULT '{}',
    pull_wanted boolean NOT NULL DEFAULT false
);
CREATE INDEX manager_file_day_idx ON manager_file (day_on DESC, file_id DESC);
CREATE INDEX manager_file_digest_idx ON manager_file (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX manager_file_waiting_idx ON manager_file (agent, direction)
    WHERE state IN ('expected', 'late', 'arrived', 'sent') OR pull_wanted;

-- An order as it was told: ``told_on`` is its date in the file, since what waits of a redemption is
-- told again on a later one under the same number.
CREATE TABLE manager_file_order (
    shard smallint NOT NULL,
    order_id uuid NOT NULL,
    told_on date NOT NULL,
    serial text NOT NULL,
    file_id uuid NOT NULL,
    fund text NOT NULL,
    side text NOT NULL,
    customer_no bigint NOT NULL,
    counter_no bigint,
    amount_fen bigint NOT NULL,
    units_e2 bigint NOT NULL,
    t_day date NOT NULL,
    PRIMARY KEY (shard, order_id, told_on)
);
CREATE INDEX manager_file_order_serial_idx ON manager_file_order (shard, serial);
CREATE INDEX manager_file_order_file_idx ON manager_file_order (shard, file_id);

-- A customer's account with a transfer agent; no personal data stays here.
CREATE TABLE manager_account (
    shard smallint NOT NULL,
    customer_no bigint NOT NULL,
    agent text NOT NULL,
    request_id uuid NOT NULL,
    file_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'opened', 'refused')),
    ta_account text NOT NULL DEFAULT '',
    return_code text NOT NULL DEFAULT '',
    asked_at timestamptz NOT NULL,
    answered_at timestamptz,
    PRIMARY KEY (shard, customer_no, agent)
);
CREATE INDEX manager_account_file_idx ON manager_account (shard, file_id);
