"""One partition of a kept book on one day: it answers questions of a few numbers and writes files.

It reads yesterday's column block by block, puts the day's changes on it and forgets the block, so
that a partition of any size takes a few megabytes. It knows of no other partition.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np

from huoqi.close.book import kernels
from huoqi.close.book.columns import UnitsBelowZero
from huoqi.close.book.files import (
    BLOCK_ROWS,
    Int64,
    block_digest,
    column_digest,
    mapped,
    opened,
    read_rows,
    sync_folder,
    write_rows,
)
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    PartState,
    accounts_path,
    column_path,
    part_folder,
)
from huoqi.close.book.journals import Changes
from huoqi.close.rules.selection import BUCKETS, Question
from huoqi.fund.rules.allocation_columns import exact_sum
from huoqi.kit.errors import DomainError

_NOTHING = np.empty(0, dtype=np.int64)


class OverrideOfNobody(DomainError):
    """The journal gives an income to an account that is not in the book."""

    code: ClassVar[str] = "close.override_of_nobody"


def halves(sums: Int64, place: int) -> int:
    """Return a sum that a loop kept in two halves."""
    return (int(sums[place]) << 32) + int(sums[place + 1])


@dataclass(frozen=True, slots=True)
class Earning:
    """What earns in a partition: its control sum, and how many hold something."""

    units_e2: int
    holders: int


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """A partition's answer: counts for the question, and what is cut under the terms."""

    floors_fen: int
    with_remainder: int
    counts: Int64


@dataclass(frozen=True, slots=True)
class Paid:
    """A partition's new columns, durable already, with their control sums.

    ``corrected_fen`` is by how much accepted figures differ from the formula.
    """

    state: PartState
    income_fen: int
    corrected_fen: int
    units_e2: int
    holders: int


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    first: int
    units_e2: Int64
    accounts: Int64


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """The day's changes by position, ascending."""

    positions: Int64
    deltas_e2: Int64


class PartDay:
    """A partition's work on one day. Nothing that it writes is in force until the book switches."""

    def __init__(self, folder: Path, before: PartState, *, base: date, on: date) -> None:
        """``base`` is the day of the columns to start from."""
        self._folder, self._before, self._on = folder, before, on
        self._units = column_path(folder, part=before.name, on=base, column=UNITS)
        self._accounts_file = accounts_path(folder, part=before.name)
        self._added = _NOTHING
        self._placed = _Placed(_NOTHING, _NOTHING)
        self._rows = before.rows

    def place(self, changes: Changes) -> None:
        """Find the positions of the day's changes; accounts that are new are put at the end."""
        order = np.argsort(changes.accounts)
        wanted, deltas_e2 = changes.accounts[order], changes.deltas_e2[order]
        known = mapped(self._accounts_file, rows=self._before.rows)
        positions = positions_of(known, ascending=self._before.ascending, wanted=wanted)
        new = positions < 0
        if new.any():
            self._added, places = np.unique(wanted[new], return_inverse=True)
            positions[new] = self._before.rows + places
            self._rows += self._added.size
            self._append()
        order = np.argsort(positions)
        self._placed = _Placed(positions[order], deltas_e2[order])

    def _append(self) -> None:
        """Write the new accounts behind those in force; a crash leaves them unseen there."""
        with opened(self._accounts_file, os.O_RDWR) as descriptor:
            write_rows(descriptor, self._added, first=self._before.rows)

    def earning(self) -> Earning:
        """Return what earns; raise UnitsBelowZero, which names the first that has not enough."""
        sums = _sums()
        for block in self._blocks():
            least = int(sums[kernels.LEAST])
            kernels.control_sums(block.units_e2, sums)
            if sums[kernels.LEAST] < min(least, 0):
                row = int(np.flatnonzero(block.units_e2 < 0)[0])
                account, units_e2 = int(block.accounts[row]), int(block.units_e2[row])
                raise UnitsBelowZero(customer_no=account, units_e2=units_e2)
        return Earning(halves(sums, kernels.UNITS), int(sums[kernels.HOLDERS]))

    def survey(self, question: Question, *, terms: Int64) -> Surveyed:
        """Return the counts that a question asks for."""
        counts, sums = np.zeros(BUCKETS, dtype=np.int64), _sums()
        asked = _asked(question)
        for block in self._blocks():
            kernels.survey(block.units_e2, block.accounts, terms, asked, counts, sums)
        floors_fen = halves(sums, kernels.FLOORS)
        return Surveyed(floors_fen, int(sums[kernels.WITH_REMAINDER]), counts)

    def listed(self, question: Question, *, terms: Int64, count: int) -> Int64:
        """Return remainder and account of the holders that a question names."""
        found, done = np.empty((count, 2), dtype=np.int64), 0
        asked = _asked(question)
        for block in self._blocks():
            done = kernels.gather(block.units_e2, block.accounts, terms, asked, found, done)
        assert done == count
        return found

    def pay(self, *, terms: Int64, overrides: Changes) -> Paid:
        """Write the columns of the day's end, durably; return their digests and control sums."""
        sums, incomes = _sums(), np.empty(BLOCK_ROWS, dtype=np.int64)
        digests: dict[str, list[bytes]] = {UNITS: [], INCOME: []}
        given, corrected_fen = self._given(overrides), 0
        path = partial(column_path, self._folder, part=self._before.name, on=self._on)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with (
            opened(path(column=UNITS), flags) as units_file,
            opened(path(column=INCOME), flags) as income_file,
        ):
            for block in self._blocks():
                income = incomes[: block.units_e2.size]
                kernels.pay(block.units_e2, block.accounts, terms, income)
                inside = _between(given.positions, block.first, block.units_e2.size)
                places = given.positions[inside] - block.first
                corrected_fen += exact_sum(given.deltas_e2[inside] - income[places])
                income[places] = given.deltas_e2[inside]
                kernels.carry(block.units_e2, income, sums)
                for rows, file, column in (
                    (block.units_e2, units_file, UNITS),
                    (income, income_file, INCOME),
                ):
                    digests[column].append(block_digest(rows))
                    write_rows(file, rows, first=block.first)
            os.fsync(units_file)
            os.fsync(income_file)
        return Paid(
            self._state(digests),
            halves(sums, kernels.INCOMES),
            corrected_fen,
            halves(sums, kernels.ENDS),
            int(sums[kernels.HELD]),
        )

    def _given(self, overrides: Changes) -> _Placed:
        """Return the incomes that replace the formula, by position; raise OverrideOfNobody."""
        known = mapped(self._accounts_file, rows=self._rows)
        wanted = np.sort(overrides.accounts)
        positions = positions_of(known, ascending=self._ascending, wanted=wanted)
        if (positions < 0).any():
            raise OverrideOfNobody(account=int(wanted[np.flatnonzero(positions < 0)[0]]))
        values = overrides.deltas_e2[np.argsort(overrides.accounts)]
        order = np.argsort(positions)
        return _Placed(positions[order], values[order])

    @property
    def _ascending(self) -> int:
        """Return how many rows ascend: all, as long as each new account is above the others."""
        before = self._before
        if before.ascending < before.rows or not self._added.size:
            return before.ascending
        last = mapped(self._accounts_file, rows=before.rows)[-1:]
        return before.rows if (last > self._added[0]).any() else self._rows

    def _state(self, digests: dict[str, list[bytes]]) -> PartState:
        """Return the partition's state; accounts and names of files are made durable first."""
        with opened(self._accounts_file, os.O_RDONLY) as descriptor:
            os.fsync(descriptor)
            whole = self._before.rows // BLOCK_ROWS
            blocks = list(self._before.account_blocks[:whole])
            for first in range(whole * BLOCK_ROWS, self._rows, BLOCK_ROWS):
                accounts = np.empty(min(BLOCK_ROWS, self._rows - first), dtype=np.int64)
                read_rows(descriptor, accounts, first=first)
                blocks.append(block_digest(accounts))
        sync_folder(part_folder(self._folder, self._before.name))
        return PartState(
            self._before.name,
            self._rows,
            self._ascending,
            tuple(blocks),
            column_digest(digests[UNITS], rows=self._rows),
            column_digest(digests[INCOME], rows=self._rows),
        )

    def _blocks(self) -> Iterator[_Block]:
        """Yield the units that earn, block by block, in two buffers that are used again."""
        units = np.empty(min(BLOCK_ROWS, self._rows), dtype=np.int64)
        accounts = np.empty_like(units)
        with (
            opened(self._units, os.O_RDONLY) as units_file,
            opened(self._accounts_file, os.O_RDONLY) as accounts_file,
        ):
            for first in range(0, self._rows, BLOCK_ROWS):
                count = min(BLOCK_ROWS, self._rows - first)
                kept = min(max(self._before.rows - first, 0), count)
                read_rows(units_file, units[:kept], first=first)
                units[kept:count] = 0
                read_rows(accounts_file, accounts[:count], first=first)
                here = _between(self._placed.positions, first, count)
                kernels.apply_changes(
                    units[:count],
                    first,
                    self._placed.positions[here],
                    self._placed.deltas_e2[here],
                )
                yield _Block(first, units[:count], accounts[:count])


def positions_of(accounts: Int64, *, ascending: int, wanted: Int64) -> Int64:
    """Return where each wanted account stands, or -1; the wanted ones ascend.

    Beyond the ascending rows stand those that came later than others with higher numbers.
    """
    positions = np.empty(wanted.size, dtype=np.int64)
    kernels.locate(accounts[:ascending], wanted, positions)
    if ascending < accounts.size:
        late = accounts[ascending:]
        order = np.argsort(late)
        found = np.empty(wanted.size, dtype=np.int64)
        kernels.locate(late[order], wanted, found)
        positions = np.where(found < 0, positions, ascending + order[found])
    return positions


def _between(positions: Int64, first: int, count: int) -> slice:
    """Return which of ascending positions lie in a block."""
    low, high = np.searchsorted(positions, [first, first + count]).tolist()
    return slice(low, high)


def _sums() -> Int64:
    return np.zeros(kernels.SUMS, dtype=np.int64)


def _asked(question: Question) -> Int64:
    figures = [question.field, question.level, question.prefix, question.shift]
    return np.array(figures, dtype=np.int64)
