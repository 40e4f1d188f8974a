"""Many holdings rolled at once equal each of them rolled alone."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.rules.allocation import Becoming, FundDayRow, Mode
from huoqi.fund.rules.allocation_columns import Int64
from huoqi.fund.rules.rollforward import (
    Anchor,
    DayFacts,
    DayNotPublished,
    UnitEvent,
    UnitsBelowZero,
    roll_forward,
)
from huoqi.fund.rules.rollforward_columns import (
    AnchorColumns,
    AtPositions,
    DayFactsColumns,
    RolledColumns,
    roll_forward_columns,
)

MONDAY = date(2030, 1, 7)
ONE_DAY = timedelta(days=1)
ROW = FundDayRow(Mode.RATE, 1, 136_920, 10**9, theta=399_954_360, tie_account=3)


def _column(values: list[int]) -> Int64:
    return np.array(values, dtype=np.int64)


def _anchor(units: list[int]) -> AnchorColumns:
    return AnchorColumns(MONDAY, np.arange(1, len(units) + 1), _column(units))


def _at(positions: list[int], *, values: list[int]) -> AtPositions:
    return AtPositions(_column(positions), _column(values))


ROWS = st.builds(
    FundDayRow,
    mode=st.just(Mode.RATE),
    sign=st.sampled_from([1, -1]),
    numerator=st.integers(0, 300_000),
    denominator=st.just(10**9),
    theta=st.integers(0, 10**9),
    tie_account=st.integers(0, 12),
)


@given(
    st.lists(st.integers(10**4, 10**12), min_size=1, max_size=10),
    st.lists(ROWS, min_size=1, max_size=6),
    st.data(),
)
def test_columns_equal_the_scalar_roll(
    units: list[int], day_rows: list[FundDayRow], data: st.DataObject
) -> None:
    places = st.integers(0, len(units) - 1)
    rows = {MONDAY + n * ONE_DAY: row for n, row in enumerate(day_rows)}
    moved = data.draw(st.lists(st.tuples(places, st.integers(-100, 10**9)), max_size=5))
    on = data.draw(st.sampled_from(sorted(rows)))
    override = data.draw(st.tuples(places, st.integers(-5, 5)))
    facts = DayFactsColumns(
        rows,
        {on: _at([place for place, _ in moved], values=[delta for _, delta in moved])},
        {on: _at([override[0]], values=[override[1]])},
    )
    until = MONDAY + len(rows) * ONE_DAY

    days = list(roll_forward_columns(_anchor(units), until=until, facts=facts))

    for place, held in enumerate(units):
        alone = roll_forward(
            Anchor(place + 1, MONDAY, held),
            until=until,
            events=[UnitEvent(on, delta) for at, delta in moved if at == place],
            facts=DayFacts(rows, {on: override[1]} if place == override[0] else {}),
        )
        assert [_figures(day, place) for day in days] == [
            (day.on, day.earning_units_e2, day.income_fen, day.end_units_e2) for day in alone.days
        ]


def _figures(day: RolledColumns, place: int) -> tuple[date, int, int, int]:
    return (
        day.on,
        int(day.earning_units_e2[place]),
        int(day.incomes_fen[place]),
        int(day.end_units_e2[place]),
    )


def test_the_anchor_column_is_left_as_it_was() -> None:
    anchor = _anchor([1_000_000])
    facts = DayFactsColumns({MONDAY: ROW}, {MONDAY: _at([0, 0], values=[5, 6])})

    (day,) = roll_forward_columns(anchor, until=MONDAY + ONE_DAY, facts=facts)

    assert anchor.units_e2.tolist() == [1_000_000]
    assert day.earning_units_e2.tolist() == [1_000_011]


def test_a_day_that_is_not_published_stops_the_roll() -> None:
    days = roll_forward_columns(
        _anchor([1]), until=MONDAY + 2 * ONE_DAY, facts=DayFactsColumns({MONDAY: ROW})
    )

    with pytest.raises(DayNotPublished):
        list(days)


def test_no_holding_may_owe_units() -> None:
    facts = DayFactsColumns({MONDAY: ROW}, {MONDAY: _at([1], values=[-8])})

    with pytest.raises(UnitsBelowZero) as refused:
        list(roll_forward_columns(_anchor([9, 1]), until=MONDAY + ONE_DAY, facts=facts))

    assert refused.value.params["missing_e2"] == 7


def test_accrued_income_of_columns_equals_the_scalar_roll() -> None:
    becomes = [Becoming.ACCRUED, Becoming.ACCRUED, Becoming.CARRIED, Becoming.ACCRUED]
    rows = {MONDAY + n * ONE_DAY: replace(ROW, becomes=each) for n, each in enumerate(becomes)}
    left_on = MONDAY + ONE_DAY
    facts = DayFactsColumns(
        rows,
        deltas_e2={left_on: _at([1], values=[-5_000_000])},
        paid_fen={left_on: _at([1], values=[684])},
    )
    anchor = replace(_anchor([10_000_000, 5_000_000]), accrued_fen=_column([3, 0]))

    *_, last = roll_forward_columns(anchor, until=MONDAY + 4 * ONE_DAY, facts=facts)

    alone = [
        roll_forward(
            Anchor(number, MONDAY, units_e2, accrued_fen),
            until=MONDAY + 4 * ONE_DAY,
            events=events,
            facts=DayFacts(rows),
        )
        for number, units_e2, accrued_fen, events in (
            (1, 10_000_000, 3, []),
            (2, 5_000_000, 0, [UnitEvent(left_on, -5_000_000, paid_fen=684)]),
        )
    ]
    assert last.end_units_e2.tolist() == [roll.units_e2 for roll in alone]
    assert last.end_accrued_fen.tolist() == [roll.accrued_fen for roll in alone]
