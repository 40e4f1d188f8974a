-- Why: the time machine must not move while a unit of work that read the clock is still open, and
-- a branch must carry its own source of ids, so that the same commands give the same bytes.
SET LOCAL lock_timeout = '5s';

-- Takes a shared lock until the end of the transaction before it reads, so that the mover can wait
-- for all who have read. A volatile function sees, after the wait, what was committed meanwhile.
CREATE FUNCTION business_clock_read(OUT at timestamptz, OUT state text)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1212499014);
    SELECT c.at, c.state INTO at, state FROM business_clock c;
END
$$;

-- Ids of a sandbox come from the seed and a generation, which grows with every snapshot and start.
CREATE TABLE sandbox_seed (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seed bigint NOT NULL,
    generation bigint NOT NULL DEFAULT 0 CHECK (generation >= 0),
    branch text NOT NULL DEFAULT 'main'
);
INSERT INTO sandbox_seed (seed) VALUES (20150511);

-- What the time machine is doing, for those who watch; an interrupted journey leaves its target.
ALTER TABLE business_clock ADD COLUMN stopped_by text NOT NULL DEFAULT '';
