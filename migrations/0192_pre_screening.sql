-- Why: whoever is a customer is held against each new version of the list of persons whom nobody may
-- deal with. The row says against which version; hits are cases.
SET LOCAL lock_timeout = '5s';

CREATE TABLE customer_screened (
    shard smallint NOT NULL,
    customer_no bigint NOT NULL,
    list_version text NOT NULL,
    screened_at timestamptz NOT NULL,
    PRIMARY KEY (shard, customer_no)
) WITH (fillfactor = 80);
