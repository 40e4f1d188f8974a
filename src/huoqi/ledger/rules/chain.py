"""The hash chain: one link a batch, over fixed-width items in order."""

import hashlib
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

_ITEM = struct.Struct(">i16shqqqhi16si16sqh")
_LINK = struct.Struct(">qqi")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NIL = bytes(16)
_HOLD, _POSTED = 2, frozenset({1, 3, 5})


class JournalRow(NamedTuple):
    """A stored transfer, as the chain sees it."""

    idx: int
    id: UUID
    kind: int
    debit: int
    credit: int
    amount: int
    asset: int
    code: int
    ref_id: UUID | None
    effective_days: int
    group: UUID | None
    fingerprint: int
    result: int


class AssetSums(NamedTuple):
    """What a batch moved of one asset."""

    posted: int
    held: int


@dataclass(frozen=True, slots=True)
class Link:
    """A batch as it is stored."""

    seq: int
    at: datetime | None
    count: int
    sums: Mapping[int, AssetSums]
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a period begins and ends in a shard's chain, as batch numbers; 0 is before the first.

    ``first_seq`` is the last batch before the period, ``last_seq`` its last one, ``beyond_seq`` the
    last one up to a later instant. ``start`` is the hash that the period's first batch follows.
    """

    shard: int
    first_seq: int
    last_seq: int
    beyond_seq: int
    start: bytes


class LinkRow(NamedTuple):
    """A row of a batch, and what its hold set free."""

    row: JournalRow
    released: int


def genesis(shard: int) -> bytes:
    """Return the hash before the first batch of a shard.

    >>> genesis(0).hex()[:16]
    '58867e074a4d82db'
    """
    return hashlib.sha256(b"huoqi ledger chain " + struct.pack(">h", shard)).digest()


def item_bytes(row: JournalRow) -> bytes:
    """Return a row in its fixed-width big-endian form (98 bytes)."""
    return _ITEM.pack(
        row.idx,
        row.id.bytes,
        row.kind,
        row.debit,
        row.credit,
        row.amount,
        row.asset,
        row.code,
        _NIL if row.ref_id is None else row.ref_id.bytes,
        row.effective_days,
        _NIL if row.group is None else row.group.bytes,
        row.fingerprint,
        row.result,
    )


def items_digest(rows: Iterable[JournalRow]) -> tuple[int, bytes]:
    """Return how many rows there are and SHA-256 over their items in order."""
    digest = hashlib.sha256()
    count = 0
    for row in rows:
        digest.update(item_bytes(row))
        count += 1
    return count, digest.digest()


def sums_text(sums: Mapping[int, AssetSums]) -> str:
    """Return a batch's sums in their one form, by asset.

    >>> sums_text({2: AssetSums(5, -5), 1: AssetSums(100, 0)})
    '1:100:0;2:5:-5'
    """
    return ";".join(f"{asset}:{s.posted}:{s.held}" for asset, s in sorted(sums.items()))


def link_hash(
    prev_hash: bytes, *, seq: int, at: datetime, count: int, sums: str, items: bytes
) -> bytes:
    """Return a batch's hash from the one before and its own content."""
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    text = sums.encode()
    content = _LINK.pack(seq, micros, count) + struct.pack(">i", len(text)) + text
    return hashlib.sha256(prev_hash + content + items).digest()


def add_to_sums(sums: dict[int, AssetSums], row: JournalRow, *, released: int) -> None:
    """Add what an applied row moved, and what its hold set free, to the sums of its asset."""
    if row.result:
        return
    before = sums.get(row.asset, AssetSums(0, 0))
    posted = row.amount if row.kind in _POSTED else 0
    held = row.amount if row.kind == _HOLD else -released
    sums[row.asset] = AssetSums(before.posted + posted, before.held + held)


def link_fault(
    link: Link, *, before: Link, count: int, sums: Mapping[int, AssetSums], items: bytes
) -> str | None:
    """Return what is wrong with a link, given what its rows say, or None."""
    if link.seq != before.seq + 1:
        return "a batch is missing"
    if link.prev_hash != before.hash:
        return "it does not follow the batch before"
    assert link.at is not None
    if before.at is not None and link.at < before.at:
        return "its instant goes back"
    if link.count != count:
        return "rows are missing or too many"
    if sums_text(link.sums) != sums_text(sums):
        return "its sums are not those of its rows"
    expected = link_hash(
        before.hash, seq=link.seq, at=link.at, count=count, sums=sums_text(sums), items=items
    )
    return None if link.hash == expected else "its rows are not what was hashed"
