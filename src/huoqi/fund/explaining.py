"""A day's income of one holding with everything that it follows from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from huoqi.fund._store import days as days_store
from huoqi.fund._store import holdings as store
from huoqi.fund._store import overrides as overrides_store
from huoqi.fund._store.holdings import Key
from huoqi.fund.days import EXPECTED, OVERRIDDEN, PREDICTED, REFUSED, FundDay, StoredReport
from huoqi.fund.holdings import history_of, rolls
from huoqi.fund.holdings import incomes_between as _incomes_between
from huoqi.fund.rules.explain import IncomeExplained, explain_income
from huoqi.fund.rules.rollforward import (
    Anchor,
    DayFacts,
    DayNotPublished,
    IncomeSource,
    RolledDay,
    UnitEvent,
    roll_forward,
)
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

ONE_DAY = timedelta(days=1)


class HoldingUnknown(DomainError):
    """The customer never held this fund by that day."""

    code: ClassVar[str] = "fund.holding_unknown"


@dataclass(frozen=True, slots=True)
class IncomeOfDay:
    """What a holding earned on a day; ``status`` is the fund day's, or ``overridden``."""

    on: date
    earning_units_e2: int
    income_fen: int
    status: str


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A day whose income is not confirmed: expected without a figure, predicted, or overridden."""

    on: date
    status: str
    income_fen: int | None


@dataclass(frozen=True, slots=True)
class OverrideOrigin:
    """Where an accepted figure comes from."""

    source: str
    record_no: int
    approval_id: UUID
    accepted_at: datetime
    source_sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class DayExplained:
    """One day of a holding, so that anyone can recompute it: the rule, its inputs, its proofs.

    ``opening_units_e2`` plus the day's unit events are the units that earned. With an override
    the rule's own figure is still shown beside the accepted one.
    """

    day: RolledDay
    opening_units_e2: int
    events: tuple[store.EventRow, ...]
    rule: IncomeExplained
    fund_day: FundDay
    report: StoredReport | None
    override: OverrideOrigin | None
    transfer_id: UUID | None

    @property
    def status(self) -> str:
        """Return predicted, confirmed or overridden."""
        return OVERRIDDEN if self.override else self.fund_day.status


def income_of(work: Work, key: Key, *, on: date) -> IncomeOfDay | None:
    """Return what a holding earned on a published day; None before its first day.

    Raises DayNotPublished: nothing is shown as income before it is known.
    """
    row = store.holdings(work, [key]).get(key)
    if row is None or on < row.opened_on:
        return None
    day = _rolled_day(work, row, on=on)
    fund_days = days_store.days_between(work, fund=key[1], first_on=on, last_on=on)
    overridden = day.source is IncomeSource.CONFIRMED_OVERRIDE
    status = OVERRIDDEN if overridden else fund_days[on].status
    return IncomeOfDay(on, day.earning_units_e2, day.income_fen, status)


def incomes_between(work: Work, key: Key, *, first_on: date, last_on: date) -> Mapping[date, int]:
    """Return the published income of each day of a period: a month's calendar, for example."""
    row = store.holdings(work, [key]).get(key)
    if row is None:
        return {}
    first_on = max(first_on, row.opened_on)
    return _incomes_between(work, row, first_on=first_on, last_on=last_on)


def explain_day(work: Work, key: Key, *, on: date) -> DayExplained:
    """Return the whole explanation of a day's income; raise HoldingUnknown, DayNotPublished.

    Of a day that is computed and not closed it is the prediction.
    """
    row = store.holdings(work, [key]).get(key)
    if row is None or on < row.opened_on:
        raise HoldingUnknown(on=on.isoformat())
    predicted = _predicted(work, row, on=on)
    day, fund_day = predicted or _published(work, row, on=on)
    events = tuple(e for e in store.events_since(work, {key: on})[key] if e.effective_on == on)
    reports = days_store.reports_between(work, fund=row.fund, first_on=on, last_on=on)
    origin = overrides_store.override_origin(work, key, on=on)
    return DayExplained(
        day=day,
        opening_units_e2=day.earning_units_e2 - sum(event.delta_e2 for event in events),
        events=events,
        rule=explain_income(day.earning_units_e2, account_no=row.customer_no, row=fund_day.row),
        fund_day=fund_day,
        report=reports.get(on),
        override=OverrideOrigin(*origin) if origin else None,
        transfer_id=days_store.transfer_of(work, shard=row.shard, fund=row.fund, on=on),
    )


def explain_figure(
    work: Work, units_e2: int, *, account_no: int, fund: str, on: date
) -> IncomeExplained | None:
    """Return our rule's figure for so many units of a day, published, predicted or refused."""
    days = days_store.days_between(work, fund=fund, first_on=on, last_on=on)
    day = days.get(on) or days_store.predicted_day(work, fund=fund, on=on)
    return explain_income(units_e2, account_no=account_no, row=day.row) if day else None


def is_refused(work: Work, *, fund: str, on: date) -> bool:
    """Tell whether a day was computed from figures that contradict themselves."""
    day = days_store.predicted_day(work, fund=fund, on=on)
    return day is not None and day.status == REFUSED


def overridden_days(work: Work, key: Key, *, first_on: date) -> frozenset[date]:
    """Return the days from one on of which a holder has the register's accepted figure."""
    return frozenset(store.overrides_since(work, {key: first_on})[key])


def days_ahead(work: Work, key: Key, *, until: date) -> list[DayAhead]:
    """Return the days of a holding up to one that are not published: predicted, then expected."""
    row = store.holdings(work, [key]).get(key)
    if row is None:
        return []
    until_on = days_store.published_until(work, fund=row.fund)
    on = max(row.opened_on, until_on + ONE_DAY if until_on else row.opened_on)
    found = []
    while on <= until:
        told = _predicted(work, row, on=on)
        if told is None:
            found.append(DayAhead(on, EXPECTED, None))
        else:
            overridden = told[0].source is IncomeSource.CONFIRMED_OVERRIDE
            status = OVERRIDDEN if overridden else PREDICTED
            found.append(DayAhead(on, status, told[0].income_fen))
        on += ONE_DAY
    return found


def _published(work: Work, row: store.HoldingRow, *, on: date) -> tuple[RolledDay, FundDay]:
    day = _rolled_day(work, row, on=on)
    return day, days_store.days_between(work, fund=row.fund, first_on=on, last_on=on)[on]


def _predicted(work: Work, row: store.HoldingRow, *, on: date) -> tuple[RolledDay, FundDay] | None:
    """Return a holding's day as our close computed it; None where it has not, or has closed it."""
    fund_day = days_store.predicted_day(work, fund=row.fund, on=on)
    if fund_day is None or fund_day.status != PREDICTED or row.as_of_on > on:
        return None
    events = [
        UnitEvent(e.effective_on, e.delta_e2, paid_fen=e.income_fen)
        for e in store.events_since(work, {row.key: row.as_of_on})[row.key]
    ]
    published = days_store.days_between(
        work, fund=row.fund, first_on=row.as_of_on, last_on=on - ONE_DAY
    )
    rows = {each: day.row for each, day in published.items()} | {on: fund_day.row}
    overrides = store.overrides_since(work, {row.key: row.as_of_on})[row.key]
    anchor = Anchor(row.customer_no, row.as_of_on, row.units_e2, row.accrued_e2)
    facts = DayFacts(rows, overrides)
    roll = roll_forward(anchor, until=on + ONE_DAY, events=events, facts=facts)
    return roll.days[-1], fund_day


def _rolled_day(work: Work, row: store.HoldingRow, *, on: date) -> RolledDay:
    until_on = days_store.published_until(work, fund=row.fund)
    if until_on is None or on > until_on:
        raise DayNotPublished(on=on.isoformat())
    until = on + ONE_DAY
    if on >= row.as_of_on:
        (roll, _), *_ = rolls(work, [row], until=until)
    else:
        roll = history_of(work, row, until=until)
    return roll.days[-1]
