"""The online holdings of a fund rolled to a day's end, by columns: the side the book must equal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import compress

import numpy as np

from huoqi.close.book import Int64, column
from huoqi.close.rules import rotation
from huoqi.close.rules.tie_out_columns import Side
from huoqi.fund.rules.allocation import FundDayRow
from huoqi.fund.rules.allocation_columns import incomes_of

_DAY = timedelta(days=1)
DatedFigure = tuple[int, date, int]  # account, day, units that come or go or an accepted income


@dataclass(frozen=True, slots=True)
class Online:
    """What the online side has: anchors in account order, events and accepted figures since."""

    anchors: list[tuple[int, date, int]]
    events: list[DatedFigure]
    overrides: list[DatedFigure]


@dataclass(frozen=True, slots=True, eq=False)
class _AtPlaces:
    places: Int64
    values: Int64


def rolled(online: Online, *, until: date, rows: Mapping[date, FundDayRow]) -> Side:
    """Return every holding's units at the start of ``until``, each from its own anchor.

    ``rows`` has the fund's day for every day from the first anchor on.
    """
    accounts = column([anchor[0] for anchor in online.anchors])
    since = column([anchor[1].toordinal() for anchor in online.anchors])
    units_e2 = column([anchor[2] for anchor in online.anchors])
    events = _by_day(online.events, accounts=accounts)
    overrides = _by_day(online.overrides, accounts=accounts)
    first = int(since.min(initial=until.toordinal()))
    for ordinal in range(first, until.toordinal()):
        on = date.fromordinal(ordinal)
        if on in events:
            np.add.at(units_e2, events[on].places, events[on].values)
        incomes_fen = incomes_of(units_e2, accounts=accounts, row=rows[on])
        if on in overrides:
            incomes_fen[overrides[on].places] = overrides[on].values
        # An anchor of a later day has this one in it already.
        units_e2 += np.where(since <= ordinal, incomes_fen, 0)
    return Side(accounts, units_e2)


def on_its_turn(online: Online, *, ours: Side, on: date) -> tuple[Online, Side]:
    """Return both sides with only those who are compared on a day; of a small fund that is all.

    Of more than a million holders it is those whom the day touched, and a turn (`rules/rotation`).
    """
    holders = int(ours.accounts.size)
    if holders <= rotation.ALL_UNTIL:
        return online, ours
    figures = (*online.events, *online.overrides)
    touched = column([account for account, day, _ in figures if day == on])

    def chosen(accounts: Int64) -> list[bool]:
        turn = rotation.compared_on(accounts, on=on, holders=holders)
        found: list[bool] = (turn | np.isin(accounts, touched)).tolist()
        return found

    parts = (online.anchors, online.events, online.overrides)
    kept = [list(compress(part, chosen(column([row[0] for row in part])))) for part in parts]
    mine = np.array(chosen(ours.accounts), dtype=np.bool_)
    return Online(*kept), Side(ours.accounts[mine], ours.units_e2[mine])


def first_anchor(online: Online, *, until: date) -> date:
    """Return the earliest day that any holding has still to be rolled through."""
    return min((anchor[1] for anchor in online.anchors), default=until)


def _by_day(figures: Iterable[DatedFigure], *, accounts: Int64) -> dict[date, _AtPlaces]:
    found: dict[date, tuple[list[int], list[int]]] = {}
    for account, on, value in figures:
        numbers, values = found.setdefault(on, ([], []))
        numbers.append(account)
        values.append(value)
    return {
        on: _AtPlaces(np.searchsorted(accounts, column(numbers)), column(values))
        for on, (numbers, values) in found.items()
    }
