-- Why: which banks we work with, how their cards are told, and what each bank allows on a date.
-- These are reference tables: the same on every shard, small, written by operators only. All limits,
-- windows and fees are illustrative (see the column status); the first three banks are the ones that
-- the launch announcement names.
SET LOCAL lock_timeout = '5s';

CREATE TABLE bank (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z]{2,8}$'),
    -- The instance number of the bank's clearing account in the ledger; never reused.
    number smallint NOT NULL UNIQUE CHECK (number > 0),
    name_zh text NOT NULL,
    name_en text NOT NULL,
    source text NOT NULL
);

INSERT INTO bank (code, number, name_zh, name_en, source) VALUES
    ('ICBC', 1, '工商银行', 'ICBC', 'launch announcement'),
    ('BOC', 2, '中国银行', 'Bank of China', 'launch announcement'),
    ('CCB', 3, '建设银行', 'China Construction Bank', 'launch announcement'),
    ('ABC', 4, '农业银行', 'Agricultural Bank of China', 'configuration'),
    ('BCOM', 5, '交通银行', 'Bank of Communications', 'configuration'),
    ('PSBC', 6, '邮储银行', 'Postal Savings Bank', 'configuration'),
    ('CMB', 7, '招商银行', 'China Merchants Bank', 'configuration'),
    ('CITIC', 8, '中信银行', 'China CITIC Bank', 'configuration'),
    ('CEB', 9, '光大银行', 'China Everbright Bank', 'configuration'),
    ('CMBC', 10, '民生银行', 'China Minsheng Bank', 'configuration'),
    ('CIB', 11, '兴业银行', 'Industrial Bank', 'configuration'),
    ('SPDB', 12, '浦发银行', 'SPD Bank', 'configuration');

-- kind: DC debit, CC credit, SCC semi-credit, PC prepaid. Credit rows are here so that a credit
-- card is refused as such, and not as an unknown bank.
CREATE TABLE card_bin (
    prefix text NOT NULL CHECK (prefix ~ '^[0-9]{4,10}$'),
    length smallint NOT NULL CHECK (length BETWEEN 12 AND 19),
    bank text NOT NULL REFERENCES bank (code),
    kind text NOT NULL CHECK (kind IN ('DC', 'CC', 'SCC', 'PC')),
    effective_from date NOT NULL,
    effective_until date NOT NULL CHECK (effective_until > effective_from),
    status text NOT NULL CHECK (status IN ('confirmed', 'unverified')),
    PRIMARY KEY (prefix, length, effective_from)
);

INSERT INTO card_bin (prefix, length, bank, kind, effective_from, effective_until, status)
SELECT prefix, length, bank, kind, '2000-01-01', '9999-12-31', status
FROM (VALUES
    ('622202', 19, 'ICBC', 'DC', 'confirmed'),
    ('620061', 19, 'BOC', 'DC', 'confirmed'),
    ('436742', 19, 'CCB', 'DC', 'confirmed'),
    ('620059', 19, 'ABC', 'DC', 'confirmed'),
    ('620013', 16, 'BCOM', 'DC', 'confirmed'),
    ('620062', 19, 'PSBC', 'DC', 'confirmed'),
    ('621286', 16, 'CMB', 'DC', 'confirmed'),
    ('620082', 16, 'CITIC', 'DC', 'confirmed'),
    ('620085', 16, 'CEB', 'DC', 'confirmed'),
    ('415599', 16, 'CMBC', 'DC', 'confirmed'),
    ('622908', 18, 'CIB', 'DC', 'confirmed'),
    ('620530', 19, 'SPDB', 'DC', 'confirmed'),
    ('621226', 19, 'ICBC', 'DC', 'unverified'),
    ('621661', 19, 'BOC', 'DC', 'unverified'),
    ('621700', 19, 'CCB', 'DC', 'unverified'),
    ('622848', 19, 'ABC', 'DC', 'unverified'),
    ('622588', 16, 'CMB', 'DC', 'unverified'),
    ('622230', 16, 'ICBC', 'CC', 'unverified'),
    ('439188', 16, 'CMB', 'CC', 'unverified')
) AS known (prefix, length, bank, kind, status);

CREATE TABLE bank_profile (
    bank text NOT NULL REFERENCES bank (code),
    direction text NOT NULL CHECK (direction IN ('COLLECT', 'PAYOUT')),
    channel text NOT NULL,
    effective_from date NOT NULL,
    effective_until date NOT NULL CHECK (effective_until > effective_from),
    single_limit_fen bigint NOT NULL CHECK (single_limit_fen > 0),
    card_day_limit_fen bigint NOT NULL CHECK (card_day_limit_fen > 0),
    card_day_count integer NOT NULL CHECK (card_day_count > 0),
    channel_day_limit_fen bigint NOT NULL CHECK (channel_day_limit_fen > 0),
    maintenance_from time,
    maintenance_until time,
    cut_off time NOT NULL,
    reply_deadline_s integer NOT NULL CHECK (reply_deadline_s > 0),
    query_schedule_s integer[] NOT NULL,
    dedupes_by_reference boolean NOT NULL,
    not_found_is_final boolean NOT NULL,
    late_execution_days integer NOT NULL CHECK (late_execution_days >= 0),
    fee_fen bigint NOT NULL CHECK (fee_fen >= 0),
    status text NOT NULL CHECK (status IN ('confirmed', 'illustrative')),
    PRIMARY KEY (bank, direction, channel, effective_from),
    CHECK ((maintenance_from IS NULL) = (maintenance_until IS NULL))
);

-- Two windows of work only: banks that clear until 23:30, and banks that stop at 22:00. Limits in
-- yuan, for the reader; ICBC lowered its limit for collections on 2015-09-01.
INSERT INTO bank_profile
SELECT
    bank, direction, 'direct', since::date, until::date, single_yuan * 100, day_yuan * 100,
    CASE direction WHEN 'COLLECT' THEN 10 ELSE 20 END, 100000000000,
    CASE late WHEN 1 THEN time '23:45' ELSE time '22:30' END, ends,
    CASE late WHEN 1 THEN time '23:30' ELSE time '22:00' END,
    30, '{30,60,300,1800,7200,21600}'::integer[], dedupes = 1, false, late_days,
    CASE direction WHEN 'COLLECT' THEN 0 ELSE 50 END, 'illustrative'
FROM (VALUES
    ('ICBC', 'COLLECT', '2015-05-11', '2015-09-01', 50000, 50000, 1, time '00:10', 1, 2),
    ('ICBC', 'COLLECT', '2015-09-01', '9999-12-31', 10000, 10000, 1, time '00:10', 1, 2),
    ('ICBC', 'PAYOUT', '2015-05-11', '9999-12-31', 50000, 50000, 1, time '00:10', 1, 2)
) AS own (bank, direction, since, until, single_yuan, day_yuan, late, ends, dedupes, late_days)
UNION ALL
SELECT
    bank, direction, 'direct', '2015-05-11', '9999-12-31', single_yuan * 100, day_yuan * 100,
    CASE direction WHEN 'COLLECT' THEN 10 ELSE 20 END, 100000000000,
    CASE late WHEN 1 THEN time '23:45' ELSE time '22:30' END, ends,
    CASE late WHEN 1 THEN time '23:30' ELSE time '22:00' END,
    30, '{30,60,300,1800,7200,21600}'::integer[], dedupes = 1, false, late_days,
    CASE direction WHEN 'COLLECT' THEN 0 ELSE 50 END, 'illustrative'
FROM (VALUES
    ('ABC', 10000, 20000, 0, time '00:15', 0, 1),
    ('BOC', 50000, 50000, 1, time '00:20', 0, 1),
    ('CCB', 50000, 100000, 0, time '00:25', 1, 2),
    ('BCOM', 20000, 20000, 1, time '00:10', 0, 1),
    ('PSBC', 5000, 5000, 0, time '00:15', 0, 1),
    ('CMB', 50000, 50000, 1, time '00:20', 1, 2),
    ('CITIC', 1000000, 1000000, 0, time '00:25', 0, 1),
    ('CEB', 50000, 50000, 1, time '00:10', 0, 1),
    ('CMBC', 50000, 50000, 0, time '00:15', 0, 2),
    ('CIB', 50000, 100000, 1, time '00:20', 0, 1),
    ('SPDB', 50000, 50000, 0, time '00:25', 0, 1)
) AS both_ways (bank, single_yuan, day_yuan, late, ends, dedupes, late_days)
CROSS JOIN (VALUES ('COLLECT'), ('PAYOUT')) AS way (direction);
