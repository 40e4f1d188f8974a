-- Why: what banks say of our accounts, day by day. A statement proves what was booked, and, once all
-- pages and all statements before it are there, what was not. Its lines are kept as they came; nothing
-- here is ever edited, and a page that was refused stays beside the one that came instead of it.
SET LOCAL lock_timeout = '5s';

-- From when on a bank's statement of a day can be had, on the day after; illustrative like the rest.
ALTER TABLE bank_profile ADD COLUMN statement_ready_at time NOT NULL DEFAULT '08:00';

-- Our own account at each bank. The numbers are invented.
CREATE TABLE bank_account (
    bank text PRIMARY KEY REFERENCES bank (code),
    account text NOT NULL UNIQUE CHECK (account ~ '^[0-9A-Z]{6,34}$'),
    currency text NOT NULL CHECK (currency = 'CNY'),
    status text NOT NULL CHECK (status IN ('confirmed', 'illustrative'))
);
INSERT INTO bank_account (bank, account, currency, status)
SELECT code, '6222001000' || lpad(number::text, 2, '0'), 'CNY', 'illustrative' FROM bank;

-- How far each bank's statements have come without a gap: the last complete one's sequence number,
-- closing balance and last day. proved_on: orders sent until then and never booked are proven absent.
-- next_at: when the next one is asked for. A row exists once the company has begun.
CREATE TABLE bank_statement_cursor (
    bank text PRIMARY KEY REFERENCES bank_account (bank),
    complete_on date NOT NULL,
    proved_on date NOT NULL,
    next_at timestamptz NOT NULL,
    sequence_no bigint,
    closing_fen bigint,
    tries integer NOT NULL DEFAULT 0,
    CHECK ((sequence_no IS NULL) = (closing_fen IS NULL)),
    CHECK (proved_on <= complete_on)
) WITH (fillfactor = 50);

-- One row a page that came; its id is derived from bank, statement, page and digest, so that the same
-- page has one row however often it comes. Stated figures are the bank's, counted ones its lines'.
-- complete: may prove absence. incomplete: a page or an earlier statement is missing. refused: it
-- contradicts itself or the one before. contradicted: another text under the name of a page we hold.
CREATE TABLE bank_statement (
    page_id uuid PRIMARY KEY,
    bank text NOT NULL REFERENCES bank_account (bank),
    account text NOT NULL,
    statement_id text NOT NULL CHECK (length(statement_id) BETWEEN 1 AND 64),
    page_no integer NOT NULL CHECK (page_no > 0),
    is_last_page boolean NOT NULL,
    sequence_no bigint NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    opening_fen bigint NOT NULL,
    closing_fen bigint NOT NULL,
    stated_count bigint,
    stated_credit_fen bigint,
    stated_debit_fen bigint,
    entry_count bigint NOT NULL CHECK (entry_count >= 0),
    credit_fen bigint NOT NULL CHECK (credit_fen >= 0),
    debit_fen bigint NOT NULL CHECK (debit_fen >= 0),
    sha256 bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('complete', 'incomplete', 'refused', 'contradicted')),
    reason text NOT NULL DEFAULT '',
    received_at timestamptz NOT NULL,
    CHECK ((state = 'complete') = (reason = ''))
);
CREATE INDEX bank_statement_day ON bank_statement (bank, last_on, sequence_no);
CREATE INDEX bank_statement_name ON bank_statement (bank, statement_id);
CREATE INDEX bank_statement_waiting ON bank_statement (bank) WHERE state = 'incomplete';

-- Lines as they came. order_id: the order that the reference names, if it is one of ours, with its
-- shard. event: what the line proved of that order; empty where it proved nothing.
CREATE TABLE bank_statement_entry (
    page_id uuid NOT NULL REFERENCES bank_statement (page_id),
    line_no integer NOT NULL CHECK (line_no > 0),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    booked_on date NOT NULL,
    value_on date NOT NULL,
    is_credit boolean NOT NULL,
    is_reversal boolean NOT NULL,
    shard smallint,
    order_id uuid,
    bank_ref text NOT NULL CHECK (length(bank_ref) <= 64),
    entry_id text NOT NULL CHECK (length(entry_id) <= 64),
    reason text NOT NULL CHECK (length(reason) <= 64),
    event text NOT NULL DEFAULT '',
    PRIMARY KEY (page_id, line_no)
);
CREATE INDEX bank_statement_entry_order ON bank_statement_entry (order_id)
    WHERE order_id IS NOT NULL;

-- A bank's day as its statement goes: late since it was asked for in vain, incomplete, refused, complete.
CREATE TABLE bank_day (
    bank text NOT NULL REFERENCES bank_account (bank),
    on_date date NOT NULL,
    state text NOT NULL CHECK (state IN ('late', 'incomplete', 'refused', 'complete')),
    reason text NOT NULL DEFAULT '',
    expected_at timestamptz NOT NULL,
    arrived_at timestamptz,
    PRIMARY KEY (bank, on_date)
);

-- Sent orders of a day, to see which were never booked; almost free to keep, rows lie in its order.
CREATE INDEX money_order_sent ON money_order USING brin (sent_at) WITH (pages_per_range = 16);
