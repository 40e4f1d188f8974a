-- Why: funds that carry income once a month. What a day's income becomes is part of the day's one
-- row; accrued income has a control account of its own; what the register paid of it with a
-- redemption stands beside the units that left. Funds that carry daily have the defaults.
SET LOCAL lock_timeout = '5s';

INSERT INTO ledger_account_kind (kind, code, name_zh, normal_side, owner, flags) VALUES
    (23, 'holders_accrued', '持有人未结转收益', 'credit', 'system', 4);

ALTER TABLE fund_day ADD COLUMN income_becomes text NOT NULL DEFAULT 'units'
    CHECK (income_becomes IN ('units', 'accrued', 'carried'));
ALTER TABLE fund_day_shard ADD COLUMN carried_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE unit_event ADD COLUMN income_fen bigint NOT NULL DEFAULT 0;

ALTER TABLE simulated.manager_order ADD COLUMN takes_income boolean NOT NULL DEFAULT false;
ALTER TABLE simulated.manager_order ADD COLUMN income_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE simulated.unit_change ADD COLUMN income_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE simulated.register ADD COLUMN accrued bytea NOT NULL DEFAULT '';
