"""A small fund is compared whole; of a large one every holder has a turn each month."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from huoqi.close.rules.rotation import ALL_UNTIL, compared_on

MANY = ALL_UNTIL + 1


def test_up_to_a_million_all_are_compared() -> None:
    accounts = np.arange(1, 101, dtype=np.int64)

    assert compared_on(accounts, on=date(2015, 5, 12), holders=ALL_UNTIL).all()


def test_beyond_a_million_one_in_28_is_compared() -> None:
    accounts = np.arange(1, 2_801, dtype=np.int64)

    assert int(compared_on(accounts, on=date(2015, 5, 12), holders=MANY).sum()) == 100


@given(st.dates(date(2000, 1, 1), date(2100, 12, 1)), st.integers(1, 2**62))
def test_every_holder_has_a_turn_in_every_month(begun_on: date, account: int) -> None:
    first = begun_on.replace(day=1)
    accounts = np.array([account], dtype=np.int64)
    month = [first + timedelta(days=n) for n in range(28)]

    turns = [bool(compared_on(accounts, on=on, holders=MANY)[0]) for on in month]

    assert turns.count(True) == 1
