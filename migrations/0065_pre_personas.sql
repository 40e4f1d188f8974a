-- Why: the personas of a seeded world are found by their names in whichever branch one stands; the
-- list lies beside the simulated parties, since a live platform has none of it.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA IF NOT EXISTS simulated;

-- Most personas are one person, member 1. card_id is null until a card is bound.
CREATE TABLE simulated.persona (
    persona text NOT NULL,
    member smallint NOT NULL CHECK (member > 0),
    shard smallint NOT NULL,
    customer_no bigint NOT NULL,
    customer_id uuid NOT NULL,
    card_id uuid,
    bank text NOT NULL,
    PRIMARY KEY (persona, member)
);
