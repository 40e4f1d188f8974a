"""Periods include their first day and exclude their last."""

from datetime import date

import pytest

from huoqi.policy.rules.periods import covers, overlap

MAY_31, JUNE_1 = date(2018, 5, 31), date(2018, 6, 1)
BEFORE, AFTER = (date(2015, 5, 1), JUNE_1), (JUNE_1, None)


def test_a_limit_flips_on_its_date() -> None:
    def in_force(period: tuple[date, date | None], on: date) -> bool:
        return covers(on, effective_from=period[0], effective_to=period[1])

    assert (in_force(BEFORE, MAY_31), in_force(AFTER, MAY_31)) == (True, False)
    assert (in_force(BEFORE, JUNE_1), in_force(AFTER, JUNE_1)) == (False, True)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (BEFORE, AFTER, False),
        (AFTER, BEFORE, False),
        (AFTER, AFTER, True),
        ((MAY_31, None), BEFORE, True),
        ((date(2018, 1, 1), MAY_31), BEFORE, True),
        ((date(2014, 1, 1), date(2015, 5, 1)), BEFORE, False),
    ],
)
def test_two_periods_overlap_when_they_share_a_day(
    one: tuple[date, date | None], other: tuple[date, date | None], expected: bool
) -> None:
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected
