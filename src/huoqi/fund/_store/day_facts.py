"""SQL of what the close reads of a fund's day: one statement each, however many hold it."""

from dataclasses import dataclass
from datetime import date

from huoqi.kit.db import Row, Work

_ANCHORS = """
    SELECT customer_no, as_of_on, units_e2 FROM holding WHERE fund = %s ORDER BY customer_no
"""
_CHANGES = """
    -- Uses unit_event_day_idx.
    SELECT customer_no, delta_e2 FROM unit_event WHERE fund = %s AND effective_on = %s
    ORDER BY customer_no, event_id
"""
_FLOWS = """
    -- Uses unit_event_day_idx: at a price of 1.00 confirmed units are the cash that moved for them.
    SELECT coalesce(sum(delta_e2) FILTER (WHERE kind = 'purchase'), 0)::bigint,
        coalesce(sum(income_fen - delta_e2) FILTER (WHERE kind = 'redemption'), 0)::bigint
    FROM unit_event WHERE fund = %s AND effective_on = %s
"""
_LATER = """
    -- Uses unit_event_day_idx: what is in the control accounts already and earns later.
    SELECT shard, sum(delta_e2)::bigint FROM unit_event WHERE fund = %s AND effective_on > %s
    GROUP BY shard
"""
_PAID = """
    -- Uses unit_event_day_idx.
    SELECT customer_no, income_fen FROM unit_event
    WHERE fund = %s AND effective_on = %s AND income_fen <> 0 ORDER BY customer_no, event_id
"""
_LATER_PAID = """
    -- Uses unit_event_day_idx.
    SELECT shard, sum(income_fen)::bigint FROM unit_event WHERE fund = %s AND effective_on > %s
    GROUP BY shard
"""
_EVENTS = """
    -- Uses unit_event_day_idx; events before a holding's anchor are part of it.
    SELECT e.customer_no, e.effective_on, e.delta_e2
    FROM unit_event AS e
    JOIN holding AS h ON h.shard = e.shard AND h.fund = e.fund AND h.customer_no = e.customer_no
    WHERE e.fund = %s AND e.effective_on BETWEEN %s AND %s AND e.effective_on >= h.as_of_on
"""
_OVERRIDES = """
    -- Uses income_override_day_idx.
    SELECT customer_no, income_on, income_fen FROM income_override
    WHERE fund = %s AND income_on BETWEEN %s AND %s
"""
_ORDERS = """
    -- Uses fund_order_day_idx: the orders of one trading day, by what they ask.
    SELECT side, speed, count(*), coalesce(sum(amount_fen), 0)::bigint,
        coalesce(sum(units_e2), 0)::bigint,
        count(*) FILTER (WHERE state IN ('paid', 'accepted', 'deferred')),
        count(*) FILTER (WHERE state = 'sent')
    FROM fund_order WHERE fund = %s AND t_day = %s AND state NOT IN ('failed', 'cancelled')
    GROUP BY side, speed ORDER BY side, speed
"""


@dataclass(frozen=True, slots=True)
class OrderTotals:
    """Orders of one trading day, side and speed: how many, how much, and how many wait."""

    side: str
    speed: str
    count: int
    amount_fen: int
    units_e2: int
    unsent_count: int
    unanswered_count: int


def all_anchors(work: Work, *, fund: str) -> list[Row]:
    """Return customer, anchor date and units of every holding, in customer order."""
    return work.rows(_ANCHORS, (fund,))


def changes_on(work: Work, *, fund: str, on: date) -> list[Row]:
    """Return customer and change of every unit event of a date."""
    return work.rows(_CHANGES, (fund, on))


def flows_on(work: Work, *, fund: str, on: date) -> tuple[int, int]:
    """Return what purchases brought and normal redemptions took on a date, in fen."""
    row = work.row(_FLOWS, (fund, on))
    return (row[0], row[1]) if row else (0, 0)


def later_changes(work: Work, *, fund: str, after: date) -> dict[int, int]:
    """Return by shard the sum of unit events that take effect after a date."""
    return {row[0]: row[1] for row in work.rows(_LATER, (fund, after))}


def paid_on(work: Work, *, fund: str, on: date) -> list[Row]:
    """Return customer and accrued income that was paid with redeemed units of a date."""
    return work.rows(_PAID, (fund, on))


def later_paid(work: Work, *, fund: str, after: date) -> dict[int, int]:
    """Return by shard the accrued income paid with redemptions that take effect after a date."""
    return {row[0]: row[1] for row in work.rows(_LATER_PAID, (fund, after))}


def events_between(work: Work, *, fund: str, first_on: date, last_on: date) -> list[Row]:
    """Return customer, date and units of the events of a period that no anchor has in it."""
    return work.rows(_EVENTS, (fund, first_on, last_on))


def overrides_between(work: Work, *, fund: str, first_on: date, last_on: date) -> list[Row]:
    """Return customer, date and accepted income of a period."""
    return work.rows(_OVERRIDES, (fund, first_on, last_on))


def order_totals(work: Work, *, fund: str, t_day: date) -> list[OrderTotals]:
    """Return the totals of a trading day's orders."""
    return [OrderTotals(*row) for row in work.rows(_ORDERS, (fund, t_day))]
