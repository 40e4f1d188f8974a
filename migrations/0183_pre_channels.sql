-- Why: a bank may be reached by several channels, at another cost, with other limits and hours; the
-- one that an order takes is decided once and kept with what was known then. A channel that leaves
-- too many sends without an answer is stopped for a while. All rows here are illustrative.
SET LOCAL lock_timeout = '5s';

-- Null where a single channel was in force: then nothing was to be decided.
ALTER TABLE money_order ADD COLUMN route jsonb;

-- One row while a channel has left sends of late unanswered; a channel without one answers all.
CREATE TABLE channel_health (
    bank text NOT NULL REFERENCES bank (code),
    direction text NOT NULL CHECK (direction IN ('COLLECT', 'PAYOUT')),
    channel text NOT NULL,
    answered integer NOT NULL CHECK (answered >= 0),
    unanswered integer NOT NULL CHECK (unanswered >= 0),
    sick_since timestamptz,
    probe_at timestamptz,
    PRIMARY KEY (bank, direction, channel),
    CHECK ((sick_since IS NULL) = (probe_at IS NULL))
);

-- An aggregator that reaches six of the banks through one network: dearer, with lower limits, open
-- around the clock but for ten minutes, and it dedupes by reference.
INSERT INTO bank_profile (bank, direction, channel, effective_from, effective_until,
    single_limit_fen, card_day_limit_fen, card_day_count, channel_day_limit_fen, maintenance_from,
    maintenance_until, cut_off, reply_deadline_s, query_schedule_s, dedupes_by_reference,
    not_found_is_final, late_execution_days, fee_fen, status)
SELECT
    reached.bank, way.direction, 'aggregator', '2016-03-01', '9999-12-31', 500000, 1000000,
    CASE way.direction WHEN 'COLLECT' THEN 10 ELSE 20 END, 20000000000, time '03:00', time '03:10',
    time '23:00', 30, '{30,60,300,1800,7200,21600}'::integer[], true, false, 1,
    CASE way.direction WHEN 'COLLECT' THEN 60 ELSE 120 END, 'illustrative'
FROM (VALUES ('ICBC'), ('BOC'), ('CCB'), ('ABC'), ('BCOM'), ('CMB')) AS reached (bank)
CROSS JOIN (VALUES ('COLLECT'), ('PAYOUT')) AS way (direction);
