"""A holding rolled from a known day to any later one, from published rows alone.

Fund page, section 4. Each calendar day in order: the unit events of the day, then the day's
income on what is left, then the income becomes units (daily carry) or accrues (monthly carry).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

from huoqi.fund.rules.allocation import FundDayRow, income_of
from huoqi.kit.errors import DomainError

ONE_DAY = timedelta(days=1)


class DayNotPublished(DomainError):
    """The fund's row of a day on the way is not there yet; a day is never skipped."""

    code: ClassVar[str] = "fund.day_not_published"


class UnitsBelowZero(DomainError):
    """The events of a day take more units than the holding has."""

    code: ClassVar[str] = "fund.units_below_zero"


class IncomeSource(StrEnum):
    """Where a day's income comes from: our formula, or the register's accepted figure."""

    PREDICTED = "predicted"
    CONFIRMED_OVERRIDE = "confirmed_override"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a holding is known to be at the start of a day, before that day's events."""

    account_no: int
    on: date
    units_e2: int
    accrued_fen: int = 0


@dataclass(frozen=True, slots=True)
class UnitEvent:
    """Units that come or go on the date from which they do, or no longer do, earn.

    ``takes_income`` matters under monthly carry: a redemption of everything then also pays out
    what has accrued (the order's TakeIncomeFlag); otherwise it waits for the carry day.
    """

    effective_on: date
    delta_e2: int
    takes_income: bool = False


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is published about the days of one fund, and the register's figures for one account."""

    rows: Mapping[date, FundDayRow]
    overrides_fen: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RolledDay:
    """One day of one holding: what earned, what it earned, and what stood at its end."""

    on: date
    earning_units_e2: int
    income_fen: int
    source: IncomeSource
    end_units_e2: int
    accrued_fen: int = 0
    paid_out_fen: int = 0


@dataclass(frozen=True, slots=True)
class Roll:
    """A holding at the start of the target day, with every day on the way."""

    days: tuple[RolledDay, ...]
    units_e2: int
    accrued_fen: int


def roll_forward(
    anchor: Anchor, *, until: date, events: Iterable[UnitEvent], facts: DayFacts
) -> Roll:
    """Return a holding under daily carry at the start of ``until``; the first bad day is raised.

    Events before the anchor are part of it already, events from ``until`` on lie ahead.
    """
    deltas_e2: defaultdict[date, int] = defaultdict(int)
    for event in events:
        deltas_e2[event.effective_on] += event.delta_e2
    rolled = []
    on, units_e2 = anchor.on, anchor.units_e2
    while on < until:
        units_e2 = _not_below_zero(units_e2 + deltas_e2[on], on=on)
        income_fen, source = _income(units_e2, account_no=anchor.account_no, on=on, facts=facts)
        end_e2 = _not_below_zero(units_e2 + income_fen, on=on)
        rolled.append(RolledDay(on, units_e2, income_fen, source, end_e2))
        on, units_e2 = on + ONE_DAY, end_e2
    return Roll(tuple(rolled), units_e2, anchor.accrued_fen)


def roll_forward_monthly(
    anchor: Anchor,
    *,
    until: date,
    events: Sequence[UnitEvent],
    facts: DayFacts,
    carry_days: frozenset[date],
) -> Roll:
    """Return a holding under monthly carry at the start of ``until``; the first bad day is raised.

    Income accrues without earning; at the end of a carry day what has accrued becomes units.
    """
    rolled = []
    on, units_e2, accrued_fen = anchor.on, anchor.units_e2, anchor.accrued_fen
    while on < until:
        todays = [event for event in events if event.effective_on == on]
        units_e2 = _not_below_zero(units_e2 + sum(e.delta_e2 for e in todays), on=on)
        paid_out_fen = accrued_fen if _pays_out(todays, left_e2=units_e2) else 0
        income_fen, source = _income(units_e2, account_no=anchor.account_no, on=on, facts=facts)
        accrued_fen += income_fen - paid_out_fen
        carried_fen = accrued_fen if on in carry_days else 0
        accrued_fen -= carried_fen
        end_e2 = _not_below_zero(units_e2 + carried_fen, on=on)
        rolled.append(
            RolledDay(on, units_e2, income_fen, source, end_e2, accrued_fen, paid_out_fen)
        )
        on, units_e2 = on + ONE_DAY, end_e2
    return Roll(tuple(rolled), units_e2, accrued_fen)


def _pays_out(todays: Sequence[UnitEvent], *, left_e2: int) -> bool:
    """Tell whether everything was redeemed today by an order that takes the accrued income too."""
    return left_e2 == 0 and any(event.takes_income for event in todays)


def _income(
    units_e2: int, *, account_no: int, on: date, facts: DayFacts
) -> tuple[int, IncomeSource]:
    """Return the income of a day: the register's accepted figure, else the day's formula."""
    row = facts.rows.get(on)
    if row is None:
        raise DayNotPublished(on=on.isoformat())
    override_fen = facts.overrides_fen.get(on)
    if override_fen is not None:
        return override_fen, IncomeSource.CONFIRMED_OVERRIDE
    return income_of(units_e2, account_no=account_no, row=row), IncomeSource.PREDICTED


def _not_below_zero(units_e2: int, *, on: date) -> int:
    """Return the units, refusing a debt of them."""
    if units_e2 < 0:
        raise UnitsBelowZero(on=on.isoformat(), missing_e2=-units_e2)
    return units_e2
