-- The simulated manager writes its register anew every day: packed numbers, which hardly shrink
-- and whose compression cost more than all else that its day costs the database.
SET LOCAL lock_timeout = '5s';

ALTER TABLE simulated.register ALTER COLUMN accounts SET STORAGE EXTERNAL;
ALTER TABLE simulated.register ALTER COLUMN units SET STORAGE EXTERNAL;
