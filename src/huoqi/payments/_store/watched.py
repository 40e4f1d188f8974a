"""The SQL of what operators watch: unknown payments, statements that lack, payouts stopped."""

from collections.abc import Sequence

from huoqi.kit.db import Row, Work

UNKNOWN = """
    -- The first condition is that of the index money_order_to_query.
    SELECT extract(epoch FROM %(at)s - sent_at)::bigint FROM money_order
    WHERE state IN ('SENT', 'UNKNOWN') AND state = 'UNKNOWN'
"""
STOPPED = "SELECT count(*) FROM payout_stop"
LATE = """
    SELECT c.bank, count(d.bank) FROM bank_statement_cursor c
    LEFT JOIN bank_day d ON d.bank = c.bank AND d.state <> 'complete'
    GROUP BY c.bank ORDER BY c.bank
"""


def unknown_ages(work: Work) -> list[Row]:
    """Return for how many seconds each unknown payment is on its way, in one column."""
    return work.rows(UNKNOWN, {"at": work.at})


def late_counts(work: Work) -> Sequence[Row]:
    """Return each bank with its days whose statement is late, refused or not whole."""
    return work.rows(LATE)


def stops(work: Work) -> int:
    """Return how many stops of payouts are in force: one or none."""
    row = work.row(STOPPED)
    return row[0] if row else 0
