"""SQL of periodic plans: who buys what by habit, and what is due."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from huoqi.fund.plan_nouns import Plan, PlanState
from huoqi.fund.rules.plan_dates import Every
from huoqi.kit.db import Row, Work

_COLUMNS = """
    SELECT shard, plan_id, customer_no, fund, card_id, amount_fen, every, on_day, state, reason,
        next_on, failures, last_order_id, made_at, ended_at
    FROM purchase_plan
"""
_OF_CUSTOMER = _COLUMNS + " WHERE shard = %s AND customer_no = %s ORDER BY plan_id DESC"
_LOCK = _COLUMNS + " WHERE shard = %s AND plan_id = %s FOR UPDATE"
_DUE = (
    _COLUMNS
    + """
    -- purchase_plan_due; a second worker takes others.
    WHERE state = 'active' AND next_on <= %s ORDER BY next_on, shard, plan_id
    LIMIT %s FOR UPDATE SKIP LOCKED
"""
)
_NEXT = "SELECT min(next_on) FROM purchase_plan WHERE state = 'active'"
_OF_OWNERS = (
    _COLUMNS
    + """
    AS p WHERE state <> 'ended' AND EXISTS (
        SELECT FROM unnest(%s::smallint[], %s::bigint[]) AS n (shard, customer_no)
        WHERE n.shard = p.shard AND n.customer_no = p.customer_no)
    ORDER BY shard, plan_id FOR UPDATE OF p
"""
)
_ADD = """
    INSERT INTO purchase_plan (shard, plan_id, customer_no, fund, card_id, amount_fen, every,
        on_day, state, reason, next_on, failures, last_order_id, made_at, ended_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_SAVE = """
    UPDATE purchase_plan SET state = %s, reason = %s, next_on = %s, failures = %s,
        last_order_id = %s, ended_at = %s
    WHERE shard = %s AND plan_id = %s
"""


def _plan(row: Row) -> Plan:
    every, on_day, state = Every(row[6]), row[7], PlanState(row[8])
    return Plan(*row[:6], every, on_day, state, *row[9:])  # type: ignore[call-arg] # as selected


def of_customer(work: Work, *, shard: int, customer_no: int) -> list[Plan]:
    """Return a customer's plans, newest first."""
    return [_plan(row) for row in work.rows(_OF_CUSTOMER, (shard, customer_no))]


def of_owners(work: Work, owners: Sequence[tuple[int, int]]) -> list[Plan]:
    """Return the plans of customers that are not ended, locked."""
    columns = ([shard for shard, _ in owners], [number for _, number in owners])
    return [_plan(row) for row in work.rows(_OF_OWNERS, columns)]


def lock(work: Work, *, shard: int, plan_id: UUID) -> Plan | None:
    """Return a plan, locked."""
    row = work.row(_LOCK, (shard, plan_id))
    return _plan(row) if row else None


def due(work: Work, *, on: date, limit: int) -> list[Plan]:
    """Return plans whose date has come, locked, longest due first."""
    return [_plan(row) for row in work.rows(_DUE, (on, limit))]


def next_on(work: Work) -> date | None:
    """Return the earliest date that an active plan buys for."""
    row = work.row(_NEXT)
    assert row is not None
    found: date | None = row[0]
    return found


def add(work: Work, plan: Plan) -> bool:
    """Write a plan; tell whether it is new: its twin of the same wish stands in its way."""
    key = (plan.shard, plan.plan_id, plan.customer_no, plan.fund, plan.card_id, plan.amount_fen)
    rhythm = (plan.every.value, plan.on_day, plan.state.value, plan.reason, plan.next_on)
    rest = (plan.failures, plan.last_order_id, plan.made_at, plan.ended_at)
    return work.run(_ADD, (*key, *rhythm, *rest)) == 1


def save(work: Work, plans: Sequence[Plan]) -> None:
    """Write how plans stand now."""
    work.run_many(
        _SAVE,
        [
            (
                each.state.value,
                each.reason,
                each.next_on,
                each.failures,
                each.last_order_id,
                each.ended_at,
                each.shard,
                each.plan_id,
            )
            for each in plans
        ],
    )
