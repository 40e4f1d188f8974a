-- Why: after every round of payments the platform asks when the next order will be late. With one
-- index for each thing that orders wait for, in the order of its promise, that is one look at each
-- index's beginning, however many orders are open; before, every open order was read.
SET LOCAL lock_timeout = '5s';

-- What goes to the manager, and what waits for its answer; an order is in one of the two.
CREATE INDEX fund_order_to_send_idx ON fund_order (fund, t_day)
    WHERE state IN ('paid', 'accepted', 'deferred');
CREATE INDEX fund_order_sent_idx ON fund_order (fund, confirm_on) WHERE state = 'sent';
DROP INDEX fund_order_open_idx;
-- Confirmed redemptions by the promise of their cash: nine of its day, or at once if that is past.
CREATE INDEX fund_order_cash_promise_idx ON fund_order (
    greatest((cash_on + time '09:00') AT TIME ZONE 'Asia/Shanghai', confirmed_at)
) WHERE state = 'confirmed' AND side = 'redemption' AND cash_on IS NOT NULL;
DROP INDEX fund_order_paying_idx;
