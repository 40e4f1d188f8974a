"""Mainland mobile numbers: eleven digits that begin with 13 to 19."""

import re
from typing import ClassVar

from huoqi.kit.errors import DomainError

TAIL_DIGITS = 4
_SPACING = re.compile(r"[ -]")
_MOBILE = re.compile(r"(?:\+86|0086)?(1[3-9][0-9]{9})", re.ASCII)


class PhoneMalformed(DomainError):
    """The text is not a mainland mobile number."""

    code: ClassVar[str] = "identity.phone_malformed"


def parse_mobile(text: str) -> str:
    """Return the eleven digits of a mainland mobile number, without country code or spacing.

    >>> parse_mobile("+86 138-0013-8000")
    '13800138000'
    """
    match = _MOBILE.fullmatch(_SPACING.sub("", text))
    if match is None:
        raise PhoneMalformed
    return match[1]


def masked_mobile(digits: str) -> str:
    """Return the form that may be shown: the first three and the last four digits.

    >>> masked_mobile("13800138000")
    '138****8000'
    """
    assert len(digits) == 11
    return f"{digits[:3]}****{digits[7:]}"
