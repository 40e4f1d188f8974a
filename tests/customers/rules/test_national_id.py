"""The citizen number: published examples, and each way to be wrong."""

from datetime import date

import pytest
from stdnum.cn import ric

from huoqi.customers.rules.national_id import (
    IdChecksum,
    IdMalformed,
    IdNoSuchDate,
    IdNoSuchRegion,
    IdOldFormat,
    check_character,
    parse_national_id,
)


def completed(first_17: str) -> str:
    return first_17 + check_character(first_17)


def test_the_standards_own_example_is_a_woman_born_on_the_last_day_of_1949() -> None:
    found = parse_national_id("11010519491231002X")

    assert (found.birth_on, found.sex) == (date(1949, 12, 31), "female")
    assert (found.region, found.sequence) == ("110105", "002")


def test_an_odd_sequence_is_a_man() -> None:
    assert parse_national_id("11010519970511001X").sex == "male"


def test_a_lower_case_x_is_stored_upper() -> None:
    assert parse_national_id("11010519491231002x").number == "11010519491231002X"


def test_a_wrong_check_character_is_told_as_such() -> None:
    with pytest.raises(IdChecksum):
        parse_national_id("110105194912310021")


@pytest.mark.parametrize(
    "number",
    [
        "110105199902290013",
        completed("11010500000101001"),
        completed("11010519991301001"),
        completed("11010599991231001"),
    ],
)
def test_a_date_outside_the_calendar_is_refused_though_its_check_character_is_right(
    number: str,
) -> None:
    with pytest.raises(IdNoSuchDate):
        parse_national_id(number)


def test_the_29th_of_february_exists_in_leap_years() -> None:
    assert parse_national_id("110105200002290013").birth_on == date(2000, 2, 29)


def test_a_retired_county_code_still_counts() -> None:
    # Chongwen district of Beijing (110103) was merged away in 2010.
    assert parse_national_id(completed("11010319700101001")).region == "110103"


def test_a_province_that_never_was_does_not() -> None:
    with pytest.raises(IdNoSuchRegion):
        parse_national_id(completed("99010319700101001"))


def test_the_first_generation_of_fifteen_digits_is_refused_by_name() -> None:
    with pytest.raises(IdOldFormat):
        parse_national_id("110105491231002")


@pytest.mark.parametrize(
    "text",
    ["", "1101051949123100", "11010519491231002XX", "1101051949123100AX", "１１010519491231002X"],
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(IdMalformed):
        parse_national_id(text)


def test_the_number_does_not_show_in_a_log_line() -> None:
    assert "1949" not in repr(parse_national_id("11010519491231002X"))


@pytest.mark.parametrize("serial", range(0, 1000, 37))
def test_the_check_character_agrees_with_an_independent_library(serial: int) -> None:
    first_17 = f"11010519900307{serial:03d}"

    assert check_character(first_17) == ric.calc_check_digit(first_17 + "0")
