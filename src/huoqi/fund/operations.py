"""What can be done with funds. A call takes a batch, is part of one transaction, never commits.

But for ``clear_confirmations``, which takes in more answers than fit into one transaction.
"""

from huoqi.fund.cancellations import cancel_orders
from huoqi.fund.clearing import clear_confirmations
from huoqi.fund.closures import close_market_days
from huoqi.fund.confirmations import record_confirmations
from huoqi.fund.debts import settle_debt
from huoqi.fund.income import (
    confirm_day,
    correct_report,
    fold_anchors,
    import_rivals,
    predict_day,
    publish_day,
    record_report,
)
from huoqi.fund.leaving import redeem_rest
from huoqi.fund.overrides import accept_ahead, accept_override, withdraw_ahead
from huoqi.fund.payout_retries import retry_payouts
from huoqi.fund.payouts import resume_payouts
from huoqi.fund.purchases import place_purchases
from huoqi.fund.redemptions import redeem
from huoqi.fund.sending import mark_sent, orders_to_send, transfers_of_day
from huoqi.fund.settlements import settle_payments

__all__ = [
    "accept_ahead",
    "accept_override",
    "cancel_orders",
    "clear_confirmations",
    "close_market_days",
    "confirm_day",
    "correct_report",
    "fold_anchors",
    "import_rivals",
    "mark_sent",
    "orders_to_send",
    "place_purchases",
    "predict_day",
    "publish_day",
    "record_confirmations",
    "record_report",
    "redeem",
    "redeem_rest",
    "resume_payouts",
    "retry_payouts",
    "settle_debt",
    "settle_payments",
    "transfers_of_day",
    "withdraw_ahead",
]
