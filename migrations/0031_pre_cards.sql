-- Why: the debit cards of customers. The number and the mobile are sealed under the customer's own
-- key; in clear there are only bank and last four digits. A keyed digest tells a card bound before.
SET LOCAL lock_timeout = '5s';

CREATE TABLE card (
    shard smallint NOT NULL,
    card_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    bank text NOT NULL,
    last_four text NOT NULL CHECK (last_four ~ '^[0-9]{4}$'),
    state text NOT NULL CHECK (
        state IN ('CHECKING', 'SMS_SENT', 'UNKNOWN', 'BOUND', 'REJECTED', 'UNBOUND')
    ),
    is_default boolean NOT NULL DEFAULT false,
    blocked boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT '',
    wrong_codes smallint NOT NULL DEFAULT 0,
    queries smallint NOT NULL DEFAULT 0,
    next_at timestamptz,
    requested_at timestamptz NOT NULL,
    requested_on date NOT NULL,
    bound_at timestamptz,
    ended_at timestamptz,
    number_key bytea NOT NULL,
    device_key bytea,
    sealed_number bytea NOT NULL,
    sealed_mobile bytea NOT NULL,
    PRIMARY KEY (shard, card_id),
    CHECK (NOT is_default OR state = 'BOUND')
);

CREATE INDEX card_customer ON card (shard, customer_no);
CREATE INDEX card_number_day ON card (shard, number_key, requested_on);
CREATE INDEX card_device_day ON card (shard, device_key, requested_on)
    WHERE device_key IS NOT NULL;
CREATE INDEX card_due ON card (next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX card_live_number ON card (shard, customer_no, number_key)
    WHERE state IN ('CHECKING', 'SMS_SENT', 'UNKNOWN', 'BOUND');
CREATE UNIQUE INDEX card_one_default ON card (shard, customer_no) WHERE is_default;
