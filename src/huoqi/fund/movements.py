"""The balance of a holding as an opening figure and everything that came and went since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from huoqi.fund._store import days as days_store
from huoqi.fund._store import holdings as store
from huoqi.fund._store.holdings import EventRow, HoldingRow, Key
from huoqi.fund.explaining import HoldingUnknown
from huoqi.fund.holdings import history_of
from huoqi.fund.rules.rollforward import RolledDay
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work

ONE_DAY = timedelta(days=1)
INCOME = "income"


@dataclass(frozen=True, slots=True)
class Movement:
    """Units that came or went on a date: a confirmed order's, or a day's income."""

    on: date
    units_e2: int
    kind: str
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Movements:
    """A holding from the start of ``first_on`` until now: opening and movements give the units."""

    first_on: date
    opening_units_e2: int
    movements: tuple[Movement, ...]

    @property
    def units_e2(self) -> int:
        """Return the units now: the opening ones and everything since."""
        return self.opening_units_e2 + sum(each.units_e2 for each in self.movements)


def movements_of(work: Work, key: Key, *, since: date) -> Movements:
    """Return a holding's opening units on a date and its movements since, oldest first.

    Income stands on the day that earned it; what waits for its carry day is no units yet. Raises
    HoldingUnknown where nothing was ever held.
    """
    row = store.holdings(work, [key]).get(key)
    if row is None:
        raise HoldingUnknown(on=since.isoformat())
    today = shanghai_date(work.at)
    first_on = min(max(since, row.opened_on), max(today, row.opened_on))
    found = list(_moved(work, row, until=today + ONE_DAY))
    before = sum(each.units_e2 for each in found if each.on < first_on)
    return Movements(first_on, before, tuple(each for each in found if each.on >= first_on))


def _moved(work: Work, row: HoldingRow, *, until: date) -> Iterator[Movement]:
    """Yield every movement since the opening, from the journal and the published days alone."""
    events = store.events_since(work, {row.key: row.opened_on})[row.key]
    published = days_store.published_until(work, fund=row.fund)
    known_until = min(until, published + ONE_DAY) if published else row.opened_on
    days = history_of(work, row, until=known_until).days
    for day in days:
        yield from (_of_event(each) for each in events if each.effective_on == day.on)
        yield from _of_income(day)
    rest_from = days[-1].on + ONE_DAY if days else row.opened_on
    yield from (_of_event(each) for each in events if rest_from <= each.effective_on < until)


def _of_event(event: EventRow) -> Movement:
    return Movement(event.effective_on, event.delta_e2, event.kind, event.order_id)


def _of_income(day: RolledDay) -> Iterator[Movement]:
    became_e2 = day.end_units_e2 - day.earning_units_e2
    if became_e2:
        yield Movement(day.on, became_e2, INCOME)
