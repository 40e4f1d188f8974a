"""What a day of a kept book is computed from, kept beside it: changes, figures, overrides.

With a kept generation and the journals since, any day can be computed again.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from huoqi.close.book.files import Int64, block_digest, mapped, opened, write_rows, write_whole


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Units that come and go on a day, by account; an account may have several."""

    accounts: Int64
    deltas_e2: Int64


@dataclass(frozen=True, slots=True)
class Figures:
    """The manager's figures of a day, and incomes that it gives for some accounts itself."""

    income_per_10k_e5: int
    total_income_fen: int | None = None
    overrides: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Journal:
    """All that a day needs beside the book of the day before."""

    changes: Changes
    figures: Figures

    @property
    def sha256(self) -> bytes:
        """Return one digest over changes in their order and figures."""
        digest = hashlib.sha256(b"huoqi-journal-v1\n")
        digest.update(block_digest(np.ascontiguousarray(self.changes.accounts)))
        digest.update(block_digest(np.ascontiguousarray(self.changes.deltas_e2)))
        digest.update(_figures_text(self.figures))
        return digest.digest()


def no_changes() -> Changes:
    """Return the changes of a day on which nobody buys or sells."""
    nothing = np.empty(0, dtype=np.int64)
    return Changes(nothing, nothing)


def keep_journal(folder: Path, journal: Journal, *, on: date) -> None:
    """Write the journal of a day, durably."""
    place = folder / "journal"
    place.mkdir(parents=True, exist_ok=True)
    for name, rows in _columns(journal.changes).items():
        path = place / f"{on.isoformat()}.{name}.i64"
        with opened(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
            write_rows(descriptor, np.ascontiguousarray(rows), first=0)
            os.fsync(descriptor)
    text = _figures_text(journal.figures)
    write_whole(place / f"{on.isoformat()}.json", text)


def kept_journal(folder: Path, *, on: date) -> Journal:
    """Return the journal of a day."""
    place = folder / "journal"
    document = json.loads((place / f"{on.isoformat()}.json").read_bytes())
    columns = []
    for name in ("accounts", "deltas_e2"):
        path = place / f"{on.isoformat()}.{name}.i64"
        columns.append(mapped(path, rows=path.stat().st_size // 8))
    overrides = tuple((account, fen) for account, fen in document["overrides"])
    rate_e5, total_fen = document["income_per_10k_e5"], document["total_income_fen"]
    return Journal(Changes(*columns), Figures(rate_e5, total_fen, overrides))


def _columns(changes: Changes) -> dict[str, Int64]:
    return {"accounts": changes.accounts, "deltas_e2": changes.deltas_e2}


def _figures_text(figures: Figures) -> bytes:
    document = {
        "income_per_10k_e5": figures.income_per_10k_e5,
        "total_income_fen": figures.total_income_fen,
        "overrides": [list(pair) for pair in figures.overrides],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"
