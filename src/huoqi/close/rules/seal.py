"""The root of a closed day: one digest over the book, the control sums and the ledger's chains."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

NO_ROOT = bytes(32)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is sealed of a day, with the root of the day before."""

    fund: str
    on: date
    holder_count: int
    total_units_e2: int
    total_income_fen: int
    book_sha256: bytes
    chain_sha256: bytes
    previous_root: bytes


def chain_digest(heads: Iterable[tuple[int, bytes]]) -> bytes:
    """Return one digest over the heads of the ledger's chains, by shard in order.

    >>> chain_digest([(1, b"b"), (0, b"a")]) == chain_digest([(0, b"a"), (1, b"b")])
    True
    """
    digest = hashlib.sha256(b"huoqi-chains-v1\n")
    for shard, head in sorted(heads):
        digest.update(shard.to_bytes(2, "big") + head)
    return digest.digest()


def root_of(sealed: Sealed) -> bytes:
    """Return the day's root: SHA-256 over fixed-width big-endian fields."""
    fund = sealed.fund.encode("ascii")
    assert len(fund) == 6
    return hashlib.sha256(
        b"huoqi-day-v1\n"
        + fund
        + (sealed.on - _EPOCH).days.to_bytes(4, "big")
        + sealed.holder_count.to_bytes(8, "big")
        + sealed.total_units_e2.to_bytes(16, "big")
        + sealed.total_income_fen.to_bytes(16, "big", signed=True)
        + sealed.book_sha256
        + sealed.chain_sha256
        + sealed.previous_root
    ).digest()


def is_kept(on: date, *, closed_on: date, days: int) -> bool:
    """Tell whether a day's book is still kept: the last days, and the end of every month.

    >>> is_kept(date(2015, 5, 31), closed_on=date(2016, 5, 31), days=40)
    True
    """
    is_month_end = (on.toordinal() == date.max.toordinal()) or (
        date.fromordinal(on.toordinal() + 1).day == 1
    )
    return is_month_end or (closed_on - on).days < days
