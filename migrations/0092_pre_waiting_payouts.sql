-- Why: staff see payouts that banks refused, of all customers, oldest first.
SET LOCAL lock_timeout = '5s';

CREATE INDEX fund_payout_failed_idx ON fund_payout (created_at) WHERE state = 'failed';
