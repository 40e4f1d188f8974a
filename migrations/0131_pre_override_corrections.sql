-- Why: a register's figure that is accepted for a day that is closed changes units which the next
-- book has to begin with: the correction takes effect on the first day that is not published.
SET LOCAL lock_timeout = '5s';

CREATE TABLE unit_correction (
    shard smallint NOT NULL,
    fund text NOT NULL,
    customer_no bigint NOT NULL,
    approval_id uuid NOT NULL,
    income_on date NOT NULL,
    effective_on date NOT NULL,
    delta_e2 bigint NOT NULL,
    accrued_fen bigint NOT NULL,
    PRIMARY KEY (shard, fund, customer_no, approval_id, income_on),
    CHECK (effective_on > income_on)
);
CREATE INDEX unit_correction_day_idx ON unit_correction (fund, effective_on);

-- The digest of the file that an accepted figure stands in.
ALTER TABLE income_override ADD COLUMN source_sha256 bytea CHECK (length(source_sha256) = 32);
