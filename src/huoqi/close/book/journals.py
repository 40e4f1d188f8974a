"""What a day of a kept book is computed from, kept beside it: changes, figures, overrides.

With a kept generation and the journals since, any day can be computed again.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np

from huoqi.close.book.files import (
    Int64,
    block_digest,
    held,
    mapped,
    opened,
    sync_folder,
    write_rows,
    write_whole,
)
from huoqi.close.book.generations import in_force
from huoqi.kit.errors import DomainError


class NoJournal(DomainError):
    """Nobody has told what happened on the day; huoqi book journal does."""

    code: ClassVar[str] = "close.no_journal"


class DayClosed(DomainError):
    """The day is closed, and keeps what it was computed from."""

    code: ClassVar[str] = "close.day_closed"


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


def tell_day(folder: Path, journal: Journal, *, on: date) -> None:
    """Keep the journal of a day that is not closed. Errors: NoBook, DayClosed.

    What the day does not know, such as an override of no holder, is refused when it closes.
    """
    with held(folder):
        closed_on = in_force(folder).on
        if on <= closed_on:
            raise DayClosed(on=on.isoformat(), in_force=closed_on.isoformat())
        keep_journal(folder, journal, on=on)


def has_journal(folder: Path, *, on: date) -> bool:
    """Tell whether a day's journal is there, whole."""
    return (folder / "journal" / f"{on.isoformat()}.json").exists()


def keep_journal(folder: Path, journal: Journal, *, on: date) -> None:
    """Write the journal of a day, durably; the last file makes it whole.

    One that is there already is taken away first, so that a crash leaves none and not a mixture.
    """
    place = folder / "journal"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{on.isoformat()}.json").unlink(missing_ok=True)
    sync_folder(place)
    for name, rows in _columns(journal.changes).items():
        path = place / f"{on.isoformat()}.{name}.i64"
        with opened(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
            write_rows(descriptor, np.ascontiguousarray(rows), first=0)
            os.fsync(descriptor)
    text = _figures_text(journal.figures)
    write_whole(place / f"{on.isoformat()}.json", text)


def kept_journal(folder: Path, *, on: date) -> Journal:
    """Return the journal of a day; raise NoJournal."""
    place = folder / "journal"
    try:
        document = json.loads((place / f"{on.isoformat()}.json").read_bytes())
    except FileNotFoundError as error:
        raise NoJournal(on=on.isoformat()) from error
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
