"""The tree over a book that fits in memory: each leaf by itself, in the order of the day's blinds.

A blind is as good as random to whoever lacks the day's key, so sorting by it is a secret order that
is new each day. A book in mapped files has another order (`seal_places`); a proof shows neither.
"""

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from huoqi.close.rules.proofs import Proof, Signature
from huoqi.close.rules.seal_tree import (
    BLIND_BYTES,
    NOTHING,
    Leaf,
    Statement,
    Status,
    blind_head,
    blind_of,
    leaf_hash,
    leaf_head,
    levels_of,
    root_of,
    siblings_of,
)


@dataclass(frozen=True, slots=True)
class Holder:
    """One account at the end of a day, with the income in it."""

    account: int
    units_e2: int
    income_fen: int


@dataclass(frozen=True, slots=True)
class SealedBook:
    """The leaves of a day in their order, and the levels over them."""

    leaves: tuple[Leaf, ...]
    levels: tuple[tuple[bytes, ...], ...]

    @property
    def root(self) -> bytes:
        """Return the root; without holders it is 32 zero bytes."""
        return self.levels[-1][0] if self.leaves else NOTHING

    def position_of(self, account: int) -> int | None:
        """Return where an account's leaf stands, or None when it has none."""
        places = (place for place, leaf in enumerate(self.leaves) if leaf.account == account)
        return next(places, None)

    def proof_at(
        self, position: int, *, statement: Statement, signatures: tuple[Signature, ...]
    ) -> Proof:
        """Return the proof of the leaf at a position."""
        siblings = tuple(siblings_of(self.levels, position=position))
        return Proof(statement, signatures, self.leaves[position], position, siblings)


def sealed_book(holders: Iterable[Holder], *, statement: Statement, day_key: bytes) -> SealedBook:
    """Return the tree over these holders; of the statement fund and day are taken."""
    leaves = [
        Leaf(
            holder.account,
            holder.units_e2,
            holder.income_fen,
            Status.CONFIRMED,
            blind_of(holder.account, day_key=day_key),
        )
        for holder in holders
    ]
    leaves.sort(key=lambda leaf: leaf.blind)
    hashes = [leaf_hash(leaf, on=statement.on, fund=statement.fund) for leaf in leaves]
    return SealedBook(tuple(leaves), tuple(map(tuple, levels_of(hashes))))


_FIGURES = struct.Struct(">QqqB")


def sealed_root(
    holders: Iterable[tuple[int, int, int]], *, statement: Statement, day_key: bytes
) -> bytes:
    """Return the root of the tree over accounts with units and income, without the tree.

    The same as ``sealed_book(...).root``, for the day's end, when nobody asks for a proof yet: two
    microseconds a holder.
    """
    sha256, confirmed = hashlib.sha256, Status.CONFIRMED.value
    of_blind = blind_head(day_key)
    of_leaf = leaf_head(on=statement.on, fund=statement.fund)
    packed = _FIGURES.pack
    rows = []
    for account, units_e2, income_fen in holders:
        figures = packed(account, units_e2, income_fen, confirmed)
        rows.append((sha256(of_blind + figures[:8]).digest()[:BLIND_BYTES], figures))
    rows.sort()
    return root_of([sha256(of_leaf + figures + blind).digest() for blind, figures in rows])
