"""One field's bytes and what they mean: the scalar form, to which the columns are held equal.

Blank digits and text read as "", a blank number as None: nothing was said. A number of zeros is 0.
What a record does not name at all is written as blanks or as zeros; None is written as blanks.
"""

from typing import ClassVar

from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.places import OfdRefused, Place

ENCODING = "gb18030"
Value = str | int | None


class NumberMalformed(OfdRefused):
    """A number is neither blank nor made of digits only."""

    code: ClassVar[str] = "ofd.number_malformed"


class TextMalformed(OfdRefused):
    """A text is not whole characters of GB18030, or holds a control character."""

    code: ClassVar[str] = "ofd.text_malformed"


class SignMissing(OfdRefused):
    """A number is, or may be, below zero and no flag says so."""

    code: ClassVar[str] = "ofd.sign_missing"


class SignMalformed(OfdRefused):
    """A sign flag is not 0 or 1, or does not fit its number."""

    code: ClassVar[str] = "ofd.sign_malformed"


class ValueTooWide(OfdRefused):
    """A value needs more bytes than its field has."""

    code: ClassVar[str] = "ofd.value_too_wide"


class ValueMalformed(OfdRefused):
    """A value is not of the kind that its field holds."""

    code: ClassVar[str] = "ofd.value_malformed"


def cut_text(text: str, *, width: int) -> str:
    """Return as many whole characters from the begin as fit in so many bytes.

    >>> cut_text("活期宝", width=5)
    '活期'
    """
    return text.encode(ENCODING)[:width].decode(ENCODING, errors="ignore")


def decode_text(data: bytes, *, kind: Kind, place: Place) -> str:
    """Return a field's text without the blanks behind it.

    Errors: TextMalformed.
    """
    body = data.rstrip(b" ")
    most = 0x7F if kind is Kind.DIGITS else 0x100
    if any(byte < 0x20 or byte == 0x7F or byte >= most for byte in body):
        raise TextMalformed(**place.facts())
    try:
        return body.decode(ENCODING)
    except UnicodeDecodeError as error:
        raise TextMalformed(**place.facts()) from error


def encode_text(value: Value, *, field: Field, place: Place) -> bytes:
    """Return a field's bytes, filled with blanks.

    Errors: ValueMalformed, TextMalformed, ValueTooWide.
    """
    if not isinstance(value, str):
        raise ValueMalformed(**place.facts())
    try:
        data = value.encode(ENCODING)
    except UnicodeEncodeError as error:
        raise TextMalformed(**place.facts()) from error
    if len(data) > field.width:
        raise ValueTooWide(**place.facts(), width=field.width)
    if decode_text(data, kind=field.kind, place=place) != value:
        raise ValueMalformed(**place.facts())
    return data.ljust(field.width)


def decode_number(data: bytes, *, place: Place) -> int | None:
    """Return a number without its point, None where the field is blank.

    Errors: NumberMalformed, SignMissing where a minus stands among the digits.
    """
    if data.isdigit():
        return int(data)
    if b"-" in data:
        raise SignMissing(**place.facts())
    if data.strip(b" "):
        raise NumberMalformed(**place.facts())
    return None


def encode_number(value: int | None, *, field: Field, place: Place) -> bytes:
    """Return a number's digits behind zeros, without its sign; blanks for None.

    Errors: ValueTooWide.
    """
    if value is None:
        return b" " * field.width
    digits = str(abs(value)).encode("ascii")
    if len(digits) > field.width:
        raise ValueTooWide(**place.facts(), width=field.width)
    return digits.zfill(field.width)


def signed(magnitude: int | None, *, flag: bytes, place: Place) -> int | None:
    """Return a number with its sign: flag 0 is plus, 1 is minus, blank says nothing of nothing.

    >>> signed(136920, flag=b"1", place=Place("a.TXT"))
    -136920

    Errors: SignMalformed, SignMissing where the flag of an amount is blank.
    """
    if flag == b" ":
        if magnitude:
            raise SignMissing(**place.facts())
        return magnitude
    if flag not in {b"0", b"1"}:
        raise SignMalformed(**place.facts())
    return -magnitude if magnitude and flag == b"1" else magnitude
