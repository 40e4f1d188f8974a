-- Why: the simulated fund manager keeps a register of its own, in its own schema, so that the close
-- compares three books that were computed apart. The platform's domains never read these tables.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA IF NOT EXISTS simulated;

-- An order as the manager received it; ``answered_on`` is the day whose file carries the answer.
CREATE TABLE simulated.manager_order (
    fund text NOT NULL,
    order_id uuid NOT NULL,
    t_day date NOT NULL,
    side text NOT NULL,
    customer_no bigint NOT NULL,
    counter_no bigint,
    amount_fen bigint NOT NULL,
    units_e2 bigint NOT NULL,
    effective_on date,
    received_at timestamptz NOT NULL,
    held_back int NOT NULL DEFAULT 0,
    answered_t_day date,
    ok boolean,
    confirmed_units_e2 bigint,
    confirmed_fen bigint,
    deferred_units_e2 bigint,
    confirmed_on date,
    return_code text,
    PRIMARY KEY (fund, order_id, t_day)
);
CREATE INDEX manager_order_open_idx ON simulated.manager_order (fund, t_day)
    WHERE answered_t_day IS NULL;
CREATE INDEX manager_order_answer_idx ON simulated.manager_order (fund, answered_t_day);

CREATE TABLE simulated.unit_change (
    fund text NOT NULL,
    effective_on date NOT NULL,
    order_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    delta_e2 bigint NOT NULL,
    PRIMARY KEY (fund, effective_on, order_id, customer_no)
);

-- Which trading days' files are out; a file never changes once it is.
CREATE TABLE simulated.manager_file (
    fund text NOT NULL,
    t_day date NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (fund, t_day)
);

-- The register at a day's end: two columns of little-endian 64-bit integers, in account order.
CREATE TABLE simulated.register (
    fund text NOT NULL,
    day_on date NOT NULL,
    accounts bytea NOT NULL,
    units bytea NOT NULL,
    holder_count bigint NOT NULL,
    opening_units_e2 bigint NOT NULL,
    total_units_e2 bigint NOT NULL,
    income_per_10k_e5 bigint NOT NULL,
    decimals smallint NOT NULL,
    total_income_fen bigint NOT NULL,
    PRIMARY KEY (fund, day_on)
);

-- A given series replaces the seeded curve: for the replay of real published income.
CREATE TABLE simulated.income_script (
    fund text NOT NULL,
    income_on date NOT NULL,
    income_per_10k_e5 bigint NOT NULL,
    decimals smallint NOT NULL DEFAULT 4,
    yield_7d_e3 bigint,
    total_income_fen bigint,
    PRIMARY KEY (fund, income_on)
);

CREATE TABLE simulated.manager_setting (
    fund text PRIMARY KEY,
    seed bigint NOT NULL,
    accept_pct_of_units int CHECK (accept_pct_of_units >= 0),
    defers boolean NOT NULL DEFAULT true
);

-- Which days a fault with a number of uses has been spent on.
CREATE TABLE simulated.manager_fault_use (
    fault_id uuid NOT NULL,
    fund text NOT NULL,
    use_on date NOT NULL,
    PRIMARY KEY (fault_id, fund, use_on)
);

CREATE TABLE simulated.manager_settlement (
    fund text NOT NULL,
    settle_on date NOT NULL,
    in_fen bigint NOT NULL,
    out_fen bigint NOT NULL,
    PRIMARY KEY (fund, settle_on)
);
