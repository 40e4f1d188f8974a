"""Holdings as they are now: anchors rolled over published days, and what of them is free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from huoqi.fund._store import days as days_store
from huoqi.fund._store import holdings as store
from huoqi.fund._store.holdings import EventRow, HoldingRow, Key
from huoqi.fund.rules.carrying import carry_day_from
from huoqi.fund.rules.rollforward import (
    Anchor,
    DayFacts,
    Roll,
    UnitEvent,
    earned_units,
    roll_forward,
)
from huoqi.kit.db import Work

ONE_DAY = timedelta(days=1)
# While yesterday's income is not published it may still be negative; this much of the units is
# kept back from fast redemptions for each such day. The worst day in memory cost 0.6 of it.
UNPUBLISHED_DAY_MARGIN_PPM = 100


@dataclass(frozen=True, slots=True)
class Position:
    """A holding now: units with all published income and today's events, and what is spoken for.

    ``unpublished_days`` are the days before today whose income is not known.
    """

    row: HoldingRow
    units_e2: int
    published_until: date | None
    unpublished_days: int
    accrued_fen: int = 0

    @property
    def available_e2(self) -> int:
        """Return the units that a normal redemption may take.

        They are confirmed, not frozen and not under another order. A month's income that is
        negative so far keeps back the units that the carry day will take.
        """
        debt_e2 = max(0, -self.accrued_fen)
        return max(0, self.units_e2 - self.row.ordered_e2 - self.row.frozen_e2 - debt_e2)

    @property
    def advanceable_e2(self) -> int:
        """Return the units on which cash may be advanced: less a margin for unknown income."""
        margin_e2 = -(-self.units_e2 * UNPUBLISHED_DAY_MARGIN_PPM * self.unpublished_days // 10**6)
        return max(0, self.available_e2 - margin_e2)


def positions_of(work: Work, rows: Iterable[HoldingRow], *, on: date) -> dict[Key, Position]:
    """Return holdings as they stand on a date, by key."""
    by_fund: dict[str, list[HoldingRow]] = {}
    for row in rows:
        by_fund.setdefault(row.fund, []).append(row)
    found: dict[Key, Position] = {}
    for fund, holdings in by_fund.items():
        until_on = days_store.published_until(work, fund=fund)
        rolled = rolls(work, holdings, until=_start_of_unknown(until_on, on=on, rows=holdings))
        for row, (roll, later) in zip(holdings, rolled, strict=True):
            known_until = max(until_on or date.min, row.as_of_on - ONE_DAY)
            missing = max(0, (on - known_until).days - 1)
            units_e2 = roll.units_e2 + later.units_e2(on)
            accrued_fen = roll.accrued_fen - later.paid_fen(on)
            found[row.key] = Position(row, units_e2, until_on, missing, accrued_fen)
    return found


def _start_of_unknown(until_on: date | None, *, on: date, rows: Sequence[HoldingRow]) -> date:
    first = min((row.as_of_on for row in rows), default=on)
    return min(on, until_on + ONE_DAY) if until_on else min(first, on)


class _Later:
    """The events of a holding from the day up to which it was rolled."""

    def __init__(self, events: Sequence[EventRow], *, since: date) -> None:
        self._events = [event for event in events if event.effective_on >= since]

    def units_e2(self, on: date) -> int:
        """Return the units that came and went up to a date."""
        return sum(event.delta_e2 for event in self._events if event.effective_on <= on)

    def paid_fen(self, on: date) -> int:
        """Return the accrued income that was paid up to a date."""
        return sum(event.income_fen for event in self._events if event.effective_on <= on)


def rolls(work: Work, rows: Sequence[HoldingRow], *, until: date) -> list[tuple[Roll, _Later]]:
    """Return holdings of one fund rolled to the start of a date, and their later events.

    A holding anchored later than the date is returned as it is. The same holding may stand there
    with several anchors.
    """
    if not rows:
        return []
    since: dict[Key, date] = {}
    for row in rows:
        since[row.key] = min(row.as_of_on, since.get(row.key, row.as_of_on))
    events = store.events_since(work, since)
    overrides = store.overrides_since(work, since)
    first = min(since.values())
    days = days_store.days_between(work, fund=rows[0].fund, first_on=first, last_on=until - ONE_DAY)
    facts = {on: day.row for on, day in days.items()}
    return [
        _rolled(row, until=until, events=events[row.key], facts=DayFacts(facts, overrides[row.key]))
        for row in rows
    ]


def _rolled(
    row: HoldingRow, *, until: date, events: Sequence[EventRow], facts: DayFacts
) -> tuple[Roll, _Later]:
    anchor = Anchor(row.customer_no, row.as_of_on, row.units_e2, row.accrued_e2)
    changes = [UnitEvent(e.effective_on, e.delta_e2, paid_fen=e.income_fen) for e in events]
    roll = roll_forward(anchor, until=until, events=changes, facts=facts)
    return roll, _Later(events, since=max(until, row.as_of_on))


def history_of(work: Work, row: HoldingRow, *, until: date) -> Roll:
    """Return every day of a holding from its opening up to a date, from the journal alone."""
    (roll, _), *_ = rolls(work, [_opening(row)], until=max(until, row.opened_on))
    return roll


def _opening(row: HoldingRow) -> HoldingRow:
    return HoldingRow(*row.key, row.opened_on, row.opened_on, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """A holding and a period whose income is asked, both ends included."""

    row: HoldingRow
    first_on: date
    last_on: date


def incomes_of(work: Work, spans: Sequence[Span]) -> list[dict[date, int]]:
    """Return the published income of each span's days, in fen; all spans are of one fund."""
    if not spans:
        return []
    until_on = days_store.published_until(work, fund=spans[0].row.fund)
    if until_on is None:
        return [{} for _ in spans]
    # A period before the anchor is rolled from the opening: the journal keeps every event.
    begins = [s.row if s.first_on >= s.row.as_of_on else _opening(s.row) for s in spans]
    until = min(max(span.last_on for span in spans), until_on) + ONE_DAY
    return [
        {day.on: day.income_fen for day in roll.days if span.first_on <= day.on <= span.last_on}
        for span, (roll, _) in zip(spans, rolls(work, begins, until=until), strict=True)
    ]


def earned_units_of(work: Work, spans: Sequence[Span]) -> list[dict[date, int]]:
    """Return the units that each span's published incomes became, by the day on which they did.

    All spans are of one fund. Income that waits for its carry day is not there yet.
    """
    if not spans:
        return []
    until_on = days_store.published_until(work, fund=spans[0].row.fund)
    if until_on is None:
        return [{} for _ in spans]
    begins = [s.row if s.first_on >= s.row.as_of_on else _opening(s.row) for s in spans]
    carried_on = carry_day_from(max(span.last_on for span in spans))
    until = min(carried_on, until_on) + ONE_DAY
    return [
        earned_units(roll.days, first_on=span.first_on, last_on=span.last_on)
        for span, (roll, _) in zip(spans, rolls(work, begins, until=until), strict=True)
    ]


def incomes_between(
    work: Work, row: HoldingRow, *, first_on: date, last_on: date
) -> Mapping[date, int]:
    """Return a holding's published income of each day of a period, in fen."""
    return incomes_of(work, [Span(row, first_on, last_on)])[0]


def first_open_day(work: Work, *, fund: str) -> date | None:
    """Return the first day whose income is not published; None before the first published day."""
    until_on = days_store.published_until(work, fund=fund)
    return until_on + ONE_DAY if until_on else None


__all__ = [
    "HoldingRow",
    "Position",
    "Span",
    "earned_units_of",
    "first_open_day",
    "history_of",
    "incomes_between",
    "incomes_of",
    "positions_of",
    "rolls",
]
