"""SQL of estates, their heirs, and what heirs are paid."""

from collections.abc import Sequence
from uuid import UUID

from huoqi.compliance.estates import Estate, EstateState, Heir, Payment, PaymentState
from huoqi.kit.db import Row, Work

_COLUMNS = """
    SELECT shard, estate_id, customer_no, died_on, proof, state, reported_at, reported_by, ended_at
    FROM estate
"""
_LOCK = _COLUMNS + " WHERE estate_id = %s FOR UPDATE"
_ONE = _COLUMNS + " WHERE estate_id = %s"
_LIST = _COLUMNS + " WHERE estate_id > %s AND (%s = '' OR state = %s) ORDER BY estate_id LIMIT %s"
_OF_CUSTOMER = (
    _COLUMNS + " WHERE shard = %s AND customer_no = %s AND state <> 'withdrawn' FOR UPDATE"
)
_SETTLING = (
    _COLUMNS
    + """
    -- estate_settling
    WHERE state = 'settling' AND (shard, estate_id) > (%s, %s) ORDER BY shard, estate_id
    LIMIT %s FOR UPDATE
"""
)
_ADD = """
    INSERT INTO estate (shard, estate_id, customer_no, died_on, proof, state, reported_at,
        reported_by)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_SAVE = "UPDATE estate SET state = %s, ended_at = %s WHERE shard = %s AND estate_id = %s"
_HEIRS = """
    SELECT heir_no, parts, given_fen FROM estate_heir WHERE shard = %s AND estate_id = %s
    ORDER BY heir_no
"""
_ADD_HEIR = "INSERT INTO estate_heir (shard, estate_id, heir_no, parts) VALUES (%s, %s, %s, %s)"
_GIVE = """
    UPDATE estate_heir SET given_fen = given_fen + %s
    WHERE shard = %s AND estate_id = %s AND heir_no = %s
"""
_PAYMENT = """
    SELECT shard, payment_id, estate_id, heir_no, amount_fen, state, attempt, money_order_id,
        reason, given_at, paid_at
    FROM estate_payment
"""
_OPEN = (
    _PAYMENT
    + """
    -- estate_payment_open
    WHERE state <> 'paid' AND payment_id > %s ORDER BY payment_id LIMIT %s FOR UPDATE
"""
)
_PAYMENTS_OF = _PAYMENT + " WHERE estate_id = %s ORDER BY payment_id"
_ADD_PAYMENT = """
    INSERT INTO estate_payment (shard, payment_id, estate_id, heir_no, amount_fen, state, given_at)
    VALUES (%s, %s, %s, %s, %s, 'waiting', %s)
"""
_SAVE_PAYMENT = """
    UPDATE estate_payment
    SET state = %s, attempt = %s, money_order_id = %s, reason = %s, paid_at = %s, amount_fen = %s
    WHERE shard = %s AND payment_id = %s
"""


def _estate(row: Row) -> Estate:
    return Estate(*row[:5], EstateState(row[5]), *row[6:])  # type: ignore[call-arg] # as selected


def _payment(row: Row) -> Payment:
    return Payment(*row[:5], PaymentState(row[5]), *row[6:])  # type: ignore[call-arg] # as selected


def add(work: Work, estate: Estate) -> None:
    """Write an estate."""
    key = (estate.shard, estate.estate_id, estate.customer_no, estate.died_on, estate.proof)
    work.run(_ADD, (*key, estate.state.value, estate.reported_at, estate.reported_by))


def of_customer(work: Work, *, shard: int, customer_no: int) -> Estate | None:
    """Return a customer's estate that is not withdrawn, locked."""
    row = work.row(_OF_CUSTOMER, (shard, customer_no))
    return _estate(row) if row else None


def lock(work: Work, estate_id: UUID) -> Estate | None:
    """Return an estate, locked."""
    row = work.row(_LOCK, (estate_id,))
    return _estate(row) if row else None


def one(work: Work, estate_id: UUID) -> Estate | None:
    """Return an estate."""
    row = work.row(_ONE, (estate_id,))
    return _estate(row) if row else None


def listed(work: Work, *, state: str, after: UUID, limit: int) -> list[Estate]:
    """Return estates, oldest first after one; an empty state means all."""
    return [_estate(row) for row in work.rows(_LIST, (after, state, state, limit))]


def settling(work: Work, *, after: tuple[int, UUID], limit: int) -> list[Estate]:
    """Return estates that are being settled, after a place, locked."""
    return [_estate(row) for row in work.rows(_SETTLING, (*after, limit))]


def save(work: Work, estates: Sequence[Estate]) -> None:
    """Write how estates stand."""
    work.run_many(
        _SAVE, [(each.state.value, each.ended_at, each.shard, each.estate_id) for each in estates]
    )


def heirs(work: Work, estate: Estate) -> list[Heir]:
    """Return the heirs of an estate, by number."""
    return [Heir(*row) for row in work.rows(_HEIRS, (estate.shard, estate.estate_id))]


def add_heirs(work: Work, estate: Estate, found: Sequence[Heir]) -> None:
    """Write who inherits."""
    work.run_many(
        _ADD_HEIR, [(estate.shard, estate.estate_id, each.heir_no, each.parts) for each in found]
    )


def give(work: Work, estate: Estate, payments: Sequence[Payment]) -> None:
    """Write what heirs were given, and that it goes to their cards."""
    work.run_many(
        _GIVE,
        [(each.amount_fen, estate.shard, estate.estate_id, each.heir_no) for each in payments],
    )
    add_payments(work, payments)


def add_payments(work: Work, payments: Sequence[Payment]) -> None:
    """Write cash that waits on heirs' accounts for their cards."""
    work.run_many(
        _ADD_PAYMENT,
        [
            (
                each.shard,
                each.payment_id,
                each.estate_id,
                each.heir_no,
                each.amount_fen,
                each.given_at,
            )
            for each in payments
        ],
    )


def open_payments(work: Work, *, after: UUID, limit: int) -> list[Payment]:
    """Return payments that have not reached their heirs, after one, locked."""
    return [_payment(row) for row in work.rows(_OPEN, (after, limit))]


def payments_of(work: Work, estate_id: UUID) -> list[Payment]:
    """Return what an estate's heirs were given, oldest first."""
    return [_payment(row) for row in work.rows(_PAYMENTS_OF, (estate_id,))]


def save_payments(work: Work, payments: Sequence[Payment]) -> None:
    """Write how payments stand."""
    work.run_many(
        _SAVE_PAYMENT,
        [
            (
                each.state.value,
                each.attempt,
                each.money_order_id,
                each.reason,
                each.paid_at,
                each.amount_fen,
                each.shard,
                each.payment_id,
            )
            for each in payments
        ],
    )
