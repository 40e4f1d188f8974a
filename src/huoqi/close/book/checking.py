"""A kept day held to its own manifest: every column read back, hashed and added up again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from huoqi.close.book.files import (
    BLOCK_ROWS,
    ROW_BYTES,
    Int64,
    block_digest,
    column_digest,
    mapped,
)
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    Generation,
    NoBook,
    PartState,
    accounts_path,
    column_path,
    generation_on,
)
from huoqi.fund.rules.allocation_columns import exact_sum


@dataclass(frozen=True, slots=True)
class Fault:
    """What of a kept day is not as its manifest says; the sums where two of them differ."""

    what: str
    place: str
    manifest: int | None = None
    found: int | None = None


def faults_of(folder: Path, *, on: date) -> list[Fault]:
    """Return what is wrong with a kept day, nothing for a sound one. Errors: NoBook."""
    generation = generation_on(folder, on)
    broken = list(_chain(folder, generation))
    short = [each for part in generation.parts for each in _short(folder, part, on)]
    if short:
        return broken + short
    changed = [each for part in generation.parts for each in _changed(folder, part, on)]
    return [*broken, *changed, *_sums(folder, generation)]


def _chain(folder: Path, generation: Generation) -> Iterator[Fault]:
    """Yield a day that does not follow the one before it, where that one's manifest is there."""
    try:
        before = generation_on(folder, generation.on - timedelta(days=1))
    except NoBook:
        return
    if generation.previous_sha256 != before.sha256:
        yield Fault("the day before is another one", f"days/{before.on.isoformat()}.json")


def _paths(folder: Path, part: PartState, on: date) -> tuple[Path, Path, Path]:
    return (
        accounts_path(folder, part=part.name),
        column_path(folder, part=part.name, on=on, column=UNITS),
        column_path(folder, part=part.name, on=on, column=INCOME),
    )


def _short(folder: Path, part: PartState, on: date) -> Iterator[Fault]:
    for path in _paths(folder, part, on):
        size = path.stat().st_size // ROW_BYTES if path.exists() else 0
        if size < part.rows:
            yield Fault("rows are missing", f"{part.name}/{path.name}", part.rows, size)


def _changed(folder: Path, part: PartState, on: date) -> Iterator[Fault]:
    made = (part.accounts_sha256, part.units_sha256, part.income_sha256)
    for path, digest in zip(_paths(folder, part, on), made, strict=True):
        if _digest(mapped(path, rows=part.rows)) != digest:
            yield Fault("the column was changed", f"{part.name}/{path.name}")


def _digest(rows: Int64) -> bytes:
    blocks = [
        block_digest(np.ascontiguousarray(rows[first : first + BLOCK_ROWS]))
        for first in range(0, rows.size, BLOCK_ROWS)
    ]
    return column_digest(blocks, rows=int(rows.size))


def _sums(folder: Path, generation: Generation) -> Iterator[Fault]:
    """Yield where the columns do not add up to the totals."""
    units_e2 = income_fen = holders = rows = 0
    for part in generation.parts:
        _, units_path, income_path = _paths(folder, part, generation.on)
        units = mapped(units_path, rows=part.rows)
        units_e2 += exact_sum(units)
        income_fen += exact_sum(mapped(income_path, rows=part.rows))
        holders += int(np.count_nonzero(units))
        rows += part.rows
    totals = generation.totals
    for name, said, found in (
        ("units", totals.units_e2, units_e2),
        ("income", totals.income_fen, income_fen),
        ("holders", totals.holders, holders),
        ("positions", totals.positions, rows),
    ):
        if said != found:
            yield Fault("the rows add up to something else", name, said, found)
