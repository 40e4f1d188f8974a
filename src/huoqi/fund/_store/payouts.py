"""SQL for payouts."""

from collections.abc import Sequence
from uuid import UUID

from huoqi.fund._store.columns import OrderKey, order_columns, plain
from huoqi.fund.orders import Payout, PayoutKind, PayoutState
from huoqi.kit.db import Row, Work

_ADD_PAYOUTS = """
    INSERT INTO fund_payout (shard, payout_id, order_id, customer_no, kind, amount_fen, state,
        money_order_id, attempt, reason, created_at)
    SELECT * FROM unnest(%s::smallint[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[],
        %s::bigint[], %s::text[], %s::uuid[], %s::smallint[], %s::text[], %s::timestamptz[])
    ON CONFLICT DO NOTHING
"""
_PAYOUT_COLUMNS = """
    SELECT p.shard, p.payout_id, p.order_id, p.customer_no, p.kind, p.amount_fen, p.state,
        p.money_order_id, p.attempt, p.reason, p.created_at, p.ended_at
    FROM fund_payout AS p
"""
_LOCK_PAYOUTS = (
    _PAYOUT_COLUMNS
    + """
    JOIN unnest(%s::smallint[], %s::uuid[]) AS k (shard, payout_id)
        ON p.shard = k.shard AND p.payout_id = k.payout_id
    ORDER BY p.shard, p.payout_id FOR UPDATE OF p
"""
)
_PAYOUTS_OF = (
    _PAYOUT_COLUMNS
    + """
    -- Uses fund_payout_order_idx.
    JOIN unnest(%s::smallint[], %s::uuid[]) AS k (shard, order_id)
        ON p.shard = k.shard AND p.order_id = k.order_id
    ORDER BY p.shard, p.payout_id
"""
)
_OF_CUSTOMER = (
    _PAYOUT_COLUMNS
    + """
    -- Uses fund_order_customer_idx and fund_payout_order_idx, the newest order first.
    JOIN fund_order AS o ON o.shard = p.shard AND o.order_id = p.order_id
    LEFT JOIN fund_payout AS b ON b.shard = o.shard AND b.payout_id = %(before)s
    WHERE o.shard = %(shard)s AND o.customer_no = %(customer_no)s
        AND (%(before)s::uuid IS NULL OR (o.order_id, p.payout_id) < (b.order_id, b.payout_id))
    ORDER BY o.order_id DESC, p.payout_id DESC LIMIT %(limit)s
"""
)
_BLOCKED = """
    -- Uses fund_payout_blocked_idx, oldest first.
    SELECT p.shard, p.payout_id, p.order_id, p.customer_no, p.kind, p.amount_fen, p.state,
        p.money_order_id, p.attempt, p.reason, p.created_at, p.ended_at, o.card_id
    FROM fund_payout AS p JOIN fund_order AS o ON o.shard = p.shard AND o.order_id = p.order_id
    WHERE p.state = 'blocked' AND p.reason = ANY(%s)
    ORDER BY p.created_at, p.payout_id LIMIT %s FOR UPDATE OF p SKIP LOCKED
"""
_IN_STATE = {
    state: _PAYOUT_COLUMNS
    + f"""
    -- Uses fund_payout_{state}_idx, oldest first.
    LEFT JOIN fund_payout AS b ON b.payout_id = %(after)s
    WHERE p.state = '{state}' AND (%(after)s::uuid IS NULL
        OR (p.created_at, p.payout_id) > (b.created_at, b.payout_id))
    ORDER BY p.created_at, p.payout_id LIMIT %(limit)s
"""
    for state in ("blocked", "failed")
}
_SAVE_PAYOUTS = """
    UPDATE fund_payout AS p SET state = n.state, reason = n.reason, ended_at = n.ended_at,
        money_order_id = n.money_order_id, attempt = n.attempt
    FROM unnest(%s::smallint[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::uuid[],
        %s::smallint[])
        AS n (shard, payout_id, state, reason, ended_at, money_order_id, attempt)
    WHERE p.shard = n.shard AND p.payout_id = n.payout_id
"""


def add_payouts(work: Work, payouts: Sequence[Payout]) -> None:
    """Write new payouts."""
    if payouts:
        names = Payout.__slots__[:-1]
        work.run(_ADD_PAYOUTS, [[plain(getattr(p, name)) for p in payouts] for name in names])


def lock_payouts(work: Work, keys: Sequence[OrderKey]) -> dict[OrderKey, Payout]:
    """Return payouts by shard and id, held until the commit."""
    rows = work.rows(_LOCK_PAYOUTS, order_columns(keys))
    return {(payout.shard, payout.payout_id): payout for payout in map(_payout, rows)}


def payouts_of(work: Work, keys: Sequence[OrderKey]) -> list[Payout]:
    """Return the payouts of orders."""
    return [_payout(row) for row in work.rows(_PAYOUTS_OF, order_columns(keys))]


def payouts_of_customer(
    work: Work, *, shard: int, customer_no: int, before: UUID | None, limit: int
) -> list[Payout]:
    """Return a customer's payouts, those of the newest order first, after a given one."""
    asked = {"shard": shard, "customer_no": customer_no, "before": before, "limit": limit}
    return [_payout(row) for row in work.rows(_OF_CUSTOMER, asked)]


def payouts_in(work: Work, *, state: PayoutState, after: UUID | None, limit: int) -> list[Payout]:
    """Return blocked or failed payouts of all customers, oldest first, after a given one."""
    return [_payout(row) for row in work.rows(_IN_STATE[state], {"after": after, "limit": limit})]


def blocked_payouts(work: Work, *, reasons: Sequence[str], limit: int) -> list[tuple[Payout, UUID]]:
    """Return payouts that could not be placed for these reasons, with the card of their order."""
    return [(_payout(row[:-1]), row[-1]) for row in work.rows(_BLOCKED, (list(reasons), limit))]


def save_payouts(work: Work, changed: Sequence[Payout]) -> None:
    """Write state, reason and end of payouts."""
    if changed:
        head = ("shard", "payout_id", "state", "reason", "ended_at")
        names = (*head, "money_order_id", "attempt")
        work.run(_SAVE_PAYOUTS, [[plain(getattr(p, name)) for p in changed] for name in names])


def _payout(row: Row) -> Payout:
    fields = (*row[:4], PayoutKind(row[4]), row[5], PayoutState(row[6]), *row[7:])
    return Payout(*fields)
