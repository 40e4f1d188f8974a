"""How far the line behind fast redemptions reaches today: by the hours of the days before.

The projection: what was advanced since midnight, divided by the share of a day's advances that the
days before had seen by this time of day. Without any day before, every minute counts the same.
Repayments of the line are not projected, since they come when the register pays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

HOURS = 24
MINUTES = 60
LOW_PARTS = 10
"""The line is low when less than one such part of it is left. Our own choice."""


class Throttle(StrEnum):
    """What fast redemptions find at the line now."""

    NOT_OFFERED = "not_offered"
    UNLIMITED = "unlimited"
    OPEN = "open"
    LOW = "low"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day in Shanghai, to the minute."""

    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Projection:
    """What a day's advances come to by midnight, and by the end of each hour on the way."""

    day_fen: int
    rest_fen: int
    by_hour_end_fen: tuple[int, ...]


def projected(today_fen: int, *, now: TimeOfDay, before_fen: Sequence[int]) -> Projection:
    """Return what a day will come to; ``before_fen`` are the sums of earlier days by hour.

    Every figure is rounded up to the fen, since too much cash does no harm. At 06:00 of a day
    like all others before, in which a quarter of the advances come in the first six hours:

    >>> projected(1_000, now=TimeOfDay(6, 0), before_fen=[1] * 24).day_fen
    4000
    """
    assert len(before_fen) == HOURS
    shares = list(before_fen) if sum(before_fen) > 0 else [1] * HOURS
    elapsed = sum(shares[: now.hour]) * MINUTES + shares[now.hour] * now.minute
    whole = sum(shares) * MINUTES
    if elapsed == 0:
        return Projection(today_fen, 0, (today_fen,) * HOURS)
    ends = [sum(shares[: hour + 1]) * MINUTES for hour in range(HOURS)]
    by_end = tuple(
        today_fen if end <= elapsed else _share_ceiling(today_fen, end, elapsed) for end in ends
    )
    day_fen = _share_ceiling(today_fen, whole, elapsed)
    return Projection(day_fen, day_fen - today_fen, by_end)


def _share_ceiling(amount_fen: int, part: int, whole: int) -> int:
    return -(-amount_fen * part // whole)


def runs_out_in_hour(
    projection: Projection, *, today_fen: int, left_fen: int, now: TimeOfDay
) -> int | None:
    """Return the hour of today in which the line is used up if the day goes on so; None if not.

    >>> day = projected(1_000, now=TimeOfDay(6, 0), before_fen=[1] * 24)
    >>> runs_out_in_hour(day, today_fen=1_000, left_fen=1_000, now=TimeOfDay(6, 0))
    11
    """
    for hour in range(now.hour, HOURS):
        if projection.by_hour_end_fen[hour] - today_fen >= max(left_fen, 1):
            return hour
    return None


def throttle_of(*, limit_fen: int | None, used_fen: int, rest_fen: int) -> Throttle:
    """Return how the line stands: low if a tenth is left, or less than the day still wants."""
    if limit_fen is None:
        return Throttle.UNLIMITED
    left_fen = limit_fen - used_fen
    if left_fen <= 0:
        return Throttle.EXHAUSTED
    if left_fen * LOW_PARTS < limit_fen or left_fen < rest_fen:
        return Throttle.LOW
    return Throttle.OPEN
