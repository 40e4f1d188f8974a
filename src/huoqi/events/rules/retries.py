"""When a message that did not arrive is sent again, and when a receiver is left in peace."""

from datetime import timedelta

#: After the first try, the second and so on; real time. Then it is given up: the log still has it.
SCHEDULE_S = (5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400)
#: A receiver that is away gets one message at a time, after a rest that doubles up to this.
_REST_S = 1
_REST_MOST_S = 60
_OK = range(200, 300)
_BUSY = frozenset({408, 425, 429})


def retry_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries of a message; None means that it is given up.

    >>> retry_after(1), retry_after(10), retry_after(11) is None
    (datetime.timedelta(seconds=5), datetime.timedelta(days=1), True)
    """
    assert tries > 0
    return timedelta(seconds=SCHEDULE_S[tries - 1]) if tries <= len(SCHEDULE_S) else None


def rest_after(failures: int) -> timedelta:
    """Return how long a receiver rests that was away so many times in a row.

    >>> [rest_after(n).seconds for n in (1, 2, 3, 9)]
    [1, 2, 4, 60]
    """
    assert failures > 0
    return timedelta(seconds=min(_REST_S << min(failures - 1, 16), _REST_MOST_S))


def has_arrived(status: int | None) -> bool:
    """Return whether an answer says that the message was taken."""
    return status in _OK


def is_away(status: int | None) -> bool:
    """Return whether nothing will arrive just now, whatever is sent: no answer, or no time.

    >>> is_away(None), is_away(503), is_away(429), is_away(400)
    (True, True, True, False)
    """
    return status is None or status >= 500 or status in _BUSY
