"""Eighteen on the day itself, and the 29th of February."""

from datetime import date

import pytest

from huoqi.customers.rules.age import UnderAge, adult_from, age_on, birthday_in, require_adult


def test_the_birthday_itself_counts_as_eighteen() -> None:
    require_adult(date(2015, 5, 11), birth_on=date(1997, 5, 11))


def test_the_day_before_is_refused_with_the_date_from_which_it_works() -> None:
    with pytest.raises(UnderAge) as refused:
        require_adult(date(2015, 5, 11), birth_on=date(1997, 5, 12))

    assert refused.value.params == {"adult_from": "2015-05-12"}


def test_one_born_on_the_29th_of_february_comes_of_age_on_the_first_of_march() -> None:
    born_on = date(2000, 2, 29)

    assert adult_from(born_on) == date(2018, 3, 1)
    with pytest.raises(UnderAge):
        require_adult(date(2018, 2, 28), birth_on=born_on)
    require_adult(date(2018, 3, 1), birth_on=born_on)


def test_in_leap_years_that_birthday_is_kept() -> None:
    assert birthday_in(2016, birth_on=date(2000, 2, 29)) == date(2016, 2, 29)


@pytest.mark.parametrize(
    ("on", "years"),
    [(date(2015, 5, 11), 17), (date(2015, 5, 12), 18), (date(1997, 5, 12), 0)],
)
def test_age_counts_full_years_by_the_calendar(on: date, years: int) -> None:
    assert age_on(on, birth_on=date(1997, 5, 12)) == years
