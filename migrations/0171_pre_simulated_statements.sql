-- Why: the simulated banks write a statement a bank and calendar day from what they did. Only its head
-- is kept: lines are read again from the truth, so that a statement asked for twice says the same.
SET LOCAL lock_timeout = '5s';

-- How often each execution stands in the statement: 0 left out, 2 twice.
ALTER TABLE simulated.bank_instruction
    ADD COLUMN listed smallint NOT NULL DEFAULT 1 CHECK (listed BETWEEN 0 AND 2);
CREATE INDEX bank_instruction_executed ON simulated.bank_instruction (executed_at)
    WHERE executed_at IS NOT NULL;
CREATE INDEX bank_instruction_returns ON simulated.bank_instruction (returns_on)
    WHERE returns_on IS NOT NULL;

-- spoils: what was done wrong to it on purpose, by fault, with its number.
CREATE TABLE simulated.bank_statement (
    bank text NOT NULL,
    on_date date NOT NULL,
    sequence_no bigint NOT NULL,
    opening_fen bigint NOT NULL,
    closing_fen bigint NOT NULL,
    ready_at timestamptz NOT NULL,
    acknowledged boolean NOT NULL DEFAULT false,
    spoils jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (bank, on_date),
    UNIQUE (bank, sequence_no)
) WITH (fillfactor = 70);
CREATE INDEX bank_statement_ready ON simulated.bank_statement (ready_at) WHERE NOT acknowledged;
