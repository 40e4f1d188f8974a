-- Why: a statement that was refused, or that is late, can be asked for again by hand; it is asked for
-- when the platform speaks to the bank next, which is then at once.
SET LOCAL lock_timeout = '5s';

ALTER TABLE bank_day ADD COLUMN pulled_at timestamptz[] NOT NULL DEFAULT '{}';
ALTER TABLE bank_day ADD COLUMN pull_wanted boolean NOT NULL DEFAULT false;
CREATE INDEX bank_day_wanted ON bank_day (bank, on_date) WHERE pull_wanted;
-- The monitor lists the newest day first.
CREATE INDEX bank_day_newest ON bank_day (on_date, bank);
