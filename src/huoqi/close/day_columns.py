"""One day of one fund over columns: the book of yesterday, events, exact income, the new book."""

from dataclasses import dataclass, replace

import numpy as np

from huoqi.close.book import (
    Book,
    Int64,
    with_accrued_as_units,
    with_events,
    with_income_accrued,
    with_income_as_units,
    without_empty,
)
from huoqi.fund.rules.allocation import Becoming, DayTotals, FundDayRow
from huoqi.fund.rules.allocation_columns import allocate_columns, exact_sum


@dataclass(frozen=True, slots=True, eq=False)
class AtAccounts:
    """Figures for some accounts, in any order: unit changes, or accepted incomes."""

    accounts: Int64
    values: Int64


@dataclass(frozen=True, slots=True)
class Published:
    """The manager's rate and total of a day, and what its income becomes."""

    income_per_10k_e5: int
    total_income_fen: int | None
    becomes: Becoming = Becoming.UNITS


@dataclass(frozen=True, slots=True)
class ShardTotal:
    """What earned on a shard, what it earned, and what of the accrued income became units."""

    shard: int
    units_e2: int
    income_fen: int
    carried_fen: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """A day computed: its row and control figures, what earned, and the book at its end."""

    row: FundDayRow
    totals: DayTotals
    earning: Book
    incomes_fen: Int64
    book: Book

    @property
    def income_fen(self) -> int:
        """Return what all holders earned together, accepted differences included."""
        return exact_sum(self.incomes_fen)

    def by_shard(self, *, shards: int) -> list[ShardTotal]:
        """Return the control figures of every shard that has a holder, ascending."""
        shard = self.earning.accounts % shards
        found = []
        for number in np.unique(shard).tolist():
            here = shard == number
            units_e2 = exact_sum(self.earning.units_e2[here])
            income_fen = exact_sum(self.incomes_fen[here])
            carried_fen = 0
            if self.row.becomes is Becoming.CARRIED:
                carried_fen = income_fen + exact_sum(self.earning.accrued_fen[here])
            found.append(ShardTotal(number, units_e2, income_fen, carried_fen))
        return found


def earning_book(before: Book, *, changes: AtAccounts) -> Book:
    """Return the units that earn on a day: yesterday's book after the day's unit events."""
    return with_events(before, accounts=changes.accounts, deltas_e2=changes.values)


def compute_day(earning: Book, *, published: Published, overrides: AtAccounts) -> Day:
    """Return the day from the units that earn; an accepted figure replaces a holder's formula."""
    allocated = allocate_columns(
        earning.units_e2,
        accounts=earning.accounts,
        income_per_10k_e5=published.income_per_10k_e5,
        fund_income_fen=published.total_income_fen,
    )
    incomes_fen = allocated.incomes_fen
    if overrides.accounts.size:
        incomes_fen = incomes_fen.copy()
        places = np.searchsorted(earning.accounts, overrides.accounts)
        assert (earning.accounts[places] == overrides.accounts).all(), "an override of no holder"
        incomes_fen[places] = overrides.values
    book = _carried(earning, incomes_fen, published=published)
    row = replace(allocated.row, becomes=published.becomes)
    return Day(row, allocated.totals, earning, incomes_fen, without_empty(book))


def _carried(earning: Book, incomes_fen: Int64, *, published: Published) -> Book:
    if published.becomes is Becoming.UNITS:
        return with_income_as_units(earning, incomes_fen=incomes_fen)
    accrued = with_income_accrued(earning, incomes_fen=incomes_fen)
    return with_accrued_as_units(accrued) if published.becomes is Becoming.CARRIED else accrued
