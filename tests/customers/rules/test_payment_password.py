"""Payment passwords that a thief would try first are refused with the reason."""

from datetime import date

import pytest

from huoqi.customers.rules.payment_password import (
    PaymentPasswordMalformed,
    PaymentPasswordTooEasy,
    check_payment_password,
)

BORN_ON = date(1990, 3, 7)


@pytest.mark.parametrize("digits", ["280417", "907331", "112358"])
def test_an_unremarkable_number_is_fine(digits: str) -> None:
    check_payment_password(digits, birth_on=BORN_ON)


@pytest.mark.parametrize("digits", ["", "12345", "1234567", "12a456", "１23456"])
def test_it_has_six_digits(digits: str) -> None:
    with pytest.raises(PaymentPasswordMalformed):
        check_payment_password(digits, birth_on=BORN_ON)


@pytest.mark.parametrize(
    ("digits", "reason"),
    [
        ("000000", "repeat"),
        ("121212", "repeat"),
        ("123123", "repeat"),
        ("123456", "sequence"),
        ("654321", "sequence"),
        ("789012", "sequence"),
        ("900307", "birthday"),
        ("199003", "birthday"),
        ("030790", "birthday"),
    ],
)
def test_the_first_guesses_are_refused(digits: str, reason: str) -> None:
    with pytest.raises(PaymentPasswordTooEasy) as refused:
        check_payment_password(digits, birth_on=BORN_ON)

    assert refused.value.params == {"reason": reason}


def test_without_a_known_birthday_the_other_checks_stand() -> None:
    check_payment_password("900307", birth_on=None)
    with pytest.raises(PaymentPasswordTooEasy):
        check_payment_password("123456", birth_on=None)
