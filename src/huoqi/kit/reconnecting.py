"""Connections that wait for a database that is on its way up, so that it serves again at once.

The pool by itself tries once and then pauses for a second, two, four: a database that was killed
is back before the second try, and its callers would wait for the third.
"""

import time
from collections.abc import Callable
from typing import Any, Self, TypeVar

import psycopg

Made = TypeVar("Made")

PATIENCE_S = 4.0
PAUSE_S = 0.05
#: What the driver is told by a socket that nobody listens on, and by a server that is not ready.
PASSING = (
    "No such file or directory",
    "Connection refused",
    "the database system is starting up",
    "the database system is in recovery mode",
    "the database system is not yet accepting connections",
)


def is_passing(error: psycopg.OperationalError) -> bool:
    """Return whether a connection that failed so may succeed in a moment.

    >>> is_passing(psycopg.OperationalError("FATAL:  the database system is starting up"))
    True
    >>> is_passing(psycopg.OperationalError('FATAL:  database "other" does not exist'))
    False
    """
    return any(sign in str(error) for sign in PASSING)


def once_there(
    connect: Callable[[], Made],
    *,
    wait: Callable[[float], object] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Made:
    """Return what ``connect`` makes, trying again for a while if the server is not there yet."""
    deadline = now() + PATIENCE_S
    while True:
        try:
            return connect()
        except psycopg.OperationalError as error:
            if not is_passing(error) or now() > deadline:
                raise
        wait(PAUSE_S)


# Rows are of whatever columns a statement has.
class WaitingConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection of the pool: making one waits for a server that starts."""

    @classmethod
    def connect(cls, conninfo: str = "", **settings: Any) -> Self:  # noqa: ANN401 - the driver's own
        """Return a connection, once the server is there."""
        connect = super().connect
        return once_there(lambda: connect(conninfo, **settings))
