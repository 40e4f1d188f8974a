"""Shanghai dates and instants: pure, so that rules may use them."""

from datetime import UTC, date, datetime, timedelta, timezone

# China keeps one offset all year, and has since 1991; a fixed zone needs no time-zone database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_EPOCH_ON = date(2000, 1, 1)
_EPOCH_AT = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def shanghai_date(at: datetime) -> date:
    """Return the Shanghai calendar date of an instant.

    >>> shanghai_date(datetime(2015, 5, 11, 16, 0, tzinfo=UTC))
    datetime.date(2015, 5, 12)
    """
    assert at.tzinfo is not None
    return at.astimezone(SHANGHAI).date()


def shanghai_midnight(on: date) -> datetime:
    """Return the instant at which a Shanghai date begins, in UTC.

    >>> shanghai_midnight(date(2015, 5, 11)).isoformat()
    '2015-05-10T16:00:00+00:00'
    """
    return shanghai_at(on, hour=0)


def shanghai_at(on: date, *, hour: int, minute: int = 0) -> datetime:
    """Return the instant of a Shanghai wall-clock time, in UTC.

    >>> shanghai_at(date(2015, 5, 11), hour=15).isoformat()
    '2015-05-11T07:00:00+00:00'
    """
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def days_since_2000(on: date) -> int:
    """Return a date as the database counts it.

    >>> days_since_2000(date(2015, 5, 11))
    5609
    """
    return (on - _EPOCH_ON).days


def date_of_days(days: int) -> date:
    """Return the date that the database counts so.

    >>> date_of_days(5609)
    datetime.date(2015, 5, 11)
    """
    return _EPOCH_ON + timedelta(days=days)


def micros_since_2000(at: datetime) -> int:
    """Return an instant as the database counts it."""
    return (at - _EPOCH_AT) // _MICROSECOND
