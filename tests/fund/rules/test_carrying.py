"""Accrued income becomes units at the end of the last calendar day of a month."""

from datetime import date

import pytest

from huoqi.fund.rules.allocation import Becoming
from huoqi.fund.rules.carrying import accrues_from, becoming_on, carry_day_from
from huoqi.fund.rules.yields import Carry


@pytest.mark.parametrize(
    ("on", "becomes"),
    [
        (date(2015, 5, 30), Becoming.ACCRUED),
        (date(2015, 5, 31), Becoming.CARRIED),  # a Sunday: every calendar day has its row
        (date(2015, 6, 1), Becoming.ACCRUED),
        (date(2015, 12, 31), Becoming.CARRIED),
        (date(2016, 2, 28), Becoming.ACCRUED),
        (date(2016, 2, 29), Becoming.CARRIED),
    ],
)
def test_a_monthly_fund_carries_on_the_last_day_of_the_month(on: date, becomes: Becoming) -> None:
    assert becoming_on(on, carry=Carry.MONTHLY) is becomes
    assert becoming_on(on, carry=Carry.DAILY) is Becoming.UNITS


def test_the_carry_day_and_what_can_be_accrued_bound_a_month() -> None:
    assert carry_day_from(date(2015, 12, 1)) == carry_day_from(date(2015, 12, 31))
    assert carry_day_from(date(2015, 12, 31)) == date(2015, 12, 31)
    assert accrues_from(date(2015, 12, 31)) == date(2015, 12, 1)
