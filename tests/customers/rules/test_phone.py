"""Mainland mobile numbers as people type them."""

import pytest

from huoqi.customers.rules.phone import PhoneMalformed, masked_mobile, parse_mobile


@pytest.mark.parametrize(
    "text", ["13800138000", "+8613800138000", "+86 138 0013 8000", "0086-138-0013-8000"]
)
def test_the_usual_ways_to_write_one_number_are_one_number(text: str) -> None:
    assert parse_mobile(text) == "13800138000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12800138000",
        "1380013800",
        "138001380000",
        "01062345678",
        "１３８00138000",
        "+1 2125551234",
    ],
)
def test_other_numbers_are_refused(text: str) -> None:
    with pytest.raises(PhoneMalformed):
        parse_mobile(text)


def test_the_middle_is_hidden_when_shown() -> None:
    assert masked_mobile("13800138000") == "138****8000"
