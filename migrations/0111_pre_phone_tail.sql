-- Why: people who call give the last four digits of their number. There are only ten thousand of
-- them, so a plain hash would hide nothing: what is stored is a pseudonym under the vault's key.
SET LOCAL lock_timeout = '5s';

ALTER TABLE customer ADD COLUMN phone_tail bytea CHECK (length(phone_tail) = 16);
CREATE INDEX customer_phone_tail ON customer (phone_tail) WHERE phone_tail IS NOT NULL;
-- Customers from before this column; filled in by a job, after which this index is empty.
CREATE INDEX customer_without_tail ON customer (shard, customer_no)
    WHERE phone_tail IS NULL AND state <> 'closed';
