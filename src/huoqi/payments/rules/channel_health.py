"""How a channel does of late: answered and unanswered sends, and when it is stopped for a while.

A channel that answers everything has no row and costs nothing to keep: counting begins with the
first send without an answer and ends when that is forgotten.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# All unverified. Beyond the window both counts are halved, so that old sends weigh less and less.
WINDOW = 200
SICK_FROM = 10
SICK_PPM = 500_000
PROBE_AFTER = timedelta(minutes=5)
_ALL_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """Sends of late that were answered and not; while stopped, since when and until which probe."""

    answered: int
    unanswered: int
    sick_since: datetime | None = None
    probe_at: datetime | None = None

    @property
    def is_sick(self) -> bool:
        """Return whether the channel is stopped, except for probes."""
        return self.probe_at is not None


ALL_ANSWERED = ChannelHealth(0, 0)


@dataclass(frozen=True, slots=True)
class Sends:
    """What a batch of sends showed of one channel."""

    answered: int = 0
    unanswered: int = 0
    refused: int = 0  # of the unanswered, those whose connection was refused


def success_ppm(health: ChannelHealth) -> int:
    """Return how many of a million sends of late were answered.

    >>> success_ppm(ChannelHealth(answered=3, unanswered=1))
    750000
    """
    total = health.answered + health.unanswered
    return _ALL_PPM if total == 0 else health.answered * _ALL_PPM // total


def is_worth_noting(health: ChannelHealth | None, sends: Sends) -> bool:
    """Return whether a batch changes what is known: not while everything is answered."""
    return health is not None or sends.unanswered > 0


def after_sends(
    health: ChannelHealth, sends: Sends, *, at: datetime, own_line: bool
) -> ChannelHealth | None:
    """Return a channel's health after a batch of sends; None if nothing is left to remember.

    Half of ten or more unanswered stop a channel for five minutes, then one send probes it: an
    answer forgets everything. A refused connection stops it at once, unless the bank's own line
    keeps that already.
    """
    if health.is_sick:
        if sends.answered:
            return None
        return ChannelHealth(
            health.answered, health.unanswered + sends.unanswered, health.sick_since,
            at + PROBE_AFTER,
        )  # fmt: skip
    answered, unanswered = health.answered + sends.answered, health.unanswered + sends.unanswered
    while answered + unanswered > WINDOW:
        answered, unanswered = answered // 2, unanswered // 2
    if unanswered == 0:
        return None
    now = ChannelHealth(answered, unanswered)
    is_dead = bool(sends.refused) and not sends.answered and not own_line
    is_poor = unanswered >= SICK_FROM and success_ppm(now) <= _ALL_PPM - SICK_PPM
    if not (is_dead or is_poor):
        return now
    return ChannelHealth(answered, unanswered, at, at + PROBE_AFTER)
