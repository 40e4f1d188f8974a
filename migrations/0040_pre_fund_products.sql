-- Why: funds are sold under dated terms and dated states, on a trading calendar that operators may
-- correct; nothing of this is typed into the program. These are reference tables without a shard.
SET LOCAL lock_timeout = '5s';

-- The number stands for the fund in the ledger: its units' asset and its accounts' instance.
CREATE TABLE fund (
    fund text PRIMARY KEY CHECK (fund ~ '^[0-9A-Z]{6}$'),
    fund_no int NOT NULL UNIQUE CHECK (fund_no > 0),
    opened_at timestamptz NOT NULL
);

CREATE TABLE fund_product (
    fund text NOT NULL REFERENCES fund,
    effective_from date NOT NULL,
    effective_until date CHECK (effective_until > effective_from),
    preset text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    manager text NOT NULL,
    knobs jsonb NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (fund, effective_from)
);

-- A state holds from its instant until the next row of the fund.
CREATE TABLE fund_state (
    fund text NOT NULL,
    state_from timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN (
        'open', 'purchases_suspended', 'redemptions_suspended', 'gated', 'liquidating')),
    reason text NOT NULL,
    source text NOT NULL,
    decided_by text NOT NULL,
    PRIMARY KEY (fund, state_from)
);

-- An exchange is open Monday to Friday except on its closures, between the loaded dates only.
-- ``digest`` changes with every change, so that a program may keep the calendar that it has read.
CREATE TABLE exchange_calendar (
    exchange text PRIMARY KEY,
    first_loaded_on date NOT NULL,
    last_loaded_on date NOT NULL CHECK (last_loaded_on >= first_loaded_on),
    source text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL
);

CREATE TABLE exchange_closure (
    exchange text NOT NULL REFERENCES exchange_calendar,
    closed_on date NOT NULL,
    PRIMARY KEY (exchange, closed_on)
);

-- The advance provider's line of a fund: what it lends to fast redemptions at most, and what is
-- lent now. One row, changed in place, so that it can never be overdrawn.
CREATE TABLE advance_line (
    fund text PRIMARY KEY,
    limit_fen bigint CHECK (limit_fen >= 0),
    used_fen bigint NOT NULL CHECK (used_fen >= 0),
    CHECK (limit_fen IS NULL OR used_fen <= limit_fen)
);
