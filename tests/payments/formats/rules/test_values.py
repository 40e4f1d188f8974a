"""Texts, days, instants, numbers and codes are what their types allow."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from huoqi.payments.formats.rules.refusals import ElementMalformed, TextTooLong
from huoqi.payments.formats.rules.values import (
    code_of,
    compact_day_of,
    day_of,
    first_day_from,
    instant_of,
    last_day_until,
    number_of,
    short_text,
    yes_or_no,
)


@pytest.mark.parametrize("text", ["A", "A" * 35, " 活期 ", "😀"])
def test_a_text_has_one_to_so_many_characters(text: str) -> None:
    assert short_text(text) == text.strip()


def test_a_longer_text_is_refused() -> None:
    with pytest.raises(TextTooLong):
        short_text("A" * 36)


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a\nb", "\x85a", "a\ud800", "a\uffff"])
def test_an_empty_or_odd_text_is_refused(text: str) -> None:
    with pytest.raises(ElementMalformed):
        short_text(text)


@pytest.mark.parametrize("text", ["2015-05-12", "2015-05-12Z", "2015-05-12+08:00"])
def test_a_day_is_a_day_of_the_calendar(text: str) -> None:
    assert day_of(text) == date(2015, 5, 12)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((day_of, text) for text in ("2015-02-30", "0000-01-01", "15-05-12", "２０15-05-12", "")),
        *((compact_day_of, text) for text in ("2015-05-12", "20150230", "2015051", "abcdefgh")),
        *((instant_of, text) for text in (
            "2015-05-12", "2015-05-12T24:00:00", "2015-02-30T00:00:00", "2015-05-12T00:00:00+99:00",
            "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "x",
        )),
        *((yes_or_no, text) for text in ("yes", "TRUE", "")),
        *((number_of, text) for text in ("", "-1", "1.0", "１", "9" * 19)),
    ],
)  # fmt: skip
def test_anything_else_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ElementMalformed):
        read(text)


def test_a_day_may_be_written_without_dashes() -> None:
    assert compact_day_of("20150512") == date(2015, 5, 12)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2015-05-12T08:00:00+08:00", datetime(2015, 5, 12, tzinfo=UTC)),
        ("2015-05-12T08:00:00", datetime(2015, 5, 12, tzinfo=UTC)),
        ("2015-05-12T00:00:00.123456789Z", datetime(2015, 5, 12, 0, 0, 0, 123_456, tzinfo=UTC)),
        ("2015-05-12T00:00:00.5Z", datetime(2015, 5, 12, 0, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_an_instant_is_one_in_utc(text: str, at: datetime) -> None:
    assert instant_of(text) == at


def test_a_period_has_days_in_shanghai() -> None:
    begin, end = datetime(2015, 5, 11, 16, tzinfo=UTC), datetime(2015, 5, 12, 16, tzinfo=UTC)

    assert (first_day_from(begin), last_day_until(end)) == (date(2015, 5, 12), date(2015, 5, 12))
    assert last_day_until(datetime(2015, 5, 12, 15, 59, 59, tzinfo=UTC)) == date(2015, 5, 12)


def test_an_instant_beyond_all_calendars_is_of_no_day() -> None:
    with pytest.raises(ElementMalformed):
        first_day_from(datetime(9999, 12, 31, 23, tzinfo=UTC))


def test_yes_and_no_are_two_words_each() -> None:
    assert [yes_or_no(text) for text in ("true", "1", "false", "0")] == [True, True, False, False]


def test_a_number_has_up_to_eighteen_digits() -> None:
    assert number_of("9" * 18) == 10**18 - 1


def test_a_code_is_one_of_a_list() -> None:
    assert code_of("A", frozenset("AB")) == "A"
    with pytest.raises(ElementMalformed, match="A B"):
        code_of("C", frozenset("AB"))
