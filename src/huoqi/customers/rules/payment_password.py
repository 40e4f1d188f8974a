"""The six-digit payment password: its form, and those that a thief would try first."""

import re
from datetime import date
from itertools import pairwise
from typing import ClassVar

from huoqi.kit.errors import DomainError

_FORM = re.compile(r"[0-9]{6}", re.ASCII)
_REPEAT = re.compile(r"([0-9]{1,3}?)\1+", re.ASCII)


class PaymentPasswordMalformed(DomainError):
    """The text is not six digits."""

    code: ClassVar[str] = "payment_password.malformed"


class PaymentPasswordTooEasy(DomainError):
    """Six digits that are guessed first; ``reason`` is repeat, sequence or birthday."""

    code: ClassVar[str] = "payment_password.too_easy"


def check_payment_password(digits: str, *, birth_on: date | None) -> None:
    """Return nothing for a fit password; raise what is wrong with it otherwise."""
    if not _FORM.fullmatch(digits):
        raise PaymentPasswordMalformed
    if _REPEAT.fullmatch(digits):
        raise PaymentPasswordTooEasy(reason="repeat")
    if _is_run(digits):
        raise PaymentPasswordTooEasy(reason="sequence")
    if birth_on is not None and digits in _birthday_forms(birth_on):
        raise PaymentPasswordTooEasy(reason="birthday")


def _is_run(digits: str) -> bool:
    """Return whether each digit is the next, or each the one before, counting 9 and 0 as near."""
    numbers = [int(digit) for digit in digits]
    steps = {(after - before) % 10 for before, after in pairwise(numbers)}
    return steps in ({1}, {9})


def _birthday_forms(birth_on: date) -> set[str]:
    """Return the six-digit ways in which people write their birthday."""
    year, month, day = f"{birth_on:%Y}", f"{birth_on:%m}", f"{birth_on:%d}"
    short = year[2:]
    return {
        short + month + day,
        month + day + short,
        day + month + short,
        year + month,
        month + year,
    }
