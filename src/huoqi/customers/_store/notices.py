"""SQL of what customers want to be told."""

from datetime import datetime

from huoqi.kit.db import Row, Work

OF_CUSTOMER = """
    SELECT wants_income, wants_orders, read_until FROM customer_notices
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s
"""
SET_WANTED = """
    INSERT INTO customer_notices AS kept
        (shard, customer_no, wants_income, wants_orders, read_until)
    VALUES (%(shard)s, %(customer_no)s, %(income)s, %(orders)s, 'epoch')
    ON CONFLICT (shard, customer_no) DO UPDATE
    SET wants_income = EXCLUDED.wants_income, wants_orders = EXCLUDED.wants_orders
"""
SET_READ = """
    -- What was seen stays seen, whichever device tells later.
    INSERT INTO customer_notices AS kept
        (shard, customer_no, wants_income, wants_orders, read_until)
    VALUES (%(shard)s, %(customer_no)s, true, true, %(until)s)
    ON CONFLICT (shard, customer_no) DO UPDATE
    SET read_until = greatest(kept.read_until, EXCLUDED.read_until)
"""


def of_customer(work: Work, *, shard: int, customer_no: int) -> Row | None:
    """Return the wishes for income and orders, and until when notices were read."""
    return work.row(OF_CUSTOMER, {"shard": shard, "customer_no": customer_no})


def set_wanted(work: Work, *, shard: int, customer_no: int, income: bool, orders: bool) -> None:
    """Write the wishes."""
    owner = {"shard": shard, "customer_no": customer_no}
    work.run(SET_WANTED, {**owner, "income": income, "orders": orders})


def set_read(work: Work, *, shard: int, customer_no: int, until: datetime) -> None:
    """Write until when notices were read, if later than before."""
    work.run(SET_READ, {"shard": shard, "customer_no": customer_no, "until": until})
