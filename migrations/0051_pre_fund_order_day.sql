-- Why: the close adds up the orders of one trading day; the indexes so far hold open orders only.
SET LOCAL lock_timeout = '5s';

CREATE INDEX fund_order_day_idx ON fund_order (fund, t_day);
