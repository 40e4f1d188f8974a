-- Orders and cards that are due at the same instant are claimed in the order of their keys, not of
-- the place of their rows: otherwise a vacuum changes the ledger's chain of a seeded world.
SET LOCAL lock_timeout = '5s';

DROP INDEX money_order_to_send;
DROP INDEX money_order_to_query;
DROP INDEX card_due;
CREATE INDEX money_order_to_send ON money_order (next_at, shard, order_id)
    WHERE state = 'RESERVED';
CREATE INDEX money_order_to_query ON money_order (next_at, shard, order_id)
    WHERE state IN ('SENT', 'UNKNOWN');
CREATE INDEX card_due ON card (next_at, shard, card_id) WHERE next_at IS NOT NULL;
