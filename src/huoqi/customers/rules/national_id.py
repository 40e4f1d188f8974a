"""The 18-character citizen identity number of GB 11643: form, place, date, check character."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

from huoqi.kit.errors import DomainError

_FORM = re.compile(r"[0-9]{17}[0-9Xx]", re.ASCII)
_OLD_FORM = re.compile(r"[0-9]{15}", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

# Province level only. Counties come and go (GB/T 2260), and old cards keep a retired code, so the
# other four digits are not looked up. 81-83 are residents' permits from Hong Kong, Macau, Taiwan.
_PROVINCES = frozenset(
    f"{code}"
    for span in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(span[0], span[1] + 1)
)
# Nobody with a number was born before; the upper end keeps every birthday inside the calendar.
_YEARS = range(1800, 2400)


class IdMalformed(DomainError):
    """The text is not 17 digits and a digit or X."""

    code: ClassVar[str] = "identity.malformed"


class IdOldFormat(DomainError):
    """A first-generation number of 15 digits; such cards are not valid any more."""

    code: ClassVar[str] = "identity.old_format"


class IdNoSuchRegion(DomainError):
    """The first two digits name no province, region or municipality."""

    code: ClassVar[str] = "identity.no_such_region"


class IdChecksum(DomainError):
    """The last character is not the one that the other 17 require: most often a typing slip."""

    code: ClassVar[str] = "identity.checksum"


class IdNoSuchDate(DomainError):
    """Digits 7 to 14 are not a date of the calendar."""

    code: ClassVar[str] = "identity.no_such_date"


@dataclass(frozen=True, slots=True)
class NationalId:
    """A number that passed every check, in its stored form (upper-case X)."""

    # Kept out of repr: an assertion or a log line must not show it.
    number: str = field(repr=False)
    birth_on: date = field(repr=False)
    sex: Literal["female", "male"]

    @property
    def region(self) -> str:
        """Return the six digits of the place where the number was first given."""
        return self.number[:6]

    @property
    def sequence(self) -> str:
        """Return the three digits that tell people of one place and day apart."""
        return self.number[14:17]


def check_character(first_17: str) -> str:
    """Return the check character that 17 digits require (ISO 7064, MOD 11-2).

    >>> check_character("11010519491231002")
    'X'
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def parse_national_id(text: str) -> NationalId:
    """Return the checked number; raise the first refusal that applies.

    Form, then place, then check character (a slip is likelier than a wrong date), then date.

    >>> parse_national_id("11010519491231002x").sex
    'female'
    """
    if _OLD_FORM.fullmatch(text):
        raise IdOldFormat
    if not _FORM.fullmatch(text):
        raise IdMalformed
    number = text.upper()
    if number[:2] not in _PROVINCES:
        raise IdNoSuchRegion
    if check_character(number[:17]) != number[17]:
        raise IdChecksum
    sex: Literal["female", "male"] = "male" if int(number[16]) % 2 else "female"
    return NationalId(number=number, birth_on=_birth_date(number[6:14]), sex=sex)


def _birth_date(digits: str) -> date:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if year not in _YEARS:
        raise IdNoSuchDate
    try:
        return date(year, month, day)
    except ValueError as error:
        raise IdNoSuchDate from error
