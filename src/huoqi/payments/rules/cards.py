"""What a card number says: Luhn, bank and kind by the longest BIN, length; debit only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from huoqi.kit.errors import DomainError

_NUMBER = re.compile(r"[0-9]{12,19}", re.ASCII)
_SPACING = re.compile(r"[ -]")


class CardKind(StrEnum):
    """What sort of card a BIN belongs to, as the card scheme names it."""

    DEBIT = "DC"
    CREDIT = "CC"
    SEMI_CREDIT = "SCC"
    PREPAID = "PC"


class CardMalformed(DomainError):
    """The text is not 12 to 19 digits."""

    code: ClassVar[str] = "card.malformed"


class CardChecksum(DomainError):
    """The last digit is not the one that Luhn's rule requires: most often a typing slip."""

    code: ClassVar[str] = "card.checksum"


class CardBankUnknown(DomainError):
    """No bank that we work with issues cards that begin so."""

    code: ClassVar[str] = "card.bank_unknown"


class CardWrongLength(DomainError):
    """Cards of this BIN have another number of digits."""

    code: ClassVar[str] = "card.wrong_length"


class CardNotDebit(DomainError):
    """A credit or prepaid card: money may come from and go to debit cards only."""

    code: ClassVar[str] = "card.not_debit"


@dataclass(frozen=True, slots=True)
class Bin:
    """A range of card numbers: the digits they begin with, their length, bank and kind."""

    prefix: str
    length: int
    bank: str
    kind: CardKind


@dataclass(frozen=True, slots=True)
class CardFace:
    """What may be kept of a card number in clear."""

    bank: str
    last_four: str


def luhn_digit(digits: str) -> int:
    """Return the digit that makes a card number of these digits sound.

    >>> luhn_digit("622202123456789012")
    8
    """
    total = 0
    for place, character in enumerate(reversed(digits)):
        doubled = int(character) * (2 - place % 2)
        total += doubled if doubled < 10 else doubled - 9
    return -total % 10


def plain_number(text: str) -> str:
    """Return a card number's digits without spacing; raise CardMalformed or CardChecksum.

    >>> plain_number("6222 0212 3456 7890 128")
    '6222021234567890128'
    """
    number = _SPACING.sub("", text)
    if not _NUMBER.fullmatch(number):
        raise CardMalformed
    if luhn_digit(number[:-1]) != int(number[-1]):
        raise CardChecksum
    return number


def read_card(number: str, *, bins: Iterable[Bin]) -> CardFace:
    """Return bank and last four digits of a sound debit card number; raise why not otherwise.

    The longest prefix wins, so that a small bank inside a large one's range is told apart.
    """
    matching = [bin_ for bin_ in bins if number.startswith(bin_.prefix)]
    if not matching:
        raise CardBankUnknown
    longest = max(len(bin_.prefix) for bin_ in matching)
    nearest = [bin_ for bin_ in matching if len(bin_.prefix) == longest]
    fitting = [bin_ for bin_ in nearest if bin_.length == len(number)]
    if not fitting:
        raise CardWrongLength(expected_digits=nearest[0].length)
    if fitting[0].kind is not CardKind.DEBIT:
        raise CardNotDebit
    return CardFace(bank=fitting[0].bank, last_four=number[-4:])
