"""The first generation of a kept book: the columns that a fund begins with."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np

from huoqi.close.book.files import (
    BLOCK_ROWS,
    Int64,
    block_digest,
    column_digest,
    opened,
    sync_folder,
    write_rows,
)
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    Generation,
    PartState,
    Totals,
    accounts_path,
    column_path,
    part_folder,
    switch_to,
)
from huoqi.fund.rules.allocation_columns import exact_sum
from huoqi.kit.errors import DomainError

NO_GENERATION = bytes(32)


class BookThere(DomainError):
    """There is a book in this folder already; it is never written over."""

    code: ClassVar[str] = "close.book_there"


class HoldersMalformed(DomainError):
    """Holders are accounts from 1 on, each once, with units that are not below zero."""

    code: ClassVar[str] = "close.holders_malformed"


def shared_out(accounts: Int64, units_e2: Int64, *, parts: int) -> list[tuple[Int64, Int64]]:
    """Return each partition's holders, ascending. Errors: HoldersMalformed."""
    order = np.argsort(accounts, kind="stable")
    ascending, units = accounts[order], units_e2[order]
    wrong = np.flatnonzero((ascending < 1) | (units < 0))
    twice = np.flatnonzero(np.diff(ascending) == 0)
    for rows, why in ((wrong, "below"), (twice, "twice")):
        if rows.size:
            raise HoldersMalformed(account=int(ascending[rows[0]]), why=why, count=int(rows.size))
    owner = ascending % parts
    return [(ascending[owner == number], units[owner == number]) for number in range(parts)]


def found_book(
    folder: Path, columns: Iterable[tuple[Int64, Int64]], *, fund: str, on: date
) -> Generation:
    """Write the book that a fund begins with: accounts, ascending, and units of each partition."""
    folder.mkdir(parents=True, exist_ok=True)
    parts, units_e2, holders = [], 0, 0
    for number, (accounts, units) in enumerate(columns):
        parts.append(_founded(folder, f"{number:03}", accounts, units, on))
        units_e2 += exact_sum(units)
        holders += int(np.count_nonzero(units))
    sync_folder(folder / "parts")
    positions = sum(part.rows for part in parts)
    totals = Totals(positions, holders, units_e2, 0, units_e2, 0)
    generation = Generation(fund, on, None, totals, tuple(parts), NO_GENERATION, NO_GENERATION)
    switch_to(folder, generation)
    return generation


def _founded(folder: Path, name: str, accounts: Int64, units_e2: Int64, on: date) -> PartState:
    assert not (np.diff(accounts) <= 0).any(), "accounts ascend"
    part_folder(folder, name).mkdir(parents=True, exist_ok=True)
    columns = {
        accounts_path(folder, part=name): accounts,
        column_path(folder, part=name, on=on, column=UNITS): units_e2,
        column_path(folder, part=name, on=on, column=INCOME): np.zeros_like(units_e2),
    }
    blocks = []
    for path, column in columns.items():
        with opened(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
            write_rows(descriptor, np.ascontiguousarray(column), first=0)
            os.fsync(descriptor)
        blocks.append(
            tuple(
                block_digest(np.ascontiguousarray(column[first : first + BLOCK_ROWS]))
                for first in range(0, column.size, BLOCK_ROWS)
            )
        )
    sync_folder(part_folder(folder, name))
    rows = int(accounts.size)
    units_sha256, income_sha256 = (column_digest(each, rows=rows) for each in blocks[1:])
    return PartState(name, rows, rows, blocks[0], units_sha256, income_sha256)
