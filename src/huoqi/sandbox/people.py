"""Made-up people: names, identity numbers, phones and cards that no real person can have.

The place 119999 was never given to a county, numbers that begin with 154 to no operator, and each
name says that it is simulated; check digits are right all the same.
"""

from dataclasses import dataclass, field
from datetime import date

from huoqi.customers.rules.national_id import check_character
from huoqi.payments.rules.cards import luhn_digit

REGION = "119999"
SIMULATED = "模拟"
_FIRST_BIRTHDAY = date(1946, 1, 1)
_BIRTHDAYS = 18_000
# Coprime to the number of birthdays, so that neighbours in number differ in age.
_STRIDE = 7_919
_FIRST_SEQUENCE = 100
_SEQUENCES = 300  # 100 to 399: none of them is a magic value
_SOUNDS = "安白晨朵恩帆歌禾江可蓝明宁欧朋晴若沙棠维溪雅舟芷"
_PLAIN_ENDINGS = 9_000


@dataclass(frozen=True, slots=True)
class Issuer:
    """A bank as card numbers show it: the digits they begin with, and their length."""

    bank: str
    prefix: str
    length: int


#: Where simulated people keep their accounts; large banks come up more often.
ISSUERS = (
    Issuer("ICBC", "622202", 19),
    Issuer("CCB", "436742", 19),
    Issuer("ABC", "620059", 19),
    Issuer("BOC", "620061", 19),
    Issuer("ICBC", "622202", 19),
    Issuer("CMB", "621286", 16),
    Issuer("CCB", "436742", 19),
    Issuer("BCOM", "620013", 16),
    Issuer("PSBC", "620062", 19),
    Issuer("CITIC", "620082", 16),
    Issuer("CEB", "620085", 16),
    Issuer("CMBC", "415599", 16),
    Issuer("CIB", "622908", 18),
    Issuer("SPDB", "620530", 19),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up adult with a debit card, by number."""

    number: int
    bank: str
    name: str = field(repr=False)
    national_id: str = field(repr=False)
    phone: str = field(repr=False)
    card: str = field(repr=False)


def person(number: int, *, issuer: Issuer | None = None) -> Person:
    """Return the person of a number from 0 on; different numbers never share a document.

    >>> person(7).phone, person(7).bank
    ('15400000007', 'BCOM')
    >>> len(person(100_007).card), len({person(number).card for number in range(99_990, 100_020)})
    (19, 30)
    """
    assert 0 <= number < _BIRTHDAYS * _SEQUENCES
    at = issuer or ISSUERS[number % len(ISSUERS)]
    if number >= 10 ** serial_digits(at):  # the shorter cards of a bank are used up
        at = ISSUERS[0]
    return Person(
        number=number,
        bank=at.bank,
        name=f"{SIMULATED}·{_given_name(number)}",
        national_id=national_id(_birthday(number), sequence=_sequence(number)),
        phone=f"154{number:08d}",
        card=card_number(at, serial=number, last_four=f"{1_000 + number % _PLAIN_ENDINGS}"),
    )


def national_id(birth_on: date, *, sequence: int, region: str = REGION) -> str:
    """Return a number of GB 11643 with its check character.

    >>> national_id(date(1997, 5, 12), sequence=17, region="110105")
    '110105199705120170'
    """
    first = f"{region}{birth_on:%Y%m%d}{sequence:03d}"
    return first + check_character(first)


def card_number(issuer: Issuer, *, serial: int, last_four: str) -> str:
    """Return a card number that ends as asked; the digit before the last four makes it sound.

    >>> card_number(ISSUERS[0], serial=1, last_four="0000")
    '6222020000000180000'
    """
    width = serial_digits(issuer)
    for digit in "0123456789":
        number = f"{issuer.prefix}{serial:0{width}d}{digit}{last_four}"
        if luhn_digit(number[:-1]) == int(number[-1]):
            return number
    raise AssertionError("one of ten digits always fits")


def serial_digits(issuer: Issuer) -> int:
    """Return how many digits of a card tell its holder: all but prefix, check digits and ending."""
    return issuer.length - len(issuer.prefix) - 5


def _given_name(number: int) -> str:
    first, second = divmod(number % len(_SOUNDS) ** 2, len(_SOUNDS))
    return _SOUNDS[second] + _SOUNDS[first]


def _birthday(number: int) -> date:
    days = number * _STRIDE % _BIRTHDAYS
    return date.fromordinal(_FIRST_BIRTHDAY.toordinal() + days)


def _sequence(number: int) -> int:
    return _FIRST_SEQUENCE + number // _BIRTHDAYS
