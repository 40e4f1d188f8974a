"""What the close of a day needs before it can compute: our own side of the first six steps."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huoqi.close._store import Break, LastDay, StepRow
from huoqi.close.rules.due import Cursor, Kind, close_at
from huoqi.close.rules.steps import State, Step
from huoqi.fund import day_facts
from huoqi.fund.day_facts import OrderTotals
from huoqi.fund.managers.port import FundDayReport
from huoqi.fund.products import Product
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.shelf import products_of, trading_calendar
from huoqi.kit.db import Work

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A day that is ready to be computed; late, if it could not be at its hour."""

    fund: str
    on: date
    at: datetime
    product: Product
    calendar: TradingCalendar
    report: FundDayReport
    last: LastDay | None
    open_breaks: Sequence[Break]
    is_late: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """The first six steps as they stand, and the opening when all of them have passed."""

    steps: list[StepRow]
    opening: Opening | None


def gather(work: Work, *, cursor: Cursor, on: date, last: LastDay | None) -> Gathered:
    """Return the first six steps of a day; the first one that is not done is blocked."""
    fund = cursor.fund
    calendar = trading_calendar(work)
    products = products_of(work, funds=[fund])
    assert products, f"{fund} has a cursor and is not on sale"
    totals = _totals_up_to(work, fund=fund, on=on, calendar=calendar)
    report = day_facts.latest_report(work, fund=fund, on=on)
    changes = day_facts.changes_on(work, fund=fund, on=on)
    steps = [
        StepRow(Step.CUT_OFF, State.DONE),
        StepRow(
            Step.NET_ORDERS,
            State.DONE,
            done_count=sum(t.count for t in totals),
            total_count=sum(t.count for t in totals),
            artefact=_digest(totals),
        ),
        _sent(cursor, totals=totals, on=on, is_session=calendar.is_trading_day(on)),
        _confirmed(cursor, on=on, is_session=calendar.is_trading_day(on)),
        StepRow(Step.UNITS, State.DONE, len(changes), len(changes), artefact=_digest(changes)),
        _reported(cursor, report=report, on=on),
    ]
    passed: list[StepRow] = []
    for row in steps:
        passed.append(row)
        if row.state is State.BLOCKED:
            return Gathered(passed, None)
    assert report is not None
    opening = Opening(
        fund,
        on,
        work.at,
        products[0],
        calendar,
        report,
        last,
        _unanswered(work, fund=fund, on=on, calendar=calendar),
        is_late=work.at > close_at(on),
    )
    return Gathered([*passed, _announced(opening.last)], opening)


def _announced(last: LastDay | None) -> StepRow:
    """Return the first computed step as running, with what it took the day before."""
    if last is None:
        return StepRow(Step.VALIDATE, State.RUNNING)
    count, left_ms = last.holder_count, last.took_ms
    return StepRow(Step.VALIDATE, State.RUNNING, 0, count, left_ms=left_ms)


def _totals_up_to(
    work: Work, *, fund: str, on: date, calendar: TradingCalendar
) -> list[OrderTotals]:
    """Return the orders of the trading day; a day without a session has none of its own."""
    if not calendar.is_trading_day(on):
        return []
    return day_facts.order_totals(work, fund=fund, t_day=on)


def _sent(cursor: Cursor, *, totals: Sequence[OrderTotals], on: date, is_session: bool) -> StepRow:
    """Return whether the orders of the day are with the manager."""
    count = sum(t.count for t in totals)
    if is_session and cursor.done_on[Kind.ORDERS_OUT] < on:
        note = "the orders of the day have not left"
        unsent = sum(t.unsent_count for t in totals)
        return StepRow(Step.SEND_ORDERS, State.BLOCKED, count - unsent, count, note=note)
    return StepRow(Step.SEND_ORDERS, State.DONE, count, count)


def _confirmed(cursor: Cursor, *, on: date, is_session: bool) -> StepRow:
    """Return whether the manager's answers that take effect today are in."""
    if is_session and cursor.done_on[Kind.CONFIRMATIONS] < on:
        return StepRow(
            Step.CONFIRMATIONS, State.BLOCKED, note="the confirmations of the day are not in"
        )
    return StepRow(Step.CONFIRMATIONS, State.DONE)


def _reported(cursor: Cursor, *, report: FundDayReport | None, on: date) -> StepRow:
    """Return whether the manager's figures of the day are in."""
    if report is None or cursor.done_on[Kind.INCOME] < on:
        note = "the manager has not published the day"
        return StepRow(Step.INCOME_REPORT, State.BLOCKED, note=note)
    text = f"{report.source} {report.income_per_10k_e5} {report.total_income_fen}"
    return StepRow(
        Step.INCOME_REPORT, State.DONE, 1, 1, artefact=hashlib.sha256(text.encode()).digest()
    )


def _unanswered(work: Work, *, fund: str, on: date, calendar: TradingCalendar) -> list[Break]:
    """Return a break for orders that the manager should have answered by now and did not.

    It keeps no day open: what is not confirmed is in nobody's units.
    """
    if not calendar.is_trading_day(on):
        return []
    t_day = calendar.previous_trading_day(on)
    totals = day_facts.order_totals(work, fund=fund, t_day=t_day)
    count = sum(t.unanswered_count for t in totals)
    if not count:
        return []
    detail = f"orders of {t_day.isoformat()} without an answer"
    return [Break("missing_confirmation", count, None, count, 0, detail)]


def _digest(parts: Sequence[object]) -> bytes:
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).digest()
