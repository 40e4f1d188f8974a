"""Which holders differ between two computations of the same units."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Difference:
    """One account on which two sides disagree; an account that a side lacks has 0 there."""

    customer_no: int
    ours_e2: int
    theirs_e2: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many accounts differ, and the first of them in the order of account numbers."""

    count: int
    first: tuple[Difference, ...]

    @property
    def ties(self) -> bool:
        """Tell whether both sides are equal to the fen, holder by holder."""
        return self.count == 0


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One side's accounts, in any order and each once, with their units."""

    accounts: Int64
    units_e2: Int64


def compare(ours: Side, *, theirs: Side, limit: int) -> Comparison:
    """Return the accounts that differ; holders with nothing count as absent."""
    if np.array_equal(ours.accounts, theirs.accounts) and np.array_equal(
        ours.units_e2, theirs.units_e2
    ):
        return Comparison(0, ())
    accounts = np.union1d(ours.accounts, theirs.accounts)
    our_units_e2 = _aligned(ours, accounts=accounts)
    their_units_e2 = _aligned(theirs, accounts=accounts)
    places = np.flatnonzero(our_units_e2 != their_units_e2)
    first = tuple(
        Difference(int(accounts[p]), int(our_units_e2[p]), int(their_units_e2[p]))
        for p in places[:limit].tolist()
    )
    return Comparison(int(places.size), first)


def _aligned(side: Side, *, accounts: Int64) -> Int64:
    """Return a side's units at the positions of the given accounts; a repeated one adds up."""
    units_e2 = np.zeros(accounts.size, dtype=np.int64)
    np.add.at(units_e2, np.searchsorted(accounts, side.accounts), side.units_e2)
    return units_e2
