-- Why: a lost request may be sent again under its own reference, but only over a channel that
-- dedupes by reference and has shown it. Null means never: the banks' own lines have not shown it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE bank_profile ADD COLUMN resends_after_queries smallint
    CHECK (resends_after_queries IS NULL OR (dedupes_by_reference AND resends_after_queries > 0));
UPDATE bank_profile SET resends_after_queries = 2 WHERE channel = 'aggregator';
