"""The kept book beside a register that comes in pieces: every holder's units and income, exactly.

Pieces may come in any order and from several threads, each account in one of them. Who is in the
book and in no piece is found at the end.
"""

import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huoqi.close.book.days import part_of
from huoqi.close.book.files import Int64, mapped
from huoqi.close.book.generations import (
    PartState,
    accounts_path,
    column_path,
    generation_on,
)
from huoqi.close.book.parts import positions_of

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Differences:
    """Accounts in ascending order, and what the book and the register have of each."""

    accounts: Int64
    ours: Int64
    theirs: Int64

    def __len__(self) -> int:
        return len(self.accounts)


class RegisterComparison:
    """One column of a day's book, compared with what a register says of the same accounts."""

    def __init__(self, folder: Path, *, on: date, column: str) -> None:
        """Open the column.

        Errors: NoBook, ManifestDamaged.
        """
        self._parts = [
            _Part(folder, part, on=on, column=column) for part in generation_on(folder, on).parts
        ]
        self._lock = threading.Lock()
        self._found: list[Differences] = []
        self.rows = 0

    def compare(self, accounts: Int64, theirs: Int64) -> None:
        """Compare a piece, whose accounts ascend.

        An account that the book does not know has nothing in it; one that is told twice, in two
        pieces, differs in the second by all that it is told.
        """
        places = part_of(accounts, parts=len(self._parts))
        found = [
            part.compared(accounts[which], theirs[which])
            for number, part in enumerate(self._parts)
            if len(which := np.flatnonzero(places == number))
        ]
        with self._lock:
            self._found += [each for each in found if len(each)]
            self.rows += len(accounts)

    def differences(self) -> Differences:
        """Return all that differs once every piece was compared, absent holders too."""
        missing = [part.unseen() for part in self._parts]
        told = [*self._found, *(each for each in missing if len(each))]
        empty = np.empty(0, dtype=np.int64)
        columns = [
            np.concatenate([empty, *(getattr(each, name) for each in told)])
            for name in ("accounts", "ours", "theirs")
        ]
        order = np.argsort(columns[0], kind="stable")
        return Differences(*(column[order] for column in columns))


class _Part:
    """A partition's column, and which of its rows were spoken of."""

    def __init__(self, folder: Path, part: PartState, *, on: date, column: str) -> None:
        self._ascending = part.ascending
        self._accounts = mapped(accounts_path(folder, part=part.name), rows=part.rows)
        path = column_path(folder, part=part.name, on=on, column=column)
        self._values = mapped(path, rows=part.rows)
        # A byte a row, so that threads that mark different rows do not meet in one.
        self._is_seen = np.zeros(part.rows, dtype=np.bool_)

    def compared(self, accounts: Int64, theirs: Int64) -> Differences:
        """Return what differs of some accounts."""
        rows = positions_of(self._accounts, ascending=self._ascending, wanted=accounts)
        is_known = rows >= 0
        ours = np.zeros(len(rows), dtype=np.int64)
        ours[is_known] = self._values[rows[is_known]]
        told = rows[is_known]
        again = is_known.copy()
        again[is_known] = self._is_seen[told]
        self._is_seen[told] = True
        ours[again] = 0
        differs = np.flatnonzero(ours != theirs)
        return Differences(accounts[differs], ours[differs], theirs[differs])

    def unseen(self) -> Differences:
        """Return the holders of whom nothing was told."""
        rows = np.flatnonzero(~self._is_seen & (self._values != 0))
        return Differences(self._accounts[rows], self._values[rows], np.zeros_like(rows))
