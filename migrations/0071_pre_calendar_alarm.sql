-- Why: operators are asked once to extend the trading calendar, 45 days before it ends; the row
-- remembers that they were, and a longer calendar forgets it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE exchange_calendar ADD COLUMN alarmed_at timestamptz;
