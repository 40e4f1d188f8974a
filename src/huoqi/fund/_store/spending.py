"""SQL of spending: merchants, payments to them, refunds, settlements, and what a day has used."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from huoqi.fund.merchants import Merchant, MerchantPayment, MerchantRefund, MerchantSettlement
from huoqi.fund.rules.spending_limits import DaySpent
from huoqi.kit.db import Row, Work

SpenderDay = tuple[int, int]  # shard, customer

_MERCHANT = """
    SELECT merchant_no, merchant_id, name, category, owner_shard, owner_no, state, opened_at
    FROM merchant
"""
BY_IDS = _MERCHANT + " WHERE merchant_id = ANY(%s)"
BY_NO = _MERCHANT + " WHERE merchant_no = %s AND state = 'active'"
BY_KEY = _MERCHANT + " WHERE key_digest = %s AND state = 'active'"
LISTED = _MERCHANT + " ORDER BY merchant_no"
ACTIVE = _MERCHANT + " WHERE state = 'active' ORDER BY merchant_no"
# The lock under which a merchant's cash may become less.
LOCK = _MERCHANT + " WHERE merchant_no = %s FOR UPDATE"
ADD_MERCHANT = """
    INSERT INTO merchant (merchant_no, merchant_id, name, category, owner_shard, owner_no, state,
        opened_at)
    SELECT coalesce(max(merchant_no), 0) + 1, %(id)s, %(name)s, %(category)s, %(shard)s, %(owner)s,
        'active', %(at)s FROM merchant
    RETURNING merchant_no
"""
SET_KEY = "UPDATE merchant SET key_digest = %s WHERE merchant_no = %s"
SET_STATE = "UPDATE merchant SET state = %s WHERE merchant_no = %s"

_PAYMENT = """
    SELECT p.shard, p.payment_id, p.customer_no, p.merchant_no, p.amount_fen, p.refunded_fen,
        p.paid_at, p.fund, p.order_id
    FROM merchant_payment p
"""
_KEYS = "SELECT * FROM unnest(%(shards)s::smallint[], %(ids)s::uuid[])"
FIND = " ".join((_PAYMENT, "WHERE (p.shard, p.payment_id) IN (", _KEYS, ")"))
FIND_ANYWHERE = _PAYMENT + " WHERE p.payment_id = %(id)s AND p.shard = ANY(%(shards)s::smallint[])"
LOCK_PAYMENT = _PAYMENT + " WHERE p.shard = %s AND p.payment_id = %s FOR UPDATE"
OF_CUSTOMER = _PAYMENT + (
    " WHERE p.shard = %(shard)s AND p.customer_no = %(customer)s"
    " ORDER BY p.payment_id DESC LIMIT %(limit)s"
)
OF_MERCHANT = _PAYMENT + (
    " WHERE p.merchant_no = %(merchant)s"
    " AND (%(before)s::uuid IS NULL OR p.payment_id < %(before)s)"
    " ORDER BY p.payment_id DESC LIMIT %(limit)s"
)
ADD_PAYMENTS = """
    INSERT INTO merchant_payment (shard, payment_id, customer_no, merchant_no, amount_fen, paid_on,
        paid_at, fund, order_id)
    SELECT n.shard, n.payment_id, n.customer_no, n.merchant_no, n.amount_fen, %(on)s, %(at)s,
        n.fund, n.order_id
    FROM unnest(%(shards)s::smallint[], %(ids)s::uuid[], %(customers)s::bigint[],
        %(merchants)s::int[], %(amounts)s::bigint[], %(funds)s::text[], %(orders)s::uuid[])
        AS n (shard, payment_id, customer_no, merchant_no, amount_fen, fund, order_id)
"""
ADD_REFUNDED = """
    UPDATE merchant_payment SET refunded_fen = refunded_fen + %s
    WHERE shard = %s AND payment_id = %s
"""
_REFUND = """
    SELECT shard, refund_id, payment_id, merchant_no, amount_fen, goes_to, refunded_at, order_id
    FROM merchant_refund
"""
FIND_REFUND = _REFUND + " WHERE shard = %s AND refund_id = %s"
REFUNDS_OF = _REFUND + " WHERE (shard, payment_id) = (%s, %s) ORDER BY refunded_at, refund_id"
ADD_REFUND = """
    INSERT INTO merchant_refund (shard, refund_id, payment_id, merchant_no, amount_fen, goes_to,
        refunded_at, order_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
ADD_SETTLEMENT = """
    INSERT INTO merchant_settlement (merchant_no, settled_on, gross_fen, fee_fen, payout_id,
        refusal)
    VALUES (%s, %s, %s, %s, %s, %s)
"""
SETTLEMENTS = """
    SELECT merchant_no, settled_on, gross_fen, fee_fen, payout_id, refusal
    FROM merchant_settlement WHERE merchant_no = %s ORDER BY settled_on DESC LIMIT %s
"""
SETTLED_ON = "SELECT merchant_no FROM merchant_settlement WHERE settled_on = %s"

TAKE = """
    -- Sorted: two batches that share customers lock their days in one order.
    INSERT INTO spending_day_use AS u (shard, customer_no, used_on, kind, amount_fen, used_count)
    SELECT n.shard, n.customer_no, %(on)s, %(kind)s, n.amount_fen, n.used_count
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(amounts)s::bigint[],
        %(counts)s::int[]) AS n (shard, customer_no, amount_fen, used_count)
    ORDER BY n.shard, n.customer_no
    ON CONFLICT (shard, customer_no, used_on, kind) DO UPDATE
    SET amount_fen = u.amount_fen + excluded.amount_fen,
        used_count = u.used_count + excluded.used_count
    RETURNING shard, customer_no, amount_fen, used_count
"""
SET_USE = """
    UPDATE spending_day_use u SET amount_fen = n.amount_fen, used_count = n.used_count
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(amounts)s::bigint[],
        %(counts)s::int[]) AS n (shard, customer_no, amount_fen, used_count)
    WHERE u.shard = n.shard AND u.customer_no = n.customer_no AND u.used_on = %(on)s
        AND u.kind = %(kind)s
"""


def merchants_of_ids(work: Work, ids: Sequence[UUID]) -> dict[UUID, Merchant]:
    """Return merchants by their outside id; unknown ones lack."""
    return {m.merchant_id: m for m in map(_merchant, work.rows(BY_IDS, (list(ids),)))}


def merchant_of_no(work: Work, merchant_no: int) -> Merchant | None:
    """Return the active merchant with a number."""
    row = work.row(BY_NO, (merchant_no,))
    return _merchant(row) if row else None


def merchant_of_key(work: Work, digest: bytes) -> Merchant | None:
    """Return the active merchant whose API key has a digest."""
    row = work.row(BY_KEY, (digest,))
    return _merchant(row) if row else None


def merchants(work: Work) -> list[Merchant]:
    """Return every merchant."""
    return [_merchant(row) for row in work.rows(LISTED)]


def active_merchants(work: Work) -> list[Merchant]:
    """Return the merchants that take payments."""
    return [_merchant(row) for row in work.rows(ACTIVE)]


def lock_merchant(work: Work, merchant_no: int) -> Merchant:
    """Return a merchant, locked until the commit."""
    row = work.row(LOCK, (merchant_no,))
    assert row is not None, "merchants are never deleted"
    return _merchant(row)


def add_merchant(work: Work, given: Mapping[str, object]) -> int:
    """Write a new merchant and return its number."""
    work.run("LOCK TABLE merchant IN SHARE ROW EXCLUSIVE MODE")  # numbers are given in order
    row = work.row(ADD_MERCHANT, {**given, "at": work.at})
    assert row is not None
    number: int = row[0]
    return number


def set_key(work: Work, merchant_no: int, digest: bytes) -> None:
    """Give a merchant a new API key; the one before ends."""
    work.run(SET_KEY, (digest, merchant_no))


def payments(
    work: Work, keys: Sequence[tuple[int, UUID]]
) -> dict[tuple[int, UUID], MerchantPayment]:
    """Return payments by key; unknown ones lack."""
    if not keys:
        return {}
    given = {"shards": [shard for shard, _ in keys], "ids": [each for _, each in keys]}
    return {p.key: p for p in map(_payment, work.rows(FIND, given))}


def payment_anywhere(
    work: Work, payment_id: UUID, *, shards: Sequence[int]
) -> MerchantPayment | None:
    """Return a payment of which only the id is known."""
    row = work.row(FIND_ANYWHERE, {"id": payment_id, "shards": list(shards)})
    return _payment(row) if row else None


def lock_payment(work: Work, key: tuple[int, UUID]) -> MerchantPayment:
    """Return a payment, locked until the commit."""
    row = work.row(LOCK_PAYMENT, key)
    assert row is not None
    return _payment(row)


def payments_of_customer(
    work: Work, *, shard: int, customer_no: int, limit: int
) -> list[MerchantPayment]:
    """Return what a customer paid to merchants, newest first."""
    given = {"shard": shard, "customer": customer_no, "limit": limit}
    return [_payment(row) for row in work.rows(OF_CUSTOMER, given)]


def payments_of_merchant(
    work: Work, *, merchant_no: int, before: UUID | None, limit: int
) -> list[MerchantPayment]:
    """Return what a merchant was paid, newest first."""
    given = {"merchant": merchant_no, "before": before, "limit": limit}
    return [_payment(row) for row in work.rows(OF_MERCHANT, given)]


def add_payments(work: Work, paid: Sequence[MerchantPayment], *, on: date) -> None:
    """Write payments."""
    work.run(
        ADD_PAYMENTS,
        {
            "on": on,
            "at": work.at,
            "shards": [p.shard for p in paid],
            "ids": [p.payment_id for p in paid],
            "customers": [p.customer_no for p in paid],
            "merchants": [p.merchant_no for p in paid],
            "amounts": [p.amount_fen for p in paid],
            "funds": [p.fund for p in paid],
            "orders": [p.order_id for p in paid],
        },
    )


def refund(work: Work, key: tuple[int, UUID]) -> MerchantRefund | None:
    """Return a refund by its key."""
    row = work.row(FIND_REFUND, key)
    return MerchantRefund(*row) if row else None


def refunds_of(work: Work, key: tuple[int, UUID]) -> list[MerchantRefund]:
    """Return the refunds of a payment, oldest first."""
    return [MerchantRefund(*row) for row in work.rows(REFUNDS_OF, key)]


def add_refund(work: Work, made: MerchantRefund) -> None:
    """Write a refund and count it in its payment."""
    work.run(
        ADD_REFUND,
        (
            made.shard,
            made.refund_id,
            made.payment_id,
            made.merchant_no,
            made.amount_fen,
            made.goes_to,
            made.refunded_at,
            made.order_id,
        ),
    )
    work.run(ADD_REFUNDED, (made.amount_fen, made.shard, made.payment_id))


def settled_on(work: Work, on: date) -> set[int]:
    """Return the merchants that a day has settled with."""
    return {row[0] for row in work.rows(SETTLED_ON, (on,))}


def add_settlement(work: Work, done: MerchantSettlement) -> None:
    """Write a day's settlement with a merchant."""
    given = (done.merchant_no, done.settled_on, done.gross_fen, done.fee_fen)
    work.run(ADD_SETTLEMENT, (*given, done.payout_id, done.refusal))


def settlements(work: Work, merchant_no: int, *, limit: int) -> list[MerchantSettlement]:
    """Return a merchant's settlements, newest first."""
    return [MerchantSettlement(*row) for row in work.rows(SETTLEMENTS, (merchant_no, limit))]


def take_use(
    work: Work, added: Mapping[SpenderDay, DaySpent], *, on: date, kind: str
) -> dict[SpenderDay, DaySpent]:
    """Add to what customers have used of a day and return the sums before it."""
    rows = work.rows(TAKE, _use(added, on=on, kind=kind))
    return {
        (row[0], row[1]): DaySpent(
            row[2] - added[row[0], row[1]].fen, row[3] - added[row[0], row[1]].count
        )
        for row in rows
    }


def set_use(work: Work, used: Mapping[SpenderDay, DaySpent], *, on: date, kind: str) -> None:
    """Write what customers have used of a day, whose rows are held."""
    if used:
        work.run(SET_USE, _use(used, on=on, kind=kind))


def _use(used: Mapping[SpenderDay, DaySpent], *, on: date, kind: str) -> dict[str, object]:
    keys = sorted(used)
    return {
        "on": on,
        "kind": kind,
        "shards": [shard for shard, _ in keys],
        "customers": [number for _, number in keys],
        "amounts": [used[key].fen for key in keys],
        "counts": [used[key].count for key in keys],
    }


def _merchant(row: Row) -> Merchant:
    return Merchant(*row)


def _payment(row: Row) -> MerchantPayment:
    return MerchantPayment(*row)
