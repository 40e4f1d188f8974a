"""SQL of orders from courts and authorities."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from huoqi.compliance.legal_orders import LegalOrder, OrderState, Scope
from huoqi.kit.db import Row, Work

_COLUMNS = """
    SELECT shard, order_id, customer_no, authority, reference, scope, fund, amount_fen, until_on,
        state, placed_at, placed_by, ended_at
    FROM legal_order
"""
_LOCK = _COLUMNS + " WHERE order_id = %s FOR UPDATE"
_ONE = _COLUMNS + " WHERE order_id = %s"
_LIST = _COLUMNS + " WHERE order_id > %s AND (%s = '' OR state = %s) ORDER BY order_id LIMIT %s"
_TWIN = _COLUMNS + " WHERE shard = %s AND customer_no = %s AND authority = %s AND reference = %s"
_OF_CUSTOMER = (
    _COLUMNS
    + """
    WHERE shard = %s AND customer_no = %s AND state = 'in_force' ORDER BY order_id FOR UPDATE
"""
)
_OVER = (
    _COLUMNS
    + """
    -- legal_order_in_force
    WHERE state = 'in_force' AND until_on < %s ORDER BY until_on, shard, order_id
    LIMIT %s FOR UPDATE SKIP LOCKED
"""
)
_ADD = """
    INSERT INTO legal_order (shard, order_id, customer_no, authority, reference, scope, fund,
        amount_fen, until_on, state, placed_at, placed_by)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (shard, customer_no, authority, reference) DO NOTHING
"""
_END = """
    UPDATE legal_order SET state = %s, ended_at = %s WHERE shard = %s AND order_id = %s
"""


def _order(row: Row) -> LegalOrder:
    scope, state = Scope(row[5]), OrderState(row[9])
    return LegalOrder(*row[:5], scope, *row[6:9], state, *row[10:])  # type: ignore[call-arg] # as selected


def add(work: Work, order: LegalOrder) -> bool:
    """Write an order; tell whether it is new."""
    key = (order.shard, order.order_id, order.customer_no, order.authority, order.reference)
    what = (order.scope.value, order.fund, order.amount_fen, order.until_on, order.state.value)
    return work.run(_ADD, (*key, *what, order.placed_at, order.placed_by)) == 1


def twin(work: Work, order: LegalOrder) -> LegalOrder:
    """Return the order that has the same reference."""
    row = work.row(_TWIN, (order.shard, order.customer_no, order.authority, order.reference))
    assert row is not None
    return _order(row)


def lock(work: Work, order_id: UUID) -> LegalOrder | None:
    """Return an order, locked."""
    row = work.row(_LOCK, (order_id,))
    return _order(row) if row else None


def one(work: Work, order_id: UUID) -> LegalOrder | None:
    """Return an order."""
    row = work.row(_ONE, (order_id,))
    return _order(row) if row else None


def listed(work: Work, *, state: str, after: UUID, limit: int) -> list[LegalOrder]:
    """Return orders, oldest first after one; an empty state means all."""
    return [_order(row) for row in work.rows(_LIST, (after, state, state, limit))]


def in_force(work: Work, *, shard: int, customer_no: int) -> list[LegalOrder]:
    """Return a customer's orders in force, locked."""
    return [_order(row) for row in work.rows(_OF_CUSTOMER, (shard, customer_no))]


def over(work: Work, *, on: date, limit: int) -> list[LegalOrder]:
    """Return orders whose last day is past, locked."""
    return [_order(row) for row in work.rows(_OVER, (on, limit))]


def end(work: Work, orders: Sequence[LegalOrder]) -> None:
    """Write how orders ended."""
    work.run_many(
        _END, [(each.state.value, each.ended_at, each.shard, each.order_id) for each in orders]
    )
