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

from huoqi.fund.rules.allocation import Becoming, FundDayRow, income_of
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

    ``paid_fen`` is what the register paid of the accrued income with them (monthly carry).
    ``takes_income`` stands for it where the register has not answered: a redemption of everything
    then also pays out what has accrued (the order's TakeIncomeFlag).
    """

    effective_on: date
    delta_e2: int
    takes_income: bool = False
    paid_fen: int = 0


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
    becomes: Becoming = Becoming.UNITS


@dataclass(frozen=True, slots=True)
class Roll:
    """A holding at the start of the target day, with every day on the way."""

    days: tuple[RolledDay, ...]
    units_e2: int
    accrued_fen: int


def roll_forward(
    anchor: Anchor, *, until: date, events: Iterable[UnitEvent], facts: DayFacts
) -> Roll:
    """Return a holding at the start of ``until``; the first bad day is raised.

    Each day's row says what its income becomes. Events before the anchor are part of it already,
    events from ``until`` on lie ahead.
    """
    by_day: defaultdict[date, list[UnitEvent]] = defaultdict(list)
    for event in events:
        by_day[event.effective_on].append(event)
    rolled = []
    on, units_e2, accrued_fen = anchor.on, anchor.units_e2, anchor.accrued_fen
    while on < until:
        paid_fen = 0
        if todays := by_day.get(on):
            units_e2 = _not_below_zero(units_e2 + sum(e.delta_e2 for e in todays), on=on)
            paid_fen = _paid(todays, left_e2=units_e2, accrued_fen=accrued_fen)
        income_fen, source = _income(units_e2, account_no=anchor.account_no, on=on, facts=facts)
        becomes = facts.rows[on].becomes
        became_e2, accrued_fen = became(
            income_fen, accrued_fen=accrued_fen - paid_fen, becomes=becomes
        )
        end_e2 = _not_below_zero(units_e2 + became_e2, on=on)
        rolled.append(
            RolledDay(on, units_e2, income_fen, source, end_e2, accrued_fen, paid_fen, becomes)
        )
        on, units_e2 = on + ONE_DAY, end_e2
    return Roll(tuple(rolled), units_e2, accrued_fen)


def became(income_fen: int, *, accrued_fen: int, becomes: Becoming) -> tuple[int, int]:
    """Return the units that a day's income became, and what has accrued after it.

    >>> became(5, accrued_fen=0, becomes=Becoming.UNITS)
    (5, 0)
    >>> became(5, accrued_fen=7, becomes=Becoming.ACCRUED)
    (0, 12)
    >>> became(5, accrued_fen=7, becomes=Becoming.CARRIED)
    (12, 0)
    """
    if becomes is Becoming.UNITS:
        return income_fen, accrued_fen
    grown_fen = accrued_fen + income_fen
    return (grown_fen, 0) if becomes is Becoming.CARRIED else (0, grown_fen)


def earned_units(days: Iterable[RolledDay], *, first_on: date, last_on: date) -> dict[date, int]:
    """Return the units that the incomes of a period became, by the day on which they did.

    Under monthly carry that is the carry day, and never more than became units on it.
    """
    found: dict[date, int] = {}
    waiting_fen = 0
    for day in days:
        if first_on <= day.on <= last_on:
            waiting_fen += day.income_fen
        elif not waiting_fen:
            continue
        if day.becomes is not Becoming.ACCRUED:
            found[day.on] = min(waiting_fen, day.end_units_e2 - day.earning_units_e2)
            waiting_fen = 0
    return found


def _paid(todays: Sequence[UnitEvent], *, left_e2: int, accrued_fen: int) -> int:
    """Return what of the accrued income leaves with a day's events."""
    told_fen = sum(event.paid_fen for event in todays)
    takes_all = left_e2 == 0 and any(event.takes_income for event in todays)
    return accrued_fen if takes_all else told_fen


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
