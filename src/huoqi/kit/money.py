"""Integers that carry money and units: range checks and exact text forms for the edges."""

import re
from typing import ClassVar

from huoqi.kit.errors import DomainError

INT64_MAX = 2**63 - 1
_MINOR = re.compile(r"-?(0|[1-9][0-9]{0,18})")


class AmountMalformed(DomainError):
    """The text is not an integer of minor units, or does not fit in 64 bits."""

    code: ClassVar[str] = "validation.amount_malformed"


def parse_minor(text: str) -> int:
    """Return an integer of minor units from its wire form; raise AmountMalformed otherwise.

    >>> parse_minor("123456")
    123456
    """
    if not _MINOR.fullmatch(text) or text == "-0":
        raise AmountMalformed
    value = int(text)
    if not -INT64_MAX - 1 <= value <= INT64_MAX:
        raise AmountMalformed
    return value


def parse_scaled(text: str, *, decimals: int) -> int:
    """Return a decimal text as an integer of 10**-decimals; no exponent, no lost digit.

    >>> parse_scaled("1.3692", decimals=5)
    136920
    >>> parse_scaled("-0.6228", decimals=5)
    -62280
    """
    match = re.fullmatch(r"(-?)([0-9]{1,15})(?:\.([0-9]+))?", text.strip(), re.ASCII)
    if match is None:
        raise AmountMalformed
    sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
    if len(fraction) > decimals:
        raise AmountMalformed
    value = int(whole + fraction.ljust(decimals, "0"))
    return -value if sign else value


def format_scaled(value: int, *, decimals: int) -> str:
    """Return an integer of 10**-decimals as decimal text with every decimal shown.

    >>> format_scaled(-5, decimals=2)
    '-0.05'
    """
    sign = "-" if value < 0 else ""
    whole, fraction = divmod(abs(value), 10**decimals)
    return f"{sign}{whole}.{fraction:0{decimals}d}" if decimals else f"{sign}{whole}"
