"""The other simple types of messages: texts of a length, days, instants, yes and no, numbers."""

import re
from datetime import UTC, date, datetime, time, timedelta

from huoqi.kit.dates import SHANGHAI
from huoqi.payments.formats.rules.refusals import ElementMalformed, TextTooLong

MAX_35 = 35
#: Control characters and the halves of pairs cannot be kept or shown.
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_BLANKS = " \t\r\n"
_MOST_DIGITS = 18
_MICROSECONDS = 7  # The point and six digits.
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def short_text(text: str, *, longest: int = MAX_35) -> str:
    """Return a text without blanks around it, of one to so many characters.

    >>> short_text(" HQ01 ")
    'HQ01'

    Errors: ElementMalformed, TextTooLong.
    """
    if text.isalnum() and len(text) <= longest:
        return text  # Nearly every one is, and nothing else need be asked of it.
    plain = text.strip(_BLANKS)
    if len(plain) > longest:
        raise TextTooLong(detail=f"longer than {longest} characters")
    if not plain or _ODD.search(plain):
        raise ElementMalformed(detail="empty, or with control characters")
    return plain


def day_of(text: str) -> date:
    """Return a calendar day; a zone behind it says nothing about days in Shanghai.

    Errors: ElementMalformed.
    """
    found = _DAY.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise ElementMalformed(detail="not a day (YYYY-MM-DD)")


def compact_day_of(text: str) -> date:
    """Return a calendar day written without dashes.

    >>> compact_day_of("20150512").isoformat()
    '2015-05-12'

    Errors: ElementMalformed.
    """
    if len(text) == len("YYYYMMDD"):
        return day_of(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    raise ElementMalformed(detail="not a day (YYYYMMDD)")


def instant_of(text: str) -> datetime:
    """Return an instant in UTC; one without a zone is of Shanghai.

    >>> instant_of("2015-05-12T23:59:59+08:00").isoformat()
    '2015-05-12T15:59:59+00:00'

    Errors: ElementMalformed.
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ElementMalformed(detail="not an instant (YYYY-MM-DDThh:mm:ss)")
    fraction, zone = found[1] or "", found[2] or ""
    plain = text.removesuffix(zone).removesuffix(fraction)
    try:
        at = datetime.fromisoformat(plain + fraction[:_MICROSECONDS] + zone)
        return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ElementMalformed(detail="not an instant (YYYY-MM-DDThh:mm:ss)") from error


def first_day_from(at: datetime) -> date:
    """Return the Shanghai day on which a period begins."""
    return _local(at).date()


def last_day_until(at: datetime) -> date:
    """Return the last Shanghai day of a period; one that ends at midnight ends the day before.

    >>> last_day_until(instant_of("2015-05-13T00:00:00+08:00")).isoformat()
    '2015-05-12'
    """
    local = _local(at)
    is_midnight = local.time() == time() and local.date() > date.min
    return local.date() - timedelta(days=1) if is_midnight else local.date()


def _local(at: datetime) -> datetime:
    try:
        return at.astimezone(SHANGHAI)
    except OverflowError as error:
        raise ElementMalformed(detail="an instant beyond all calendars") from error


def yes_or_no(text: str) -> bool:
    """Return a truth value.

    Errors: ElementMalformed.
    """
    if text not in _BOOLEANS:
        raise ElementMalformed(detail="neither true nor false")
    return _BOOLEANS[text]


def number_of(text: str) -> int:
    """Return a whole number without a sign.

    Errors: ElementMalformed.
    """
    if not (text.isdigit() and text.isascii()) or len(text) > _MOST_DIGITS:
        raise ElementMalformed(detail="not a number of up to 18 digits")
    return int(text)


def code_of(text: str, allowed: frozenset[str]) -> str:
    """Return a code of a list.

    Errors: ElementMalformed.
    """
    if text not in allowed:
        raise ElementMalformed(detail="not a code of " + " ".join(sorted(allowed)))
    return text
