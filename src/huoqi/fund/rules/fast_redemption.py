"""Fast redemption: cash now under dated limits, advanced from a line that never goes below zero.

Fund page, section 7. Checks run in one order: units, count of the day, sum of the day, advance
line. The dealing price is 1.00, so that one fen of cash is 0.01 unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, NamedTuple

from huoqi.kit.dates import shanghai_date
from huoqi.kit.errors import DomainError


class FastRedemptionNotOffered(DomainError):
    """No limits for fast redemption are in force on the date, so it is not offered."""

    code: ClassVar[str] = "redeem.fast_not_offered"


class InsufficientUnits(DomainError):
    """The holding has fewer confirmed, unfrozen units than the redemption asks for."""

    code: ClassVar[str] = "redeem.insufficient_units"


class FastCountReached(DomainError):
    """The day's number of fast redemptions is used up; the normal redemption is offered."""

    code: ClassVar[str] = "redeem.fast_count"


class FastCapReached(DomainError):
    """The day's sum of fast redemptions would be exceeded; the normal redemption is offered."""

    code: ClassVar[str] = "redeem.fast_cap"


class AdvanceLineExhausted(DomainError):
    """The advance provider's line cannot carry the amount; the normal redemption is offered."""

    code: ClassVar[str] = "redeem.pool_exhausted"


@dataclass(frozen=True, slots=True)
class FastLimits:
    """The limits of one period, upper end excluded, by Shanghai date; None is no limit."""

    effective_from: date
    effective_until: date | None
    max_count: int | None
    max_amount_fen: int | None


class QuotaKey(NamedTuple):
    """What a day's count and sum belong to."""

    investor: str
    fund: str
    distributor: str
    on: date


@dataclass(frozen=True, slots=True)
class FastPosition:
    """Everything that one fast redemption draws on, as it stands before or after it.

    ``used_count`` and ``used_fen`` are those of the quota key; ``line_left_fen`` is None where
    the advance is not limited.
    """

    available_units_e2: int
    used_count: int
    used_fen: int
    line_left_fen: int | None


def quota_key(at: datetime, *, investor: str, fund: str, distributor: str) -> QuotaKey:
    """Return the key whose quota an order of this instant uses: it turns at Shanghai midnight.

    >>> at = datetime.fromisoformat("2018-05-31T16:00:00+00:00")
    >>> quota_key(at, investor="I1", fund="F1", distributor="D1").on.isoformat()
    '2018-06-01'
    """
    return QuotaKey(investor, fund, distributor, shanghai_date(at))


def fast_limits_on(on: date, *, dated: Iterable[FastLimits]) -> FastLimits:
    """Return the limits in force on a date; raise FastRedemptionNotOffered when there are none."""
    for limits in dated:
        if limits.effective_from <= on and _before(on, limits.effective_until):
            return limits
    raise FastRedemptionNotOffered(on=on.isoformat())


def _before(on: date, until: date | None) -> bool:
    """Tell whether a date comes before the excluded end of a period, if it has one."""
    return until is None or on < until


def redeem_fast(amount_fen: int, *, position: FastPosition, limits: FastLimits) -> FastPosition:
    """Return the position after a fast redemption; raise the first check that says no.

    A refused order changes nothing, so it uses no count.
    """
    assert amount_fen > 0
    _check_quota(amount_fen, position=position, limits=limits)
    line_fen = position.line_left_fen
    if line_fen is not None and amount_fen > line_fen:
        raise AdvanceLineExhausted(line_left_fen=line_fen)
    return FastPosition(
        available_units_e2=position.available_units_e2 - amount_fen,
        used_count=position.used_count + 1,
        used_fen=position.used_fen + amount_fen,
        line_left_fen=None if line_fen is None else line_fen - amount_fen,
    )


def _check_quota(amount_fen: int, *, position: FastPosition, limits: FastLimits) -> None:
    """Refuse what the units, the count or the sum of the day do not allow."""
    if amount_fen > position.available_units_e2:
        raise InsufficientUnits(available_units_e2=position.available_units_e2)
    if limits.max_count is not None and position.used_count >= limits.max_count:
        raise FastCountReached(max_count=limits.max_count)
    cap_fen = limits.max_amount_fen
    if cap_fen is not None and position.used_fen + amount_fen > cap_fen:
        left_fen = max(0, cap_fen - position.used_fen)
        raise FastCapReached(max_amount_fen=cap_fen, left_fen=left_fen)


def give_back(amount_fen: int, *, position: FastPosition) -> FastPosition:
    """Return the position after a payout failed for certain: count, sum, units and line are back.

    The position is the one of the day on which the order was placed. An unknown outcome gives
    back nothing until it is resolved.
    """
    assert position.used_count >= 1
    assert position.used_fen >= amount_fen
    line_fen = position.line_left_fen
    return replace(
        position,
        available_units_e2=position.available_units_e2 + amount_fen,
        used_count=position.used_count - 1,
        used_fen=position.used_fen - amount_fen,
        line_left_fen=None if line_fen is None else line_fen + amount_fen,
    )


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """What a customer may still redeem fast today; None is no limit."""

    count: int | None
    amount_fen: int | None


def quota_left(position: FastPosition, *, limits: FastLimits) -> QuotaLeft:
    """Return the rest of the day's count and sum, never below zero."""
    count, cap_fen = limits.max_count, limits.max_amount_fen
    return QuotaLeft(
        None if count is None else max(0, count - position.used_count),
        None if cap_fen is None else max(0, cap_fen - position.used_fen),
    )
