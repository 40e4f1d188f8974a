"""What a transfer is, whether it is well formed, and its fingerprint."""

import hashlib
import struct
from collections.abc import Sequence
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from huoqi.kit.dates import days_since_2000 as days_since_2000
from huoqi.kit.dates import micros_since_2000 as micros_since_2000
from huoqi.kit.ids import derived_id

INT64_MAX = 2**63 - 1
EXPIRY_CODE = 1
"""The business code of the sweeper's voids."""
SHARD_BITS = 48
_SHARD_MAX = 2**15 - 1
_NIL = bytes(16)
_NEVER = -(2**63)
_REQUEST = struct.Struct(">hqqqhi16si16sq")


class TransferKind(IntEnum):
    """What a transfer does."""

    POST = 1
    PENDING = 2
    POST_PENDING = 3
    VOID = 4
    REVERSE = 5
    EXPIRE = 6
    """The void of an expired hold; only the sweeper writes it."""


class ResultCode(IntEnum):
    """What became of a transfer; the number is also the precedence (docs/reference)."""

    OK = 0
    ID_FINGERPRINT_MISMATCH = 1
    AMOUNT_RANGE = 10
    BAD_KIND = 11
    SAME_ACCOUNT = 12
    BAD_GROUP = 13
    DEBIT_ACCOUNT_NOT_FOUND = 20
    CREDIT_ACCOUNT_NOT_FOUND = 21
    ASSET_MISMATCH = 22
    CROSS_SHARD = 23
    ACCOUNT_CLOSED = 30
    ACCOUNT_FROZEN = 31
    INSUFFICIENT_FUNDS = 40
    CREDIT_LIMIT = 41
    PENDING_NOT_FOUND = 50
    PENDING_ALREADY_POSTED = 51
    PENDING_ALREADY_VOIDED = 52
    PENDING_EXPIRED = 53
    EXCEEDS_PENDING = 54
    REVERSAL_TARGET_NOT_FOUND = 60
    ALREADY_REVERSED = 61
    LINKED_FAILED = 70
    COUNTER_OVERFLOW = 71
    EPOCH_FENCED = 80
    RETRY = 81

    @property
    def stored(self) -> bool:
        """Return whether the journal keeps a transfer with this code.

        >>> ResultCode.LINKED_FAILED.stored, ResultCode.AMOUNT_RANGE.stored
        (True, False)
        """
        return self == 0 or 20 <= self <= 71


class Transfer(NamedTuple):
    """One movement asked for; immutable, and the same for ever under its id.

    A transfer with a reference (``POST_PENDING``, ``VOID``, ``REVERSE``, ``EXPIRE``) takes its
    accounts and asset from what it refers to: both accounts are then ``shard << 48`` and the
    asset is 0. Its amount is 0 for "the whole"; only ``POST_PENDING`` may name a part.
    """

    id: UUID
    kind: TransferKind
    debit: int
    credit: int
    amount: int
    asset: int
    code: int
    ref_id: UUID | None
    effective_on: date
    group: UUID | None = None
    expires_at: datetime | None = None


def post(  # noqa: PLR0913 - one argument a column of the journal
    id: UUID,  # noqa: A002 - the column's name
    *,
    debit: int,
    credit: int,
    amount: int,
    code: int,
    effective_on: date,
    asset: int = 1,
    group: UUID | None = None,
) -> Transfer:
    """Return a transfer that moves an amount at once; the asset is CNY unless given."""
    return Transfer(
        id, TransferKind.POST, debit, credit, amount, asset, code, None, effective_on, group
    )


def hold(  # noqa: PLR0913 - one argument a column of the journal
    id: UUID,  # noqa: A002
    *,
    debit: int,
    credit: int,
    amount: int,
    code: int,
    effective_on: date,
    asset: int = 1,
    group: UUID | None = None,
    expires_at: datetime | None = None,
) -> Transfer:
    """Return a transfer that sets an amount aside until it is posted, voided or expires."""
    kind = TransferKind.PENDING
    return Transfer(
        id, kind, debit, credit, amount, asset, code, None, effective_on, group, expires_at
    )


def post_pending(  # noqa: PLR0913
    id: UUID,  # noqa: A002
    *,
    hold_id: UUID,
    shard: int,
    code: int,
    effective_on: date,
    amount: int = 0,
    group: UUID | None = None,
) -> Transfer:
    """Return a transfer that posts a hold, or a part of it and releases the rest."""
    place = shard << SHARD_BITS
    kind = TransferKind.POST_PENDING
    return Transfer(id, kind, place, place, amount, 0, code, hold_id, effective_on, group)


def void(
    id: UUID,  # noqa: A002
    *,
    hold_id: UUID,
    shard: int,
    code: int,
    effective_on: date,
    group: UUID | None = None,
) -> Transfer:
    """Return a transfer that releases a hold."""
    place = shard << SHARD_BITS
    return Transfer(id, TransferKind.VOID, place, place, 0, 0, code, hold_id, effective_on, group)


def reverse(
    id: UUID,  # noqa: A002
    *,
    target_id: UUID,
    shard: int,
    code: int,
    effective_on: date,
    group: UUID | None = None,
) -> Transfer:
    """Return the mirror of a posted transfer, of its whole amount."""
    place = shard << SHARD_BITS
    return Transfer(
        id, TransferKind.REVERSE, place, place, 0, 0, code, target_id, effective_on, group
    )


def expire(hold_id: UUID, *, shard: int, effective_on: date) -> Transfer:
    """Return the void of an expired hold; its id follows from the hold's, so once is enough."""
    id_ = derived_id(hold_id, action="ledger.expire")
    place = shard << SHARD_BITS
    kind = TransferKind.EXPIRE
    return Transfer(id_, kind, place, place, 0, 0, EXPIRY_CODE, hold_id, effective_on)


def shard_of_account(account: int) -> int:
    """Return the shard that an account number carries.

    >>> shard_of_account((3 << 48) | 17)
    3
    """
    return account >> SHARD_BITS


def routable(transfer: Transfer) -> bool:
    """Return whether the transfer names a shard at all."""
    return 0 <= transfer.debit >> SHARD_BITS <= _SHARD_MAX


def malformation(transfer: Transfer) -> ResultCode | None:
    """Return why a transfer is not well formed, the first reason in the table's order, or None.

    What is malformed is never stored: a corrected request may use the same id.
    """
    by_reference = transfer.kind > TransferKind.PENDING
    lowest = 0 if by_reference else 1
    highest = 0 if transfer.kind > TransferKind.POST_PENDING else INT64_MAX
    if not lowest <= transfer.amount <= highest or not _in_range(transfer):
        return ResultCode.AMOUNT_RANGE
    if not (_reference_shape(transfer) if by_reference else _plain_shape(transfer)):
        return ResultCode.BAD_KIND
    if transfer.debit == transfer.credit and not by_reference:
        return ResultCode.SAME_ACCOUNT
    return None


def _in_range(transfer: Transfer) -> bool:
    return (
        0 <= transfer.credit <= INT64_MAX
        and 0 <= transfer.asset < 2**15
        and -(2**31) <= transfer.code < 2**31
    )


def _plain_shape(transfer: Transfer) -> bool:
    return (
        transfer.kind in {TransferKind.POST, TransferKind.PENDING}
        and transfer.ref_id is None
        and (transfer.expires_at is None or transfer.kind == TransferKind.PENDING)
    )


def _reference_shape(transfer: Transfer) -> bool:
    return (
        transfer.kind <= TransferKind.EXPIRE
        and transfer.ref_id is not None
        and transfer.debit == transfer.credit == transfer.debit >> SHARD_BITS << SHARD_BITS
        and transfer.asset == 0
        and transfer.expires_at is None
    )


def fingerprint(transfer: Transfer) -> int:
    """Return the first 8 bytes of SHA-256 over all fields but the id, as a signed integer.

    Only for well-formed transfers: what is malformed never meets a stored fingerprint.
    """
    packed = _REQUEST.pack(
        transfer.kind,
        transfer.debit,
        transfer.credit,
        transfer.amount,
        transfer.asset,
        transfer.code,
        _NIL if transfer.ref_id is None else transfer.ref_id.bytes,
        days_since_2000(transfer.effective_on),
        _NIL if transfer.group is None else transfer.group.bytes,
        _NEVER if transfer.expires_at is None else micros_since_2000(transfer.expires_at),
    )
    return int.from_bytes(hashlib.sha256(packed).digest()[:8], "big", signed=True)


def runs(transfers: Sequence[Transfer]) -> list[int | None]:
    """Return each item's number of its linked group's run, None outside of groups.

    A run is a stretch of adjacent items with one group id. A repeated id starts a new run, so
    that a retried group that is gathered right behind its first try is a replay of it.
    """
    numbers: list[int | None] = []
    run = 0
    group: UUID | None = None
    members: set[UUID] = set()
    for transfer in transfers:
        if transfer.group is None:
            group = None
            numbers.append(None)
            continue
        if transfer.group != group or transfer.id in members:
            run += 1
            group = transfer.group
            members = set()
        members.add(transfer.id)
        numbers.append(run)
    return numbers


def split_runs(transfers: Sequence[Transfer], *, numbers: Sequence[int | None]) -> frozenset[int]:
    """Return the runs that span shards: such a group cannot be all or nothing."""
    shards: dict[int, set[int]] = {}
    for transfer, number in zip(transfers, numbers, strict=True):
        if number is not None:
            shards.setdefault(number, set()).add(transfer.debit >> SHARD_BITS)
    return frozenset(number for number, found in shards.items() if len(found) > 1)
