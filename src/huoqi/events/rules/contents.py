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
    return [name for name, value in data.items() if not _is_fit(name, value)]


def _is_fit(name: str, value: object) -> bool:
    # Codes, states and dates come again and again; ids and amounts do not.
    if isinstance(value, str) and len(value) <= _SHORT:
        return _is_fit_code(name, value)
    return _judged(name, value)


@lru_cache(maxsize=4_096)
def _is_fit_code(name: str, value: str) -> bool:
    return _judged(name, value)


def _judged(name: str, value: object) -> bool:
    if not _is_fit_name(name):
        return False
    if not isinstance(value, str):
        return value is None or isinstance(value, int)
    if not _TEXT.fullmatch(value):
        return False
    # An amount of eleven digits may look like a mobile number; its name says what it is.
    return not holds_personal_data(value) or bool(
        _SCALED.fullmatch(name) and _INTEGER.fullmatch(value)
    )


@lru_cache(maxsize=4_096)
def _is_fit_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not is_private_name(name)
