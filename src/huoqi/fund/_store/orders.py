"""SQL for fund orders."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec.structs import astuple

from huoqi.fund._store.columns import HoldingKey, holding_columns, order_columns, plain
from huoqi.fund.orders import FundOrder, OrderKey, Origin, Side, Speed
from huoqi.fund.rules.order_states import PurchaseState, RedemptionState
from huoqi.kit.db import Row, Work

_COLUMNS = """
    SELECT o.shard, o.order_id, o.customer_no, o.fund, o.side, o.speed, o.origin, o.takes_all,
        o.state, o.reason, o.amount_fen, o.units_e2, o.card_id, o.money_order_id,
        o.parent_order_id, o.placed_at, o.t_day, o.confirm_on, o.earns_on, o.visible_on,
        o.cash_on, o.paid_at, o.sent_at, o.confirmed_at, o.ended_at, o.done_fen, o.refunded_fen,
        o.rest_e2, o.all_from_on, o.all_until_on, o.advance_order_id
    FROM fund_order AS o
"""
_BY_KEYS = (
    _COLUMNS
    + """
    JOIN unnest(%s::smallint[], %s::uuid[]) AS k (shard, order_id)
        ON o.shard = k.shard AND o.order_id = k.order_id
    ORDER BY o.shard, o.order_id
"""
)
# In key order, so that two batches over the same orders wait and never block each other.
_LOCK = _BY_KEYS + " FOR UPDATE OF o"
_BY_IDS = _COLUMNS + " WHERE o.order_id = ANY(%s) ORDER BY o.shard, o.order_id FOR UPDATE OF o"
_OF_CUSTOMER = (
    _COLUMNS
    + """
    -- Uses fund_order_customer_idx, newest first.
    WHERE o.shard = %s AND o.customer_no = %s AND (%s::uuid IS NULL OR o.order_id < %s)
    ORDER BY o.order_id DESC LIMIT %s
"""
)
_TO_SEND = (
    _COLUMNS
    + """
    -- Uses fund_order_to_send_idx.
    WHERE o.fund = %s AND o.t_day <= %s AND o.state IN ('paid', 'accepted', 'deferred')
        AND o.speed = 'normal'
    ORDER BY o.order_id FOR UPDATE OF o
"""
)
_WAITING = (
    _COLUMNS
    + """
    -- Uses fund_order_sent_idx.
    WHERE o.fund = %s AND o.t_day <= %s AND o.state = 'sent' ORDER BY o.order_id
"""
)
_ADVANCED = (
    _COLUMNS
    + """
    -- Uses fund_order_advance_idx.
    WHERE o.fund = %s AND o.t_day <= %s AND o.speed = 'fast' AND o.advance_order_id IS NULL
        AND o.state NOT IN ('failed', 'cancelled') AND o.state = 'paid_out'
    ORDER BY o.order_id FOR UPDATE OF o
"""
)
_ADVANCED_FEN = """
    -- Uses fund_order_advance_idx: advances whose units the provider has not redeemed yet.
    SELECT shard, sum(done_fen)::bigint FROM fund_order
    WHERE fund = %s AND speed = 'fast' AND advance_order_id IS NULL
        AND state NOT IN ('failed', 'cancelled')
    GROUP BY shard
"""
_LATE_INCOME = (
    _COLUMNS
    + """
    -- Uses fund_order_late_income_idx.
    WHERE o.fund = %s AND o.all_until_on <= %s AND o.state IN ('confirmed', 'paid_out')
    ORDER BY o.order_id FOR UPDATE OF o
"""
)
_DATED = (
    _COLUMNS
    + """
    -- Uses fund_order_to_send_idx and fund_order_sent_idx: open orders of some days, by their T
    -- or their confirmation.
    WHERE (o.fund = %(fund)s AND o.state IN ('paid', 'accepted', 'deferred')
            OR o.fund = %(fund)s AND o.state = 'sent')
        AND o.speed = 'normal' AND (o.t_day = ANY(%(on)s) OR o.confirm_on = ANY(%(on)s))
    ORDER BY o.shard, o.order_id FOR UPDATE OF o
"""
)
_BEGIN_EARNING = (
    _COLUMNS
    + """
    -- Uses fund_order_earning_idx.
    WHERE o.fund = %s AND o.earns_on <= %s AND o.state IN ('confirmed', 'partly_confirmed')
        AND o.side = 'purchase'
    ORDER BY o.order_id FOR UPDATE OF o
"""
)
_OPEN_OF = """
    -- Uses fund_order_customer_idx. An earning purchase is not open; a refund under way is.
    SELECT o.shard, o.customer_no, o.order_id, o.all_until_on IS NOT NULL
    FROM fund_order AS o
    JOIN unnest(%s::smallint[], %s::bigint[]) AS k (shard, customer_no)
        ON o.shard = k.shard AND o.customer_no = k.customer_no
    WHERE o.all_until_on IS NOT NULL
        OR (o.side = 'redemption' AND o.state IN ('accepted', 'sent', 'deferred', 'confirmed'))
        OR (o.side = 'purchase' AND o.state IN ('placed', 'paid', 'sent', 'cancelled', 'refused'))
        OR (o.state IN ('confirmed', 'partly_confirmed', 'earning') AND o.done_fen < o.amount_fen
            AND o.refunded_fen < o.amount_fen - o.done_fen)
    ORDER BY o.order_id
"""
_INSERT = """
    INSERT INTO fund_order (shard, order_id, customer_no, fund, side, speed, origin, takes_all,
        state, reason, amount_fen, units_e2, card_id, money_order_id, parent_order_id, placed_at,
        t_day, confirm_on, earns_on, visible_on, cash_on, paid_at, sent_at, confirmed_at,
        ended_at, done_fen, refunded_fen, rest_e2, all_from_on, all_until_on, advance_order_id)
    SELECT * FROM unnest(%s::smallint[], %s::uuid[], %s::bigint[], %s::text[], %s::text[],
        %s::text[], %s::text[], %s::boolean[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
        %s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::date[], %s::date[], %s::date[],
        %s::date[], %s::date[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
        %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::date[],
        %s::uuid[])
"""
_INSERT_PURCHASES = """
    -- The hot path: what all of a batch share is sent once.
    INSERT INTO fund_order (shard, order_id, customer_no, fund, side, speed, origin, takes_all,
        state, amount_fen, card_id, money_order_id, placed_at, t_day, confirm_on, earns_on,
        visible_on)
    SELECT p.shard, p.order_id, p.customer_no, %s, 'purchase', 'normal', 'customer', false,
        'placed', p.amount_fen, p.card_id, p.money_order_id, %s, %s, %s, %s, %s
    FROM unnest(%s::smallint[], %s::uuid[], %s::bigint[], %s::bigint[], %s::uuid[], %s::uuid[])
        AS p (shard, order_id, customer_no, amount_fen, card_id, money_order_id)
"""
_SAVE = """
    UPDATE fund_order AS o SET state = n.state, reason = n.reason, units_e2 = n.units_e2,
        money_order_id = n.money_order_id, t_day = n.t_day, confirm_on = n.confirm_on,
        earns_on = n.earns_on, visible_on = n.visible_on, cash_on = n.cash_on,
        paid_at = n.paid_at, sent_at = n.sent_at, confirmed_at = n.confirmed_at,
        ended_at = n.ended_at, done_fen = n.done_fen, refunded_fen = n.refunded_fen,
        rest_e2 = n.rest_e2, all_from_on = n.all_from_on, all_until_on = n.all_until_on,
        advance_order_id = n.advance_order_id
    FROM unnest(%s::smallint[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::uuid[],
        %s::date[], %s::date[], %s::date[], %s::date[], %s::date[], %s::timestamptz[],
        %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::bigint[], %s::bigint[],
        %s::bigint[], %s::date[], %s::date[], %s::uuid[])
        AS n (shard, order_id, state, reason, units_e2, money_order_id, t_day, confirm_on,
            earns_on, visible_on, cash_on, paid_at, sent_at, confirmed_at, ended_at, done_fen,
            refunded_fen, rest_e2, all_from_on, all_until_on, advance_order_id)
    WHERE o.shard = n.shard AND o.order_id = n.order_id
"""
_PAY = """
    -- The hot path: what a payment changes is sent once for the purchases that share it.
    UPDATE fund_order AS o SET state = 'paid', paid_at = %s, t_day = %s, confirm_on = %s,
        earns_on = %s, visible_on = %s
    FROM unnest(%s::smallint[], %s::uuid[]) AS n (shard, order_id)
    WHERE o.shard = n.shard AND o.order_id = n.order_id
"""
_FORGET = """
    -- Only rows that this very transaction wrote: nobody has seen them.
    DELETE FROM fund_order AS o
    WHERE (o.shard, o.order_id) IN (SELECT * FROM unnest(%s::smallint[], %s::uuid[]))
"""
_ENUMS = frozenset({"side", "speed", "origin", "state"})
_SAVED = (
    "shard",
    "order_id",
    "state",
    "reason",
    "units_e2",
    "money_order_id",
    "t_day",
    "confirm_on",
    "earns_on",
    "visible_on",
    "cash_on",
    "paid_at",
    "sent_at",
    "confirmed_at",
    "ended_at",
    "done_fen",
    "refunded_fen",
    "rest_e2",
    "all_from_on",
    "all_until_on",
    "advance_order_id",
)
_UNCONFIRMED = """
    -- Uses fund_order_customer_idx; what is bought and not in the holding yet.
    SELECT k.shard, k.fund, k.customer_no, coalesce(sum(o.amount_fen), 0)::bigint
    FROM unnest(%s::smallint[], %s::text[], %s::bigint[]) AS k (shard, fund, customer_no)
    LEFT JOIN fund_order AS o ON o.shard = k.shard AND o.customer_no = k.customer_no
        AND o.fund = k.fund AND o.side = 'purchase' AND o.state IN ('placed', 'paid', 'sent')
    GROUP BY 1, 2, 3
"""


def _order(row: Row) -> FundOrder:
    side = Side(row[4])
    state = PurchaseState(row[8]) if side is Side.PURCHASE else RedemptionState(row[8])
    typed = (side, Speed(row[5]), Origin(row[6]), row[7], state)
    fields = (*row[:4], *typed, *row[9:])
    return FundOrder(*fields)


def orders(work: Work, keys: Sequence[OrderKey]) -> dict[OrderKey, FundOrder]:
    """Return orders by key; those that do not exist are left out."""
    return _found(work.rows(_BY_KEYS, order_columns(keys))) if keys else {}


def lock_orders(work: Work, keys: Sequence[OrderKey]) -> dict[OrderKey, FundOrder]:
    """Return orders by key, held until the commit."""
    return _found(work.rows(_LOCK, order_columns(keys)))


def lock_orders_of_ids(work: Work, ids: Sequence[UUID]) -> dict[UUID, FundOrder]:
    """Return orders by id alone, held until the commit: a manager knows no shards."""
    return {order.order_id: order for order in map(_order, work.rows(_BY_IDS, (list(ids),)))}


def orders_of(
    work: Work, *, shard: int, customer_no: int, before: UUID | None, limit: int
) -> list[FundOrder]:
    """Return a customer's orders, newest first."""
    return [_order(r) for r in work.rows(_OF_CUSTOMER, (shard, customer_no, before, before, limit))]


def orders_to_send(work: Work, *, fund: str, t_day: date) -> list[FundOrder]:
    """Return what goes to the manager with a trading day, held until the commit."""
    return [_order(row) for row in work.rows(_TO_SEND, (fund, t_day))]


def orders_waiting(work: Work, *, fund: str, t_day: date) -> list[FundOrder]:
    """Return what the manager has not answered up to a trading day."""
    return [_order(row) for row in work.rows(_WAITING, (fund, t_day))]


def orders_dated(work: Work, *, fund: str, on: Sequence[date]) -> list[FundOrder]:
    """Return open orders whose T or confirmation is on some dates, held until the commit."""
    return [_order(row) for row in work.rows(_DATED, {"fund": fund, "on": list(on)})]


def orders_advanced(work: Work, *, fund: str, t_day: date) -> list[FundOrder]:
    """Return paid fast redemptions whose units the provider still holds, up to a trading day."""
    return [_order(row) for row in work.rows(_ADVANCED, (fund, t_day))]


def advanced_fen(work: Work, *, fund: str) -> dict[int, int]:
    """Return by shard the advances whose units the provider has not redeemed yet."""
    return {row[0]: row[1] for row in work.rows(_ADVANCED_FEN, (fund,))}


def orders_with_late_income(work: Work, *, fund: str, published_on: date) -> list[FundOrder]:
    """Return redeem-all orders whose last income is published by now."""
    return [_order(row) for row in work.rows(_LATE_INCOME, (fund, published_on))]


def orders_beginning_to_earn(work: Work, *, fund: str, on: date) -> list[FundOrder]:
    """Return confirmed purchases whose first income day is here."""
    return [_order(row) for row in work.rows(_BEGIN_EARNING, (fund, on))]


def open_orders_of(
    work: Work, owners: Sequence[tuple[int, int]]
) -> tuple[dict[tuple[int, int], list[UUID]], set[tuple[int, int]]]:
    """Return customers' orders that still move money or units, and who is owed late income."""
    columns = ([owner[0] for owner in owners], [owner[1] for owner in owners])
    open_orders: dict[tuple[int, int], list[UUID]] = {}
    owed = set()
    for shard, customer_no, order_id, owes_income in work.rows(_OPEN_OF, columns):
        open_orders.setdefault((shard, customer_no), []).append(order_id)
        if owes_income:
            owed.add((shard, customer_no))
    return open_orders, owed


def insert_orders(work: Work, drafts: Sequence[FundOrder]) -> None:
    """Write new orders."""
    if drafts:
        work.run(_INSERT, _columns_of(drafts, names=FundOrder.__struct_fields__))


def insert_purchases(work: Work, drafts: Sequence[FundOrder]) -> None:
    """Write new purchases of one fund that were placed at one instant."""
    if drafts:
        first = drafts[0]
        dates = (first.t_day, first.confirm_on, first.earns_on, first.visible_on)
        names = ("shard", "order_id", "customer_no", "amount_fen", "card_id", "money_order_id")
        columns = _columns_of(drafts, names=names)
        work.run(_INSERT_PURCHASES, (first.fund, first.placed_at, *dates, *columns))


def forget_orders(work: Work, keys: Sequence[OrderKey]) -> None:
    """Take back orders that this transaction wrote and whose payment could not be placed."""
    if keys:
        work.run(_FORGET, order_columns(keys))


def save_orders(work: Work, changed: Sequence[FundOrder]) -> None:
    """Write everything of orders that may change."""
    if changed:
        work.run(_SAVE, _columns_of(changed, names=_SAVED))


def pay_purchases(work: Work, paid: Sequence[FundOrder]) -> None:
    """Write that purchases were paid, and the dates that this fixed; nothing else of them."""
    alike: dict[tuple[object, ...], list[OrderKey]] = {}
    for order in paid:
        dates = (order.t_day, order.confirm_on, order.earns_on, order.visible_on)
        alike.setdefault((order.paid_at, *dates), []).append(order.key)
    for shared, keys in alike.items():
        work.run(_PAY, (*shared, *order_columns(keys)))


def _columns_of(rows: Sequence[FundOrder], *, names: Sequence[str]) -> list[list[object]]:
    by_name = dict(
        zip(FundOrder.__struct_fields__, zip(*map(astuple, rows), strict=True), strict=True)
    )
    return [
        list(map(plain, by_name[name])) if name in _ENUMS else list(by_name[name]) for name in names
    ]


def unconfirmed_fen(work: Work, keys: Sequence[HoldingKey]) -> dict[HoldingKey, int]:
    """Return what customers bought of a fund that is not in their holdings yet."""
    rows = work.rows(_UNCONFIRMED, holding_columns(keys))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _found(rows: Sequence[Row]) -> dict[OrderKey, FundOrder]:
    return {order.key: order for order in map(_order, rows)}
