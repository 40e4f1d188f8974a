"""A holding rolled day by day equals what each day's allocation gave it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.rules.allocation import Becoming, FundDayRow, Holding, Mode, allocate_day
from huoqi.fund.rules.rollforward import (
    Anchor,
    DayFacts,
    DayNotPublished,
    IncomeSource,
    UnitEvent,
    UnitsBelowZero,
    earned_units,
    roll_forward,
)

MONDAY = date(2030, 1, 7)


def _days_after(count: int) -> date:
    return MONDAY + timedelta(days=count)


def _floor_row(rate_e5: int) -> FundDayRow:
    """Return a row that serves no odd fen, so that expected figures can be read off."""
    sign = -1 if rate_e5 < 0 else 1
    return FundDayRow(Mode.RATE, sign, abs(rate_e5), 10**9, theta=10**9, tie_account=0)


def _facts(*rates_e5: int) -> DayFacts:
    return DayFacts({_days_after(n): _floor_row(rate) for n, rate in enumerate(rates_e5)})


TEN_YUAN_WEEK = _facts(*[1_000_000] * 7)


def test_income_earns_income_on_the_next_day() -> None:
    roll = roll_forward(
        Anchor(1, MONDAY, 100_000_00),
        until=_days_after(2),
        events=[],
        facts=TEN_YUAN_WEEK,
    )

    assert [day.income_fen for day in roll.days] == [10_000, 10_010]
    assert roll.units_e2 == 10_020_010


def test_events_count_on_their_day_before_the_income() -> None:
    events = [
        UnitEvent(_days_after(1), -100_000_00),
        UnitEvent(_days_after(2), 50_000_00),
    ]

    roll = roll_forward(
        Anchor(1, MONDAY, 100_000_00),
        until=_days_after(3),
        events=events,
        facts=TEN_YUAN_WEEK,
    )

    assert [day.earning_units_e2 for day in roll.days] == [
        10_000_000,
        10_000,
        5_010_010,
    ]


def test_events_before_the_anchor_and_after_the_target_do_not_count() -> None:
    events = [UnitEvent(_days_after(-1), 77), UnitEvent(_days_after(1), 77)]

    roll = roll_forward(
        Anchor(1, MONDAY, 100), until=_days_after(1), events=events, facts=TEN_YUAN_WEEK
    )

    assert roll.units_e2 == 100


def test_an_override_replaces_the_formula_and_feeds_the_next_day() -> None:
    facts = DayFacts(TEN_YUAN_WEEK.rows, overrides_fen={MONDAY: 10_002})

    roll = roll_forward(Anchor(1, MONDAY, 100_000_00), until=_days_after(2), events=[], facts=facts)

    assert roll.days[0].source is IncomeSource.CONFIRMED_OVERRIDE
    assert roll.days[1].source is IncomeSource.PREDICTED
    assert roll.days[1].earning_units_e2 == 10_010_002


def test_a_day_that_is_not_published_stops_the_roll() -> None:
    with pytest.raises(DayNotPublished) as refused:
        roll_forward(Anchor(1, MONDAY, 100), until=_days_after(9), events=[], facts=TEN_YUAN_WEEK)

    assert refused.value.params == {"on": "2030-01-14"}


def test_events_may_not_take_more_than_there_is() -> None:
    with pytest.raises(UnitsBelowZero) as refused:
        roll_forward(
            Anchor(1, MONDAY, 100),
            until=_days_after(1),
            events=[UnitEvent(MONDAY, -101)],
            facts=TEN_YUAN_WEEK,
        )

    assert refused.value.params == {"on": "2030-01-07", "missing_e2": 1}


def _monthly(*rates_e5: int, carried: int | None = None) -> DayFacts:
    """Return days on which income accrues; after so many of them it becomes units."""
    rows = {}
    for n, rate_e5 in enumerate(rates_e5):
        becomes = Becoming.CARRIED if n == carried else Becoming.ACCRUED
        rows[_days_after(n)] = replace(_floor_row(rate_e5), becomes=becomes)
    return DayFacts(rows)


def test_monthly_carry_accrues_until_the_carry_day() -> None:
    roll = roll_forward(
        Anchor(1, MONDAY, 100_000_00, accrued_fen=7),
        until=_days_after(3),
        events=[],
        facts=_monthly(*[1_000_000] * 3, carried=1),
    )

    assert [day.income_fen for day in roll.days] == [10_000, 10_000, 10_020]
    assert [day.accrued_fen for day in roll.days] == [10_007, 0, 10_020]
    assert (roll.units_e2, roll.accrued_fen) == (10_020_007, 10_020)


def test_a_month_with_a_loss_takes_units_on_the_carry_day() -> None:
    roll = roll_forward(
        Anchor(1, MONDAY, 100_000_00),
        until=_days_after(2),
        events=[],
        facts=_monthly(-1_000_000, -1_000_000, carried=1),
    )

    assert [day.end_units_e2 for day in roll.days] == [10_000_000, 9_980_000]
    assert roll.accrued_fen == 0


@pytest.mark.parametrize(("takes_income", "paid_out_fen"), [(True, 10_000), (False, 0)])
def test_redeeming_all_takes_the_accrued_income_when_the_order_says_so(
    takes_income: bool,
    paid_out_fen: int,
) -> None:
    redeem_all = UnitEvent(_days_after(1), -100_000_00, takes_income=takes_income)

    roll = roll_forward(
        Anchor(1, MONDAY, 100_000_00),
        until=_days_after(2),
        events=[redeem_all],
        facts=_monthly(*[1_000_000] * 2),
    )

    assert roll.days[1].paid_out_fen == paid_out_fen
    assert roll.accrued_fen == 10_000 - paid_out_fen


def test_what_the_register_paid_is_what_left_of_the_accrued_income() -> None:
    told = UnitEvent(_days_after(1), -100_000_00, paid_fen=9_999)

    roll = roll_forward(
        Anchor(1, MONDAY, 100_000_00),
        until=_days_after(2),
        events=[told],
        facts=_monthly(*[1_000_000] * 2),
    )

    assert (roll.days[1].paid_out_fen, roll.accrued_fen) == (9_999, 1)


def test_a_part_of_the_holding_takes_no_accrued_income() -> None:
    redeem_half = UnitEvent(_days_after(1), -50_000_00, takes_income=True)

    roll = roll_forward(
        Anchor(1, MONDAY, 100_000_00),
        until=_days_after(2),
        events=[redeem_half],
        facts=_monthly(*[1_000_000] * 2),
    )

    assert roll.days[1].paid_out_fen == 0
    assert roll.accrued_fen == 15_000


def test_income_of_a_period_becomes_units_on_its_day_or_on_the_carry_day() -> None:
    daily = roll_forward(
        Anchor(1, MONDAY, 100_000_00), until=_days_after(3), events=[], facts=TEN_YUAN_WEEK
    )
    monthly = roll_forward(
        Anchor(1, MONDAY, 100_000_00),
        until=_days_after(5),
        events=[],
        facts=_monthly(*[1_000_000] * 5, carried=3),
    )
    period = {"first_on": MONDAY, "last_on": _days_after(1)}

    assert earned_units(daily.days, **period) == {MONDAY: 10_000, _days_after(1): 10_010}
    assert earned_units(monthly.days[:3], **period) == {}
    assert earned_units(monthly.days, **period) == {_days_after(3): 20_000}
    assert earned_units(monthly.days[4:], **period) == {}


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
    st.lists(st.integers(-200_000, 200_000), min_size=1, max_size=6),
    st.data(),
)
def test_a_roll_equals_the_allocations_from_any_anchor(
    units: list[int], rates_e5: list[int], data: st.DataObject
) -> None:
    holdings = [Holding(number, held) for number, held in enumerate(units, start=1)]
    books, rows = [holdings], {}
    for place, rate_e5 in enumerate(rates_e5):
        day = allocate_day(books[-1], income_per_10k_e5=rate_e5)
        rows[_days_after(place)] = day.row
        books.append([
            Holding(holding.account_no, holding.units_e2 + income_fen)
            for holding, income_fen in zip(books[-1], day.incomes_fen, strict=True)
        ])
    start = data.draw(st.integers(0, len(rates_e5)))

    ends = [
        roll_forward(
            Anchor(holding.account_no, _days_after(start), holding.units_e2),
            until=_days_after(len(rates_e5)),
            events=[],
            facts=DayFacts(rows),
        ).units_e2
        for holding in books[start]
    ]

    assert ends == [holding.units_e2 for holding in books[-1]]
