"""A holding's calendar month on paper: what stood, came, was earned, went, and stands.

Everything follows from the journal and the published days, so the same month gives the same
statement for ever, and its sums are those of every screen.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from huoqi.fund._store import days as days_store
from huoqi.fund._store import holdings as store
from huoqi.fund._store.holdings import HoldingRow, Key
from huoqi.fund.holdings import history_of
from huoqi.fund.rules.rollforward import RolledDay
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

ONE_DAY = timedelta(days=1)


class StatementNotReady(DomainError):
    """The month is not over, or its last day not closed; ``ready_on`` says when it can be."""

    code: ClassVar[str] = "statement.not_ready"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One change of a holding: units that came or went, or a day's income.

    ``units_e2`` is what the holding changed by; ``income_fen`` what was earned, which in a fund
    that carries monthly becomes units later.
    """

    on: date
    kind: str
    units_e2: int
    income_fen: int = 0
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FundStatement:
    """A holding's month; ``opening_units_e2`` and all lines' units add up to the closing ones."""

    fund: str
    opening_units_e2: int
    closing_units_e2: int
    income_fen: int
    accrued_fen: int
    lines: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True)
class MonthStatement:
    """All holdings of a customer in a month that is closed for each of them."""

    first_on: date
    last_on: date
    funds: tuple[FundStatement, ...]


def statement_months(work: Work, *, shard: int, customer_no: int) -> list[date]:
    """Return the first days of the months that can be stated, newest first."""
    rows = store.holdings_of(work, shard=shard, customer_no=customer_no)
    if not rows:
        return []
    until_on = min(_closed_until(work, row) for row in rows)
    months: list[date] = []
    month = min(row.opened_on for row in rows).replace(day=1)
    while _last_day(month) <= until_on:
        months.append(month)
        month = _last_day(month) + ONE_DAY
    return months[::-1]


def statement_of(work: Work, *, shard: int, customer_no: int, month: date) -> MonthStatement:
    """Return a customer's statement of the month that begins on a date; raise StatementNotReady."""
    first_on, last_on = month.replace(day=1), _last_day(month)
    rows = [
        row
        for row in store.holdings_of(work, shard=shard, customer_no=customer_no)
        if row.opened_on <= last_on
    ]
    if not rows or any(_closed_until(work, row) < last_on for row in rows):
        raise StatementNotReady(month=f"{first_on:%Y-%m}", ready_on=(last_on + ONE_DAY).isoformat())
    rows.sort(key=lambda row: row.fund)
    funds = tuple(_fund(work, row, first_on=first_on, last_on=last_on) for row in rows)
    return MonthStatement(first_on, last_on, funds)


def next_month_end(on: date) -> date:
    """Return the first day on which the month of a date is over; its close follows.

    >>> next_month_end(date(2015, 12, 31))
    datetime.date(2016, 1, 1)
    """
    return _last_day(on) + ONE_DAY


def _closed_until(work: Work, row: HoldingRow) -> date:
    return days_store.published_until(work, fund=row.fund) or date.min


def _fund(work: Work, row: HoldingRow, *, first_on: date, last_on: date) -> FundStatement:
    days = history_of(work, row, until=last_on + ONE_DAY).days
    month = [day for day in days if day.on >= first_on]
    before = [day for day in days if day.on < first_on]
    lines = tuple(_lines(work, row.key, month, since=first_on))
    opening_e2 = before[-1].end_units_e2 if before else 0
    closing_e2 = month[-1].end_units_e2 if month else opening_e2
    assert opening_e2 + sum(line.units_e2 for line in lines) == closing_e2, row.fund
    return FundStatement(
        fund=row.fund,
        opening_units_e2=opening_e2,
        closing_units_e2=closing_e2,
        income_fen=sum(line.income_fen for line in lines),
        accrued_fen=month[-1].accrued_fen if month else 0,
        lines=lines,
    )


def _lines(work: Work, key: Key, month: list[RolledDay], *, since: date) -> list[StatementLine]:
    """Return the month's changes in order: each day's orders first, then its income."""
    events = store.events_since(work, {key: since})[key]
    lines: list[StatementLine] = []
    for day in month:
        todays = [event for event in events if event.effective_on == day.on]
        lines += [
            StatementLine(day.on, event.kind, event.delta_e2, order_id=event.order_id)
            for event in todays
        ]
        became_e2 = day.end_units_e2 - day.earning_units_e2
        if day.income_fen or became_e2:
            lines.append(StatementLine(day.on, "income", became_e2, income_fen=day.income_fen))
    return lines


def _last_day(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1) - ONE_DAY
