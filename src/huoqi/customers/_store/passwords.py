"""SQL of payment passwords."""

from collections.abc import Mapping

from huoqi.kit.db import Params, Row, Work

LOCKED = """
    SELECT hash, failure_count, locked_until FROM payment_password
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s FOR UPDATE
"""
KEEP = """
    INSERT INTO payment_password (shard, customer_no, hash, set_at)
    VALUES (%(shard)s, %(customer_no)s, %(hash)s, %(at)s)
    ON CONFLICT (shard, customer_no) DO UPDATE
    SET hash = EXCLUDED.hash, set_at = EXCLUDED.set_at, failure_count = 0, locked_until = NULL
"""
SET_LOCK = """
    UPDATE payment_password
    SET failure_count = %(failure_count)s, locked_until = %(locked_until)s
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s
"""
DROP = """
    DELETE FROM payment_password WHERE shard = %(shard)s AND customer_no = %(customer_no)s
"""
IS_SET = """
    SELECT 1 FROM payment_password WHERE shard = %(shard)s AND customer_no = %(customer_no)s
"""


def locked(work: Work, parameters: Params) -> Row | None:
    """Return a customer's hash, failures and lock, with the row locked."""
    return work.row(LOCKED, parameters)


def keep(work: Work, parameters: Mapping[str, object]) -> None:
    """Write a new password's hash; failures begin at zero."""
    work.run(KEEP, {**parameters, "at": work.at})


def set_lock(work: Work, parameters: Params) -> None:
    """Write failures and lock."""
    work.run(SET_LOCK, parameters)


def drop(work: Work, parameters: Params) -> None:
    """Delete a customer's password."""
    work.run(DROP, parameters)


def is_set(work: Work, parameters: Params) -> bool:
    """Return whether a customer has a password."""
    return work.row(IS_SET, parameters) is not None
