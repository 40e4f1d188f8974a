"""SQL for debts of collections that banks took back, and for what settles them."""

from collections.abc import Sequence
from dataclasses import astuple, replace
from uuid import UUID

from huoqi.fund._store.columns import OrderKey, order_columns
from huoqi.fund.debt_nouns import Debt, Settlement, SettlementState, Way
from huoqi.kit.db import Row, Work

_COLUMNS = """
    SELECT d.shard, d.order_id, d.customer_no, d.fund, d.amount_fen, d.settled_fen,
        d.pending_fen, d.frozen_e2, d.opened_at, d.ended_at
    FROM fund_debt AS d
"""
_ADD = """
    INSERT INTO fund_debt (shard, order_id, customer_no, fund, amount_fen, settled_fen,
        pending_fen, frozen_e2, opened_at, ended_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_BY_KEYS = (
    _COLUMNS
    + """
    JOIN unnest(%s::smallint[], %s::uuid[]) AS k (shard, order_id)
        ON d.shard = k.shard AND d.order_id = k.order_id
    ORDER BY d.shard, d.order_id
"""
)
_LOCK = _BY_KEYS + " FOR UPDATE OF d"
_LIST = (
    _COLUMNS
    + """
    -- Open ones use fund_debt_open_idx, newest order first.
    WHERE (d.ended_at IS NULL) = %s AND (%s::uuid IS NULL OR d.order_id < %s)
    ORDER BY d.order_id DESC LIMIT %s
"""
)
_BY_ID = _COLUMNS + " WHERE d.order_id = %s"
_OWING = """
    -- Uses fund_debt_customer_idx.
    SELECT d.shard, d.customer_no, d.order_id FROM fund_debt AS d
    JOIN unnest(%s::smallint[], %s::bigint[]) AS k (shard, customer_no)
        ON d.shard = k.shard AND d.customer_no = k.customer_no
    WHERE d.ended_at IS NULL ORDER BY d.order_id
"""
_SAVE = """
    UPDATE fund_debt SET settled_fen = %s, pending_fen = %s, frozen_e2 = %s, ended_at = %s
    WHERE shard = %s AND order_id = %s
"""
_SETTLEMENT = """
    SELECT shard, settlement_id, order_id, way, amount_fen, settled_fen, state, reason,
        created_at, ended_at
    FROM fund_debt_settlement
"""
_ADD_SETTLEMENT = """
    INSERT INTO fund_debt_settlement (shard, settlement_id, order_id, way, amount_fen,
        settled_fen, state, reason, created_at, ended_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_SETTLEMENTS_OF = _SETTLEMENT + " WHERE shard = %s AND order_id = %s ORDER BY created_at, 2"
_LOCK_SETTLEMENT = _SETTLEMENT + " WHERE shard = %s AND settlement_id = %s FOR UPDATE"
_SAVE_SETTLEMENT = """
    UPDATE fund_debt_settlement SET settled_fen = %s, state = %s, reason = %s, ended_at = %s
    WHERE shard = %s AND settlement_id = %s
"""


def add_debt(work: Work, debt: Debt) -> bool:
    """Write a new debt; False when the order has one already."""
    return bool(work.run(_ADD, astuple(debt)))


def lock_debts(work: Work, keys: Sequence[OrderKey]) -> dict[OrderKey, Debt]:
    """Return debts by shard and order, held until the commit."""
    rows = work.rows(_LOCK, order_columns(sorted(set(keys)))) if keys else []
    return {debt.key: debt for debt in (Debt(*row) for row in rows)}


def debt_of_order(work: Work, order_id: UUID) -> Debt | None:
    """Return the debt of an order."""
    row = work.row(_BY_ID, (order_id,))
    return Debt(*row) if row else None


def debts(work: Work, *, is_open: bool, before: UUID | None, limit: int) -> list[Debt]:
    """Return debts, those of the newest orders first, after a given one."""
    return [Debt(*row) for row in work.rows(_LIST, (is_open, before, before, limit))]


def owing(work: Work, owners: Sequence[tuple[int, int]]) -> list[Row]:
    """Return shard, customer and order of the open debts of customers."""
    return work.rows(_OWING, ([owner[0] for owner in owners], [owner[1] for owner in owners]))


def save_debt(work: Work, debt: Debt) -> None:
    """Write what of a debt is settled, on its way, and frozen beside it."""
    figures = (debt.settled_fen, debt.pending_fen, debt.frozen_e2, debt.ended_at)
    work.run(_SAVE, (*figures, debt.shard, debt.order_id))


def add_settlement(work: Work, settlement: Settlement) -> None:
    """Write a new settlement."""
    work.run(_ADD_SETTLEMENT, [str(v) if isinstance(v, str) else v for v in astuple(settlement)])


def settlements_of(work: Work, key: OrderKey) -> list[Settlement]:
    """Return what was done about a debt, oldest first."""
    return [_settlement(row) for row in work.rows(_SETTLEMENTS_OF, key)]


def lock_settlement(work: Work, key: OrderKey) -> Settlement | None:
    """Return a settlement by shard and id, held until the commit."""
    row = work.row(_LOCK_SETTLEMENT, key)
    return _settlement(row) if row else None


def save_settlement(work: Work, settlement: Settlement) -> None:
    """Write how a settlement stands."""
    figures = (settlement.settled_fen, str(settlement.state), settlement.reason)
    key = (settlement.shard, settlement.settlement_id)
    work.run(_SAVE_SETTLEMENT, (*figures, settlement.ended_at, *key))


def _settlement(row: Row) -> Settlement:
    return replace(Settlement(*row), way=Way(row[3]), state=SettlementState(row[6]))
