"""All holdings of a fund at once, as columns: for the close, and for counting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from huoqi.fund._store import days as days_store
from huoqi.fund._store import holdings as store
from huoqi.fund._store.holdings import HoldingRow
from huoqi.fund.rules.allocation import FundDayRow
from huoqi.fund.rules.allocation_columns import Int64, exact_sum
from huoqi.fund.rules.rollforward_columns import (
    AnchorColumns,
    AtPositions,
    DayFactsColumns,
    roll_forward_columns,
)
from huoqi.kit.db import Row, Work

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class HoldingColumns:
    """Every holder of a fund, in account order; empty holdings too.

    Shard, units, and the income that has accrued and is no units yet (monthly carry).
    """

    shards: Int64
    accounts: Int64
    units_e2: Int64
    accrued_fen: Int64

    @property
    def total_units_e2(self) -> int:
        """Return the control sum."""
        return exact_sum(self.units_e2)


def holdings_at(work: Work, *, fund: str, on: date) -> HoldingColumns:
    """Return everybody's units at the end of a published day, its income included."""
    return _rolled(work, fund=fund, until=on + ONE_DAY, events_until=on)


def earning_at(work: Work, *, fund: str, on: date) -> HoldingColumns:
    """Return everybody's units that earn on a day: its events included, its income not."""
    return _rolled(work, fund=fund, until=on, events_until=on)


def _rolled(work: Work, *, fund: str, until: date, events_until: date) -> HoldingColumns:
    rows = store.anchors(work, fund=fund, until=max(until, events_until))
    accounts = _column([row[1] for row in rows])
    if not rows:
        return HoldingColumns(accounts, accounts, accounts, accounts)
    # A day before somebody's anchor is rolled from the journal alone: from each opening, empty.
    from_openings = any(row[2] > max(until, events_until) for row in rows)
    opened = [
        (row[1], row[4], 0, 0) if from_openings else (row[1], row[2], row[3], -row[5])
        for row in rows
    ]
    first = min(row[1] for row in opened)
    period = {"first_on": first, "last_on": events_until}
    read = store.journal_between if from_openings else store.events_between
    events = read(work, fund=fund, **period)
    overrides = store.overrides_between(work, fund=fund, **period)
    days = days_store.days_between(work, fund=fund, **period)
    by_account = _Facts(opened, events, _since_anchors(overrides, opened=opened))
    units_e2, accrued_fen = by_account.rolled(
        {on: day.row for on, day in days.items()}, accounts=accounts, until=until
    )
    return HoldingColumns(_column([row[0] for row in rows]), accounts, units_e2, accrued_fen)


def rolled_to(work: Work, rows: Sequence[HoldingRow], *, until: date) -> HoldingColumns:
    """Return some holdings of one fund, each once, at the start of a date after their anchors."""
    rows = sorted(rows, key=lambda row: row.customer_no)
    accounts = _column([row.customer_no for row in rows])
    if not rows:
        return HoldingColumns(accounts, accounts, accounts, accounts)
    since = {row.key: row.as_of_on for row in rows}
    last_on = until - ONE_DAY
    days = days_store.days_between(
        work, fund=rows[0].fund, first_on=min(since.values()), last_on=last_on
    )
    by_account = _Facts(
        [(row.customer_no, row.as_of_on, row.units_e2, -row.accrued_e2) for row in rows],
        [
            (event.customer_no, event.effective_on, event.delta_e2, event.income_fen)
            for events in store.events_since(work, since).values()
            for event in events
            if event.effective_on <= last_on
        ],
        [
            (key[2], on, income_fen)
            for key, accepted in store.overrides_since(work, since).items()
            for on, income_fen in accepted.items()
        ],
    )
    units_e2, accrued_fen = by_account.rolled(
        {on: day.row for on, day in days.items()}, accounts=accounts, until=until
    )
    return HoldingColumns(_column([row.shard for row in rows]), accounts, units_e2, accrued_fen)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of accounts by day: anchors and events with what they paid, and overrides.

    An anchor is a change of its own day: before it the holding counts as empty.
    """

    opened: Sequence[tuple[int, date, int, int]]
    events: Sequence[Row]
    overrides: Sequence[Row]

    def rolled(
        self, rows: Mapping[date, FundDayRow], *, accounts: Int64, until: date
    ) -> tuple[Int64, Int64]:
        """Return units and accrued income at the start of a date, later events included."""
        changes = (*self.opened, *self.events)
        facts = DayFactsColumns(
            rows,
            _by_day([row[:3] for row in changes], accounts=accounts),
            _by_day(self.overrides, accounts=accounts),
            _by_day([(*row[:2], row[3]) for row in changes if row[3]], accounts=accounts),
        )
        units_e2, accrued_fen = np.zeros_like(accounts), np.zeros_like(accounts)
        anchor = AnchorColumns(min(row[1] for row in self.opened), accounts, units_e2)
        for rolled in roll_forward_columns(anchor, until=until, facts=facts):
            units_e2, accrued_fen = rolled.end_units_e2, rolled.end_accrued_fen
        units_e2 = _with_later(units_e2, facts.deltas_e2, since=until, sign=1)
        accrued_fen = _with_later(accrued_fen, facts.paid_fen, since=until, sign=-1)
        return units_e2, accrued_fen


def _with_later(
    values: Int64, changes: Mapping[date, AtPositions], *, since: date, sign: int
) -> Int64:
    """Return the column after the changes of a date and later."""
    later = values.copy()
    for on in sorted(on for on in changes if on >= since):
        np.add.at(later, changes[on].positions, sign * changes[on].values)
    return later


def _since_anchors(
    overrides: Sequence[Row], *, opened: Sequence[tuple[int, date, int, int]]
) -> list[Row]:
    """Return the accepted figures that no anchor has in it."""
    since = {row[0]: row[1] for row in opened}
    return [row for row in overrides if row[0] in since and row[1] >= since[row[0]]]


def _by_day(rows: Sequence[Sequence[object]], *, accounts: Int64) -> dict[date, AtPositions]:
    found: dict[date, tuple[list[int], list[int]]] = {}
    for account, on, value in rows:
        assert isinstance(account, int)
        assert isinstance(on, date)
        assert isinstance(value, int)
        numbers, values = found.setdefault(on, ([], []))
        numbers.append(account)
        values.append(value)
    return {
        on: AtPositions(np.searchsorted(accounts, _column(numbers)), _column(values))
        for on, (numbers, values) in found.items()
    }


def _column(values: Sequence[int]) -> Int64:
    return np.array(values, dtype=np.int64)
