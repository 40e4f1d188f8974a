"""Published income is a contiguous series, or it is refused with row and column."""

from datetime import date

import pytest

from huoqi.fund.rules.csv_table import BadNumber
from huoqi.fund.rules.published_days import (
    DuplicateDay,
    MissingDay,
    NavNotOne,
    PublishedDay,
    parse_income_per_10k_e5,
    parse_published_days,
    require_nav_of_one,
)
from huoqi.kit.errors import DomainError

HEADING = "date,income_per_10k\n"


def test_days_are_read_with_the_exactness_of_their_source() -> None:
    days = parse_published_days(HEADING + "2013-07-02,1.54611\n2013-07-01,1.5787\n")

    assert days == [
        PublishedDay(date(2013, 7, 1), 157_870, decimals=4, row=3),
        PublishedDay(date(2013, 7, 2), 154_611, decimals=5, row=2),
    ]


def test_an_empty_income_is_a_day_without_a_figure() -> None:
    (day,) = parse_published_days(HEADING + "2013-07-01,\n")

    assert day.income_per_10k_e5 is None


def test_a_heading_alone_has_no_days() -> None:
    assert parse_published_days(HEADING) == []


def test_a_missing_day_is_named_with_the_row_after_the_gap() -> None:
    with pytest.raises(MissingDay) as refused:
        parse_published_days(HEADING + "2013-07-01,1.5\n2013-07-03,1.5\n")

    assert refused.value.params == {"row": 3, "column": "date", "on": "2013-07-02"}


def test_a_duplicate_day_is_named_with_both_rows() -> None:
    with pytest.raises(DuplicateDay) as refused:
        parse_published_days(HEADING + "2013-07-01,1.5\n2013-07-02,1.5\n2013-07-01,1.6\n")

    assert refused.value.params == {
        "row": 4,
        "column": "date",
        "on": "2013-07-01",
        "first_row": 2,
    }


@pytest.mark.parametrize("text", ["abc", "1.3692411", "1000", "--1"])
def test_a_bad_income_is_named(text: str) -> None:
    with pytest.raises(BadNumber) as refused:
        parse_published_days(HEADING + f"2013-07-01,{text}\n")

    assert refused.value.params == {"row": 2, "column": "income_per_10k"}


def test_a_nav_column_must_say_one() -> None:
    heading = "date,nav,income_per_10k\n"

    assert len(parse_published_days(heading + "2013-07-01,1.0000,1.5\n2013-07-02,,1.5\n")) == 2
    with pytest.raises(NavNotOne) as refused:
        parse_published_days(heading + "2013-07-01,1.3692,1.5\n")
    assert refused.value.params == {"row": 2, "column": "nav"}


def test_a_nav_alone_must_be_one() -> None:
    require_nav_of_one(10_000)
    with pytest.raises(NavNotOne):
        require_nav_of_one(13_692)


@pytest.mark.parametrize("text", ["1000", "x", "1.000001"])
def test_a_single_income_outside_its_field_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        parse_income_per_10k_e5(text)


def test_a_single_income_is_read_to_five_decimals() -> None:
    assert parse_income_per_10k_e5("-0.6228") == -62_280
