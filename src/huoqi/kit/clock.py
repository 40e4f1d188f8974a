"""The business clock: the only place that may read the machine's time for business.

A clock is read once, when a unit of work begins; everything inside takes ``work.at``.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

import psycopg

from huoqi.kit.errors import DomainError

# Rows come back as plain tuples whose types the statement decides.
Connection = psycopg.Connection[tuple[Any, ...]]


class ClockAdvancing(DomainError):
    """The time machine is moving; work that changes money waits until it stands still."""

    code: ClassVar[str] = "clock.advancing"


class Clock(Protocol):
    """Gives the business instant of a unit of work."""

    def read(self, conn: Connection, *, while_advancing: bool) -> datetime:
        """Return the business instant in UTC; raise ClockAdvancing if it is on the move."""
        ...


class SystemClock:
    """Live mode: business time is the machine's time."""

    def read(self, conn: Connection, *, while_advancing: bool) -> datetime:  # noqa: ARG002
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is set: for tests and for scripts."""

    def __init__(self, at: datetime) -> None:
        assert at.tzinfo is not None
        self.at = at.astimezone(UTC)

    def read(self, conn: Connection, *, while_advancing: bool) -> datetime:  # noqa: ARG002
        """Return the instant that was set last."""
        return self.at


class TableClock:
    """Sandbox mode: one row of the database is the clock, so a branch carries its own time."""

    def read(self, conn: Connection, *, while_advancing: bool) -> datetime:
        """Return the row's instant; raise ClockAdvancing unless the caller is the mover."""
        # The function keeps the clock from moving until this transaction ends; the mover itself
        # and readers of a moving clock do not ask for that.
        if while_advancing:
            row = conn.execute("SELECT at, state FROM business_clock").fetchone()
        else:
            row = conn.execute("SELECT at, state FROM business_clock_read()").fetchone()
        assert row is not None, "migration 0001 writes the clock's only row"
        at: datetime = row[0]
        if row[1] == "advancing" and not while_advancing:
            raise ClockAdvancing
        return at.astimezone(UTC)


def machine_now() -> datetime:
    """Return the machine's time, for transport only: token expiry, rate limits, signatures."""
    return datetime.now(UTC)
