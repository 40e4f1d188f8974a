"""Instants as the books keep them: whole microseconds since 1970."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


def us_of(at: datetime) -> int:
    """Return an instant as microseconds since 1970."""
    return (at - _EPOCH) // _US


def instant_of(us: int) -> datetime:
    """Return the instant of some microseconds since 1970.

    >>> instant_of(us_of(_EPOCH)) == _EPOCH
    True
    """
    return _EPOCH + us * _US
