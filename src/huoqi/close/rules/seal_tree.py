"""The tree over a day's holders: blinded leaves, nodes of four, and the signed statement.

Every hash is SHA-256 and begins with a byte that says what it is, so that no leaf can be passed
off as a node. What the tree does and does not show is in docs/adr/0120-the-seal.md.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

ARITY = 4
HASH_BYTES = 32
BLIND_BYTES = 16
NOTHING = bytes(HASH_BYTES)
# Nodes from this level up are kept; those below are hashed anew from the columns for a proof.
KEPT_LEVEL = 3
GROUP = ARITY**KEPT_LEVEL
STATEMENT_HEAD = b"huoqi-close-v1\n"
STATEMENT_BYTES = 113
_LEAF, _NODE, _BLIND, _PLACES = b"\x00", b"\x01", b"\x02", b"\x03"


class Status(IntEnum):
    """Whose figures a leaf carries: ours, or those that the register confirmed."""

    PREDICTED = 0
    CONFIRMED = 1


@dataclass(frozen=True, slots=True)
class Leaf:
    """One holder's day: units at its end, the income in them, and the blind that hides both."""

    account: int
    units_e2: int
    income_fen: int
    status: Status
    blind: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """What three sign: root, number of holders and totals, chained to the day before."""

    on: date
    fund: str
    root: bytes
    count: int
    total_units_e2: int
    total_income_fen: int
    previous_sha256: bytes


def day_number(on: date) -> int:
    """Return the date as a number that a person can read.

    >>> day_number(date(2015, 5, 12))
    20150512
    """
    return on.year * 10_000 + on.month * 100 + on.day


def blind_of(account: int, *, day_key: bytes) -> bytes:
    """Return what hides a leaf from those who know its account but not the day's key."""
    digest = hashlib.sha256(blind_head(day_key) + account.to_bytes(8, "big")).digest()
    return digest[:BLIND_BYTES]


def blind_head(day_key: bytes) -> bytes:
    """Return what a blind's message begins with, before the account."""
    return _BLIND + day_key


def places_key(*, day_key: bytes, part: str) -> bytes:
    """Return the key of the order in which a partition's leaves stand on a day."""
    return hashlib.sha256(_PLACES + day_key + part.encode("ascii")).digest()


def leaf_bytes(leaf: Leaf) -> bytes:
    """Return a leaf's own figures as a proof carries them: 41 bytes."""
    return (
        leaf.account.to_bytes(8, "big")
        + leaf.units_e2.to_bytes(8, "big", signed=True)
        + leaf.income_fen.to_bytes(8, "big", signed=True)
        + leaf.status.to_bytes(1, "big")
        + leaf.blind
    )


def leaf_hash(leaf: Leaf, *, on: date, fund: str) -> bytes:
    """Return the hash of a leaf: 52 bytes, which are one block of SHA-256."""
    return hashlib.sha256(leaf_head(on=on, fund=fund) + leaf_bytes(leaf)).digest()


def leaf_head(*, on: date, fund: str) -> bytes:
    """Return what the leaf of each holder of a day begins with."""
    return _LEAF + day_number(on).to_bytes(4, "big") + fund.encode("ascii")


def node_hash(children: Sequence[bytes]) -> bytes:
    """Return the hash of a node; a child that is not there is 32 zero bytes."""
    missing = ARITY - len(children)
    return hashlib.sha256(_NODE + b"".join(children) + missing * NOTHING).digest()


def parents_of(nodes: Sequence[bytes]) -> list[bytes]:
    """Return the next level of the tree."""
    missing = -len(nodes) % ARITY
    joined = b"".join(nodes) + missing * NOTHING
    step, sha256 = ARITY * HASH_BYTES, hashlib.sha256
    firsts = range(0, len(joined), step)
    return [sha256(_NODE + joined[first : first + step]).digest() for first in firsts]


def level_count(count: int) -> int:
    """Return how many levels of nodes stand over so many leaves.

    >>> [level_count(count) for count in (0, 1, 2, 4, 5, 7, 185_000_000)]
    [0, 0, 1, 1, 2, 2, 14]
    """
    levels = 0
    while ARITY**levels < count:
        levels += 1
    return levels


def levels_of(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return all levels, the leaves first and the root last."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(parents_of(levels[-1]))
    return levels


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root; the tree without a leaf has 32 zero bytes for one."""
    return levels_of(leaves)[-1][0] if leaves else NOTHING


def siblings_of(levels: Sequence[Sequence[bytes]], *, position: int) -> list[bytes]:
    """Return the three nodes beside the way up at each level below the root, left to right."""
    found = []
    for level in levels[:-1]:
        first = position // ARITY * ARITY
        family = [level[at] if at < len(level) else NOTHING for at in range(first, first + ARITY)]
        del family[position - first]
        found.extend(family)
        position //= ARITY
    return found


def levels_in_group(group: Sequence[bytes], *, count: int) -> list[list[bytes]]:
    """Return the levels over one group of a tree's leaves, up to the lowest one that is kept."""
    levels = [list(group)]
    for _ in range(min(KEPT_LEVEL, level_count(count))):
        levels.append(parents_of(levels[-1]))
    return levels


def climbed(hashed: bytes, *, position: int, siblings: Sequence[bytes]) -> bytes:
    """Return the root that a leaf's hash leads to by its siblings."""
    for first in range(0, len(siblings), ARITY - 1):
        family = list(siblings[first : first + ARITY - 1])
        family.insert(position % ARITY, hashed)
        hashed = node_hash(family)
        position //= ARITY
    return hashed


def statement_bytes(statement: Statement) -> bytes:
    """Return what is signed: 113 bytes."""
    return (
        STATEMENT_HEAD
        + day_number(statement.on).to_bytes(4, "big")
        + statement.fund.encode("ascii")
        + statement.root
        + statement.count.to_bytes(8, "big")
        + statement.total_units_e2.to_bytes(8, "big", signed=True)
        + statement.total_income_fen.to_bytes(8, "big", signed=True)
        + statement.previous_sha256
    )


def read_statement(content: bytes) -> Statement:
    """Return the statement that these bytes are; raise ValueError when they are none."""
    if len(content) != STATEMENT_BYTES or not content.startswith(STATEMENT_HEAD):
        raise ValueError("not a statement")
    number = int.from_bytes(content[15:19], "big")
    return Statement(
        on=date(number // 10_000, number // 100 % 100, number % 100),
        fund=content[19:25].decode("ascii"),
        root=content[25:57],
        count=int.from_bytes(content[57:65], "big"),
        total_units_e2=int.from_bytes(content[65:73], "big", signed=True),
        total_income_fen=int.from_bytes(content[73:81], "big", signed=True),
        previous_sha256=content[81:113],
    )
