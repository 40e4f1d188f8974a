"""What an event may carry: plain names, integers, and short texts that name no person."""

import re
from collections.abc import Mapping
from functools import lru_cache

from huoqi.kit.personal_data import holds_personal_data, is_private_name

Value = int | str | bool | None

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TYPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
# ASCII without spaces: codes, ids, dates, numbers. A name or a sentence does not fit.
_TEXT = re.compile(r"[A-Za-z0-9_.:,+/|=-]{0,200}")
_SCALED = re.compile(r".*_(?:fen|e2|e3|e5|e9|bp|ppm|count|days|ms)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UUID_LENGTH = 36
_SHORT = 16
_INTEGER = re.compile(r"-?[0-9]{1,19}")


@lru_cache(maxsize=4_096)
def is_event_type(text: str) -> bool:
    """Return whether a text is a type such as ``fund.purchase.placed``."""
    return _TYPE.fullmatch(text) is not None


def unfit_fields(data: Mapping[str, Value]) -> list[str]:
    """Return the names of fields that may not stand in an event, none when all is well.

    >>> unfit_fields({"amount_fen": 10_000, "state": "paid", "holder_phone": 1})
    ['holder_phone']
    """
    return [
        name
        for name, value in data.items()
        if not (isinstance(value, str) and (name, value) in _FIT_CODES) and not _is_fit(name, value)
    ]


# Codes, states and dates come again and again; ids and amounts do not.
_FIT_CODES: set[tuple[str, str]] = set()
_FIT_CODES_MAX = 4_096


def _is_fit(name: str, value: object) -> bool:
    is_fit = _judged(name, value)
    if is_fit and isinstance(value, str) and len(value) <= _SHORT:
        if len(_FIT_CODES) >= _FIT_CODES_MAX:
            _FIT_CODES.clear()
        _FIT_CODES.add((name, value))
    return is_fit


def _judged(name: str, value: object) -> bool:
    if not _is_fit_name(name):
        return False
    if not isinstance(value, str):
        return value is None or isinstance(value, int)
    if len(value) == _UUID_LENGTH and _UUID.fullmatch(value):
        return True
    if not _TEXT.fullmatch(value):
        return False
    # An amount of eleven digits may look like a mobile number; its name says what it is.
    return not holds_personal_data(value) or bool(
        _SCALED.fullmatch(name) and _INTEGER.fullmatch(value)
    )


@lru_cache(maxsize=4_096)
def _is_fit_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not is_private_name(name)
