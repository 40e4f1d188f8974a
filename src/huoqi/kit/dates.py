"""Shanghai dates and instants: pure, so that rules may use them."""

from datetime import UTC, date, datetime, timedelta, timezone

# China keeps one offset all year, and has since 1991; a fixed zone needs no time-zone database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


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
