"""SQL for money that customers paid and that is not in their holdings yet."""

from huoqi.kit.db import Work

_PAID = """
    -- Uses fund_order_customer_idx.
    SELECT fund, sum(amount_fen)::bigint FROM fund_order
    WHERE shard = %s AND customer_no = %s AND side = 'purchase' AND state IN ('paid', 'sent')
    GROUP BY fund
"""


def paid_fen(work: Work, *, shard: int, customer_no: int) -> dict[str, int]:
    """Return by fund what a customer paid and the manager has not confirmed."""
    return {row[0]: row[1] for row in work.rows(_PAID, (shard, customer_no))}
