-- Why: the simulated banks' own truth. It lies in the sandbox's database, so that a branch carries
-- its banks along, and in a schema of its own, so that no query of the platform meets it by mistake.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA IF NOT EXISTS simulated;

-- What a bank knows of a card that was presented for binding; the request's id names it for ever.
CREATE TABLE simulated.bank_card (
    request_id uuid PRIMARY KEY,
    bank text NOT NULL,
    last_four text NOT NULL,
    answer text NOT NULL,
    code text NOT NULL DEFAULT '',
    wrong_codes integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    debit_confirmed boolean NOT NULL DEFAULT true
);

-- What a bank did about a reference. times: how often the money moved. code: what it says when it
-- says anything. executed_at may lie ahead: until then the bank has not moved the money.
CREATE TABLE simulated.bank_instruction (
    bank_ref text PRIMARY KEY,
    bank text NOT NULL,
    direction text NOT NULL,
    amount_fen bigint NOT NULL,
    received_at timestamptz NOT NULL,
    code text NOT NULL,
    times smallint NOT NULL CHECK (times BETWEEN 0 AND 2),
    executed_at timestamptz,
    -- Before executed_at a query says this: 25 not found, or 09 in process.
    early_code text NOT NULL DEFAULT '09',
    returns_on date,
    CHECK ((times > 0) = (executed_at IS NOT NULL))
);

CREATE TABLE simulated.bank_callback (
    callback_id text PRIMARY KEY,
    bank_ref text NOT NULL,
    code text NOT NULL,
    amount_fen bigint NOT NULL,
    due_at timestamptz NOT NULL,
    copies smallint NOT NULL DEFAULT 1,
    acknowledged boolean NOT NULL DEFAULT false
);
CREATE INDEX bank_callback_due ON simulated.bank_callback (due_at) WHERE NOT acknowledged;

-- Faults on demand. target: a bank's code, or empty for all. remaining: how many calls it still
-- strikes; null while only its period ends it.
CREATE TABLE simulated.fault (
    fault_id uuid PRIMARY KEY,
    fault text NOT NULL,
    target text NOT NULL DEFAULT '',
    active_from timestamptz NOT NULL,
    active_until timestamptz,
    remaining integer CHECK (remaining >= 0),
    params jsonb NOT NULL DEFAULT '{}'
);
