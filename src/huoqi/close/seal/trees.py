"""The tree over a kept book: each partition hashes its own leaves, then their nodes are joined.

A partition's leaves stand side by side in the tree, inside it in the secret order of the day. Only
nodes three levels up are kept: what is below them is hashed anew from the columns when a customer
asks for a proof. A group that two partitions share is left to whoever joins them.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from huoqi.close.book.files import Int64, opened, read_rows
from huoqi.close.book.generations import INCOME, UNITS, Generation, accounts_path, column_path
from huoqi.close.rules.seal_places import Places
from huoqi.close.rules.seal_tree import (
    ARITY,
    GROUP,
    KEPT_LEVEL,
    NOTHING,
    Status,
    day_number,
    level_count,
    places_key,
)
from huoqi.close.seal import kernels
from huoqi.close.seal.kernels import Words

_CHUNK = GROUP * 1024


@dataclass(frozen=True, slots=True)
class Heading:
    """What all leaves of a day begin with, and the key that hides them."""

    on: date
    fund: str
    status: Status
    day_key: bytes

    @property
    def words(self) -> Words:
        """Return day, fund, status and key as the loops take them."""
        fund = np.frombuffer(self.fund.encode("ascii") + bytes(2), dtype=">u4")
        key = np.frombuffer(self.day_key, dtype=">u4")
        assert (fund.size, key.size) == (2, 8)
        figures = [day_number(self.on), *fund.tolist(), self.status, *key.tolist()]
        return np.array(figures, dtype=np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A partition's columns, and where in the tree its leaves begin."""

    name: str
    first: int
    accounts: Int64
    units_e2: Int64
    income_fen: Int64


@dataclass(frozen=True, slots=True, eq=False)
class Hashed:
    """A partition's answer: its own groups, and the leaves of groups that it shares."""

    first_group: int
    groups: Words
    positions: Int64
    loose: Words


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The levels of a tree from ``KEPT_LEVEL`` to the root; a small tree is kept from its root."""

    count: int
    levels: tuple[Words, ...]

    @property
    def root(self) -> bytes:
        """Return the root."""
        return _as_bytes(self.levels[-1]) if self.count else NOTHING

    @property
    def kept(self) -> tuple[bytes, ...]:
        """Return the levels as they are kept: 32 bytes a node."""
        return tuple(_as_bytes(level) for level in self.levels)


def tree_of(
    folder: Path, generation: Generation, *, day_key: bytes, threads: int | None = None
) -> Tree:
    """Return the tree over a kept generation; the same whoever hashes which partition."""
    status = Status.CONFIRMED
    heading = Heading(generation.on, generation.fund, status, day_key)
    numbers = range(len(generation.parts))

    def hashed(number: int) -> Hashed:
        return hashed_part(part_rows(folder, generation, number), heading=heading)

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        answers = list(pool.map(hashed, numbers))
    return joined(answers, count=generation.totals.positions)


def part_rows(folder: Path, generation: Generation, number: int) -> Rows:
    """Return a partition's columns, read into memory, since they are read in a random order."""
    part = generation.parts[number]
    paths = (
        accounts_path(folder, part=part.name),
        column_path(folder, part=part.name, on=generation.on, column=UNITS),
        column_path(folder, part=part.name, on=generation.on, column=INCOME),
    )
    columns = []
    for path in paths:
        column = np.empty(part.rows, dtype=np.int64)
        with opened(path, os.O_RDONLY) as descriptor:
            read_rows(descriptor, column, first=0)
        columns.append(column)
    return Rows(part.name, generation.firsts[number], *columns)


def hashed_part(rows: Rows, *, heading: Heading) -> Hashed:
    """Return the nodes over a partition's own groups and the leaves of those it shares."""
    worker = _Worker(rows, heading)
    end = rows.first + rows.accounts.size
    first_group, last_group = -(-rows.first // GROUP), end // GROUP
    if first_group >= last_group:  # It lies inside one group, or fills none.
        return Hashed(0, _nodes(0), np.arange(rows.first, end), worker.leaves(rows.first, end))
    groups = _nodes(last_group - first_group)
    for first in range(first_group * GROUP, last_group * GROUP, _CHUNK):
        until = min(first + _CHUNK, last_group * GROUP)
        place = first // GROUP - first_group
        groups[place : place + (until - first) // GROUP] = worker.groups(first, until)
    head = (rows.first, first_group * GROUP)
    tail = (last_group * GROUP, end)
    positions = np.concatenate([np.arange(*head), np.arange(*tail)])
    loose = np.concatenate([worker.leaves(*head), worker.leaves(*tail)])
    return Hashed(first_group, groups, positions, loose)


class _Worker:
    """Hashes the leaves of a partition by their positions in the tree."""

    def __init__(self, rows: Rows, heading: Heading) -> None:
        self._rows, self._head = rows, heading.words
        key = places_key(day_key=heading.day_key, part=rows.name)
        self._places = Places(int(rows.accounts.size), key)
        self._key = np.array(self._places.halves, dtype=np.uint64)
        self._levels = [_nodes(_CHUNK // ARITY**level) for level in range(KEPT_LEVEL + 1)]

    def leaves(self, first: int, until: int) -> Words:
        """Return the hashes of the leaves from one position to another."""
        out = _nodes(until - first)
        self._hash(first, out)
        return out

    def _hash(self, first: int, out: Words) -> None:
        places, rows = self._places, self._rows
        size = [places.rows, places.width, places.height, first - rows.first, out.shape[0]]
        figures = np.array(size, dtype=np.int64)
        columns = (rows.accounts, rows.units_e2, rows.income_fen)
        kernels.hash_leaves(columns, figures, self._key, self._head, out, kernels.NATIVE)

    def groups(self, first: int, until: int) -> Words:
        """Return the nodes over whole groups; they stand in a buffer that is used again."""
        below = self._levels[0][: until - first]
        self._hash(first, below)
        for level in self._levels[1:]:
            above = level[: below.shape[0] // ARITY]
            kernels.hash_parents(below, above, kernels.NATIVE)
            below = above
        return below


def joined(answers: Sequence[Hashed], *, count: int) -> Tree:
    """Return the tree of all partitions' answers."""
    positions = np.concatenate([answer.positions for answer in answers])
    loose = np.concatenate([answer.loose for answer in answers])
    kept_level = min(KEPT_LEVEL, level_count(count))
    nodes = _nodes(-(-count // ARITY**kept_level))
    for answer in answers:
        nodes[answer.first_group : answer.first_group + answer.groups.shape[0]] = answer.groups
    shared = np.unique(positions // GROUP)
    leaves = _nodes(shared.size * GROUP)
    leaves[np.searchsorted(shared, positions // GROUP) * GROUP + positions % GROUP] = loose
    filled = _filled(positions, shared=shared)
    for number, group in enumerate(shared.tolist()):
        family = leaves[number * GROUP : number * GROUP + filled[number]]
        for _ in range(kept_level):
            family = _parents(family)
        nodes[group : group + 1] = family
    levels = [nodes]
    while levels[-1].shape[0] > 1:
        levels.append(_parents(levels[-1]))
    return Tree(count, tuple(levels))


def _filled(positions: Int64, *, shared: Int64) -> list[int]:
    """Return how many leaves each shared group has; only the last of a tree has fewer than all."""
    counts = np.bincount(np.searchsorted(shared, positions // GROUP), minlength=shared.size)
    found: list[int] = counts.tolist()
    return found


def _parents(nodes: Words) -> Words:
    """Return the next level; families that are not whole are filled up with zeros."""
    parents = _nodes(-(-nodes.shape[0] // ARITY))
    missing = parents.shape[0] * ARITY - nodes.shape[0]
    whole = np.concatenate([nodes, _nodes(missing)]) if missing else nodes
    kernels.hash_parents(whole, parents, kernels.NATIVE)
    return parents


def _as_bytes(nodes: Words) -> bytes:
    return nodes.astype(">u4").tobytes()


def _nodes(count: int) -> Words:
    return np.zeros((count, kernels.HASH_WORDS), dtype=np.uint32)
