"""The columnar entrance for volume: the same posting, with columns instead of objects."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huoqi.kit.digests import sha256_of_each
from huoqi.ledger._arrays import (
    DateArray,
    Int2Array,
    Int4Array,
    Int8Array,
    int_column,
    pack_ints,
    pack_masked_uuids,
    pack_optional_ints,
    pack_uuid_bytes,
)
from huoqi.ledger._wire import Posted, SubBatch
from huoqi.ledger.rules.transfers import SHARD_BITS, ResultCode, TransferKind

Column = npt.NDArray[np.int64]
_REQUEST = np.dtype([
    ("kind", ">i2"),
    ("debit", ">i8"),
    ("credit", ">i8"),
    ("amount", ">i8"),
    ("asset", ">i2"),
    ("code", ">i4"),
    ("ref", "V16"),
    ("days", ">i4"),
    ("group", "V16"),
    ("expires", ">i8"),
])
_NEVER = -(2**63)


@dataclass(frozen=True, slots=True)
class TransferColumns:
    """Transfers of one shard as columns: no groups and no expiry.

    ``ids`` and ``ref_ids`` hold 16 bytes an item, nil where there is no reference (``ref_ids``
    is None when no item has one); ``days`` counts from 2000-01-01.
    """

    shard: int
    ids: bytes
    kinds: Column
    debits: Column
    credits: Column
    amounts: Column
    assets: Column
    codes: Column
    days: Column
    ref_ids: bytes | None = None


class CounterColumns(NamedTuple):
    """Four counters after each item; ``known`` is false for hot and unknown accounts."""

    known: npt.NDArray[np.bool_]
    debits_pending: Column
    debits_posted: Column
    credits_pending: Column
    credits_posted: Column


class ColumnResults(NamedTuple):
    """What became of each item; a replay has its first answer's code."""

    shard: int
    batch: int | None
    codes: Column
    replayed: npt.NDArray[np.bool_]
    debit_counters: CounterColumns
    credit_counters: CounterColumns


def sub_batch(columns: TransferColumns) -> SubBatch:
    """Return the columns packed for ``ledger_post``."""
    malformed = _malformed(columns)
    refs = None
    if columns.ref_ids is not None:
        refs = pack_masked_uuids(columns.ref_ids)
    return SubBatch(
        shard=columns.shard,
        ids=pack_uuid_bytes(columns.ids),
        kinds=pack_ints(Int2Array, columns.kinds, width=2),
        debits=pack_ints(Int8Array, columns.debits, width=8),
        credits=pack_ints(Int8Array, columns.credits, width=8),
        amounts=pack_ints(Int8Array, columns.amounts, width=8),
        assets=pack_ints(Int2Array, columns.assets, width=2),
        codes=pack_ints(Int4Array, columns.codes, width=4),
        dates=pack_ints(DateArray, columns.days, width=4),
        fingerprints=pack_ints(Int8Array, fingerprints(columns), width=8),
        refs=refs,
        malformed=malformed,
    )


def fingerprints(columns: TransferColumns) -> Column:
    """Return each item's fingerprint, the same as of the single transfer."""
    rows = np.zeros(len(columns.kinds), dtype=_REQUEST)
    rows["kind"] = columns.kinds
    rows["debit"] = columns.debits
    rows["credit"] = columns.credits
    rows["amount"] = columns.amounts
    rows["asset"] = columns.assets
    rows["code"] = columns.codes
    rows["days"] = columns.days
    rows["expires"] = _NEVER
    if columns.ref_ids is not None:
        rows["ref"] = np.frombuffer(columns.ref_ids, dtype="V16")
    digests = sha256_of_each(rows.view(np.uint8).reshape(len(rows), _REQUEST.itemsize))
    return digests[:, :8].copy().view(">i8").reshape(-1).astype(np.int64)


def _malformed(columns: TransferColumns) -> Int2Array | None:
    kinds, amounts = columns.kinds, columns.amounts
    plain = kinds <= TransferKind.PENDING
    whole = kinds > TransferKind.POST_PENDING
    has_ref = np.zeros(len(kinds), dtype=np.bool_)
    if columns.ref_ids is not None:
        halves = np.frombuffer(columns.ref_ids, dtype=np.int64).reshape(-1, 2)
        has_ref = (halves != 0).any(axis=1)
    place = columns.shard << SHARD_BITS
    at_place = (columns.debits == place) & (columns.credits == place) & (columns.assets == 0)
    out_of_range = (amounts < plain) | (whole & (amounts > 0)) | (columns.credits < 0)
    bad_kind = (kinds < 1) | (kinds > TransferKind.EXPIRE) | (plain == has_ref)
    bad_kind |= ~plain & ~at_place
    same = plain & (columns.debits == columns.credits)
    codes = np.select(
        [out_of_range, bad_kind, same],
        [ResultCode.AMOUNT_RANGE, ResultCode.BAD_KIND, ResultCode.SAME_ACCOUNT],
        0,
    )
    if not codes.any():
        return None
    packed = pack_optional_ints(Int2Array, [code or None for code in codes.tolist()], width=2)
    assert isinstance(packed, Int2Array)
    return packed


def results(columns: TransferColumns, posted: Posted) -> ColumnResults:
    """Return codes and counters after each item."""
    count = len(columns.kinds)
    codes = np.zeros(count, dtype=np.int64)
    replayed = np.zeros(count, dtype=np.bool_)
    if posted.status:
        codes[:] = posted.status
    elif posted.codes is not None:
        codes = int_column(posted.codes, width=2)
    applied = codes == 0
    for position, (code, _, _) in posted.replays().items():
        codes[position], replayed[position] = code, True
    debits, credits_, moved, held = _movements(columns, posted, applied=applied)
    of_debit, of_credit = _running(debits, credits_, moved=moved, held=held, posted=posted)
    return ColumnResults(columns.shard, posted.seq, codes, replayed, of_debit, of_credit)


def _movements(
    columns: TransferColumns, posted: Posted, *, applied: npt.NDArray[np.bool_]
) -> tuple[Column, Column, Column, Column]:
    debits, credits_, amounts = columns.debits, columns.credits, columns.amounts
    pending = columns.kinds == TransferKind.PENDING
    held = np.where(pending & applied, amounts, 0)
    moved_kinds = pending
    if posted.debits is not None:
        debits = int_column(posted.debits, width=8)
        credits_ = int_column(posted.credits, width=8)
        amounts = int_column(posted.amounts, width=8)
        moved_kinds = pending | (columns.kinds == TransferKind.VOID)
        moved_kinds |= columns.kinds == TransferKind.EXPIRE
        for position, released in posted.releases().items():
            held[position] -= released * int(applied[position])
    moved = np.where(~moved_kinds & applied, amounts, 0)
    return debits, credits_, moved, held


def _running(
    debits: Column, credits_: Column, *, moved: Column, held: Column, posted: Posted
) -> tuple[CounterColumns, CounterColumns]:
    """Work back from the counters after the batch, all accounts at once.

    Legs are put in order of account and turn; what came after a leg is its account's total less
    the running sum up to it. Wrapping sums are exact, because only differences are used.
    """
    count = len(debits)
    accounts = np.empty(2 * count, dtype=np.int64)
    accounts[0::2], accounts[1::2] = debits, credits_
    order = np.argsort(accounts, kind="stable")
    ordered = accounts[order]
    last = np.searchsorted(ordered, ordered, side="right") - 1
    known, at_end = _ends(posted, ordered)
    sides = (held, None), (moved, None), (None, held), (None, moved)
    after = []
    for (of_debit, of_credit), end in zip(sides, at_end, strict=True):
        legs = np.zeros(2 * count, dtype=np.int64)
        if of_debit is not None:
            legs[0::2] = of_debit
        if of_credit is not None:
            legs[1::2] = of_credit
        running = np.cumsum(legs[order])
        column = np.empty(2 * count, dtype=np.int64)
        column[order] = end - (running[last] - running)
        after.append(column)
    seen = np.empty(2 * count, dtype=np.bool_)
    seen[order] = known
    return (
        CounterColumns(seen[0::2], *(column[0::2] for column in after)),
        CounterColumns(seen[1::2], *(column[1::2] for column in after)),
    )


def _ends(posted: Posted, ordered: Column) -> tuple[npt.NDArray[np.bool_], list[Column]]:
    account = int_column(posted.account, width=8)
    columns = [int_column(c, width=8) for c in (posted.dv, posted.dp, posted.cv, posted.cp)]
    if not len(account):
        return np.zeros(len(ordered), dtype=np.bool_), [np.zeros_like(ordered)] * 4
    by_number = np.argsort(account)
    place = by_number[np.minimum(np.searchsorted(account[by_number], ordered), len(account) - 1)]
    return account[place] == ordered, [column[place] for column in columns]
