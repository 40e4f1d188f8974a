"""A pool that waits for a database on its way up."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from huoqi.kit.reconnecting import PATIENCE_S, PAUSE_S, once_there

STARTING = psycopg.OperationalError("FATAL:  the database system is starting up")
UNKNOWN = psycopg.OperationalError('FATAL:  database "other" does not exist')


def connecting(*tries: Exception | str) -> Callable[[], str]:
    """Return a connect that fails and succeeds as told, one try after the other."""
    left: Iterator[Exception | str] = iter(tries)

    def connect() -> str:
        found = next(left)
        if isinstance(found, Exception):
            raise found
        return found

    return connect


def test_a_server_that_starts_is_waited_for() -> None:
    waits: list[float] = []

    made = once_there(connecting(STARTING, STARTING, "a connection"), wait=waits.append)

    assert made == "a connection"
    assert waits == [PAUSE_S, PAUSE_S]


def test_what_will_not_pass_is_told_at_once() -> None:
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        once_there(connecting(UNKNOWN, "never asked for"))


def test_patience_ends() -> None:
    clock = iter([0.0, 0.0, PATIENCE_S + 1])

    with pytest.raises(psycopg.OperationalError, match="starting up"):
        once_there(
            connecting(STARTING, STARTING, "too late"),
            wait=lambda _: None,
            now=lambda: next(clock),
        )
