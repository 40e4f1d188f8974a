-- Why: a register in files has its records in an order of its own; only where that is the order of
-- accounts does a holder's place in the day's book say which record is theirs.
SET LOCAL lock_timeout = '5s';

ALTER TABLE close_register ADD COLUMN is_in_order boolean NOT NULL DEFAULT true;
