"""Many holdings of one fund rolled over days at once: the scalar answers, by columns of int64.

One day is one pass over the columns; the caller keeps what it needs of each day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from huoqi.fund.rules.allocation import Becoming, FundDayRow
from huoqi.fund.rules.allocation_columns import Int64, incomes_of
from huoqi.fund.rules.rollforward import ONE_DAY, DayNotPublished, UnitsBelowZero


@dataclass(frozen=True, slots=True)
class AnchorColumns:
    """What holdings are known to be at the start of one day, before that day's events."""

    on: date
    accounts: Int64
    units_e2: Int64
    accrued_fen: Int64 | None = None


@dataclass(frozen=True, slots=True)
class AtPositions:
    """Figures for some positions of the columns: unit changes to add, or incomes to set."""

    positions: Int64
    values: Int64


@dataclass(frozen=True, slots=True)
class DayFactsColumns:
    """What is published about the days, with the events and the register's figures by position."""

    rows: Mapping[date, FundDayRow]
    deltas_e2: Mapping[date, AtPositions] = field(default_factory=dict)
    overrides_fen: Mapping[date, AtPositions] = field(default_factory=dict)
    paid_fen: Mapping[date, AtPositions] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RolledColumns:
    """One day of many holdings; every column is new, so it may be kept."""

    on: date
    earning_units_e2: Int64
    incomes_fen: Int64
    end_units_e2: Int64
    end_accrued_fen: Int64


def roll_forward_columns(
    anchor: AnchorColumns, *, until: date, facts: DayFactsColumns
) -> Iterator[RolledColumns]:
    """Yield each day from the anchor to the day before ``until``; the first bad day is raised."""
    while anchor.on < until:
        rolled = _day(anchor, facts=facts)
        yield rolled
        anchor = AnchorColumns(
            anchor.on + ONE_DAY, anchor.accounts, rolled.end_units_e2, rolled.end_accrued_fen
        )


def _day(anchor: AnchorColumns, *, facts: DayFactsColumns) -> RolledColumns:
    """Return one day of all holdings."""
    on, accounts = anchor.on, anchor.accounts
    row = facts.rows.get(on)
    if row is None:
        raise DayNotPublished(on=on.isoformat())
    earning_e2 = anchor.units_e2.copy()
    deltas = facts.deltas_e2.get(on)
    if deltas is not None:
        # A position may stand there twice: two orders of one holder on one day.
        np.add.at(earning_e2, deltas.positions, deltas.values)
    _not_below_zero(earning_e2, on=on)
    incomes_fen = incomes_of(earning_e2, accounts=accounts, row=row)
    overrides = facts.overrides_fen.get(on)
    if overrides is not None:
        incomes_fen[overrides.positions] = overrides.values
    accrued_fen = _after_payments(anchor, paid=facts.paid_fen.get(on))
    became_e2, accrued_fen = became_columns(incomes_fen, accrued_fen, becomes=row.becomes)
    end_e2 = earning_e2 + became_e2
    _not_below_zero(end_e2, on=on)
    return RolledColumns(on, earning_e2, incomes_fen, end_e2, accrued_fen)


def _after_payments(anchor: AnchorColumns, *, paid: AtPositions | None) -> Int64:
    """Return the accrued income of a day's start less what was paid with redeemed units."""
    before_fen = anchor.accrued_fen
    if before_fen is None:
        before_fen = np.zeros_like(anchor.units_e2)
    if paid is None:
        return before_fen
    left_fen = before_fen.copy()
    np.subtract.at(left_fen, paid.positions, paid.values)
    return left_fen


def became_columns(
    incomes_fen: Int64, accrued_fen: Int64, *, becomes: Becoming
) -> tuple[Int64, Int64]:
    """Return the units that a day's incomes became, and what has accrued after it."""
    if becomes is Becoming.UNITS:
        return incomes_fen, accrued_fen
    grown_fen = accrued_fen + incomes_fen
    nothing = np.zeros_like(grown_fen)
    return (grown_fen, nothing) if becomes is Becoming.CARRIED else (nothing, grown_fen)


def _not_below_zero(units_e2: Int64, *, on: date) -> None:
    """Refuse a day on which some holding would owe units."""
    lowest_e2 = int(units_e2.min(initial=0))
    if lowest_e2 < 0:
        raise UnitsBelowZero(on=on.isoformat(), missing_e2=-lowest_e2)
