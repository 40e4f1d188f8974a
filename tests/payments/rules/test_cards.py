"""Card numbers: Luhn, the longest BIN, length, debit only."""

import pytest

from huoqi.payments.rules.cards import (
    Bin,
    CardBankUnknown,
    CardChecksum,
    CardFace,
    CardKind,
    CardMalformed,
    CardNotDebit,
    CardWrongLength,
    luhn_digit,
    plain_number,
    read_card,
)

BINS = (
    Bin("622202", 19, "ICBC", CardKind.DEBIT),
    Bin("62220299", 19, "CITIC", CardKind.DEBIT),
    Bin("622230", 16, "ICBC", CardKind.CREDIT),
)


def completed(digits: str) -> str:
    return digits + str(luhn_digit(digits))


def test_the_published_example_is_an_icbc_debit_card() -> None:
    number = plain_number("6222021234567890128")

    assert read_card(number, bins=BINS) == CardFace(bank="ICBC", last_four="0128")


def test_a_five_at_a_doubled_place_counts_one() -> None:
    assert luhn_digit("555555555555444") == 4


def test_spaces_as_printed_on_the_card_are_fine() -> None:
    assert plain_number("6222 0212 3456 7890 128") == "6222021234567890128"


def test_one_wrong_digit_is_a_slip() -> None:
    with pytest.raises(CardChecksum):
        plain_number("6222021234567890127")


@pytest.mark.parametrize("text", ["", "62220212345", "62220212345678901281", "6222o21234567890128"])
def test_what_is_no_number_is_malformed(text: str) -> None:
    with pytest.raises(CardMalformed):
        plain_number(text)


def test_the_longest_prefix_wins() -> None:
    number = completed("622202990000000000")

    assert read_card(number, bins=BINS).bank == "CITIC"


def test_an_unknown_beginning_is_another_bank() -> None:
    with pytest.raises(CardBankUnknown):
        read_card(completed("999999000000000"), bins=BINS)


def test_a_digit_too_few_for_its_bin_is_refused_with_the_length() -> None:
    with pytest.raises(CardWrongLength) as refused:
        read_card(completed("62220212345678901"), bins=BINS)

    assert refused.value.params == {"expected_digits": 19}


def test_a_credit_card_is_refused() -> None:
    with pytest.raises(CardNotDebit):
        read_card(completed("622230123456789"), bins=BINS)
