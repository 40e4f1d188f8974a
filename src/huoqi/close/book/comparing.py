"""The kept book beside the online holdings, which came to their units by another way.

The book applies each day to all holders; a holding is rolled forward from its own anchor when it is
touched. Neither reads the other, so a fault in one shows as a difference.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from huoqi.close.book.files import Int64, mapped
from huoqi.close.book.generations import UNITS, accounts_path, column_path, generation_on
from huoqi.close.book.journals import kept_journal
from huoqi.close.rules.rotation import compared_on
from huoqi.close.rules.tie_out_columns import Difference, Side, compare

ROWS_AT_ONCE = 100_000
NAMED = 200
OnlineUnits = Callable[[Int64], Int64]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many holders were compared, how many differ, and the first of those."""

    holders: int
    differing: int
    first: tuple[Difference, ...]


def compare_online(folder: Path, *, on: date, online: OnlineUnits) -> Compared:
    """Return how a day's book stands to the online holdings at its end.

    ``online`` gives the units of accounts in their order, 0 for those it does not know. All are
    asked for up to a million holders; beyond it those whom the day touched and its turn.
    """
    generation = generation_on(folder, on)
    touched = np.unique(kept_journal(folder, on=on).changes.accounts)
    holders = differing = 0
    first: list[Difference] = []
    for part in generation.parts:
        accounts = mapped(accounts_path(folder, part=part.name), rows=part.rows)
        path = column_path(folder, part=part.name, on=on, column=UNITS)
        units_e2 = mapped(path, rows=part.rows)
        chosen = compared_on(accounts, on=on, holders=generation.totals.holders)
        chosen |= np.isin(accounts, touched)
        rows = np.flatnonzero(chosen)
        for begun in range(0, rows.size, ROWS_AT_ONCE):
            here = rows[begun : begun + ROWS_AT_ONCE]
            theirs = Side(accounts[here], online(accounts[here]))
            found = compare(Side(accounts[here], units_e2[here]), theirs=theirs, limit=NAMED)
            holders += here.size
            differing += found.count
            first.extend(found.first)
    return Compared(holders, differing, tuple(first[:NAMED]))
