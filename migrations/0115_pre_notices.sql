-- Why: customers choose what they are told, and what they have seen stays seen on each device.
-- Notices themselves are read from the event log and the published days; nothing is kept twice.
SET LOCAL lock_timeout = '5s';

CREATE TABLE customer_notices (
    shard smallint NOT NULL,
    customer_no bigint NOT NULL,
    wants_income boolean NOT NULL,
    wants_orders boolean NOT NULL,
    read_until timestamptz NOT NULL,
    PRIMARY KEY (shard, customer_no)
);
