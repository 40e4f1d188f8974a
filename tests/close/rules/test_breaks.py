"""A break has a class, an age from the day its close was due, and a first thing to try."""

from datetime import date, timedelta

import pytest

from huoqi.close.rules.breaks import (
    AgeBand,
    BreakClass,
    Suggestion,
    age_days,
    band_of,
    class_of,
    days_in_band,
    kinds_of,
    suggestion_of,
)
from huoqi.close.rules.validation import Refusal

TODAY = date(2015, 5, 20)


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "today"), (1, "1"), (2, "2-3"), (3, "2-3"), (4, "4-7"), (7, "4-7"), (8, "over_7")],
)
def test_ages_fall_into_the_published_bands(days: int, band: str) -> None:
    assert band_of(days).value == band


@pytest.mark.parametrize("band", list(AgeBand))
def test_a_bands_days_are_exactly_those_of_its_age(band: AgeBand) -> None:
    first, last = days_in_band(band, today=TODAY)
    for back in range(15):
        on = TODAY - timedelta(days=back)
        assert (first <= on <= last) == (band_of(age_days(on, today=TODAY)) is band)


def test_every_refusal_of_a_file_is_named_as_one() -> None:
    assert {class_of(refusal.value) for refusal in Refusal} == {BreakClass.FILE_REFUSED}
    assert suggestion_of("negative_income") is Suggestion.DECIDE_ON_NEGATIVE_DAY


def test_what_differs_between_our_own_books_has_its_own_class() -> None:
    assert class_of("holdings") is BreakClass.BOOKS_DIFFER
    assert suggestion_of("ledger_units") is Suggestion.CALL_DEVELOPERS


@pytest.mark.parametrize("wanted", list(BreakClass))
def test_the_kinds_of_a_class_select_it_and_nothing_else(wanted: BreakClass) -> None:
    kinds, are_inside = kinds_of(wanted)
    for kind in ("register", "cash_in", "missing_confirmation", "wrong_date", "trial_balance"):
        assert ((kind in kinds) == are_inside) == (class_of(kind) is wanted)
