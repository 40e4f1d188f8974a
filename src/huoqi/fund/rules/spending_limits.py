"""What a customer may spend of a fund or of cash on a day: at merchants, and to other persons."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from huoqi.kit.errors import DomainError, Param

_MILLION = 1_000_000


class SpendingAmount(DomainError):
    """A payment moves at least one fen."""

    code: ClassVar[str] = "spending.amount"


class SpendingLimit(DomainError):
    """The payment exceeds a limit; ``limit`` says which: single, day or count, and since when."""

    code: ClassVar[str] = "spending.limit"


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """The limits in force on a date, with the rule that they come from; None is no limit."""

    rule: str
    since: date
    single_max_fen: int | None
    day_max_fen: int | None
    day_count: int | None


@dataclass(frozen=True, slots=True)
class DaySpent:
    """What a customer has spent on a day already."""

    fen: int = 0
    count: int = 0

    def plus(self, amount_fen: int) -> "DaySpent":
        """Return what is spent after one more payment."""
        return replace(self, fen=self.fen + amount_fen, count=self.count + 1)


def check_spending(amount_fen: int, *, spent: DaySpent, limits: SpendingLimits) -> None:
    """Return quietly when a payment is allowed; raise the first limit that it breaks.

    >>> limits = SpendingLimits("spending.person", date(2015, 5, 11), 500, 800, 2)
    >>> check_spending(500, spent=DaySpent(fen=300, count=1), limits=limits)
    """
    if amount_fen <= 0:
        raise SpendingAmount
    after = spent.plus(amount_fen)
    source: dict[str, Param] = {"rule": limits.rule, "since": limits.since.isoformat()}
    for limit, maximum, wanted, used in (
        ("single", limits.single_max_fen, amount_fen, 0),
        ("day", limits.day_max_fen, after.fen, spent.fen),
        ("count", limits.day_count, after.count, spent.count),
    ):
        if maximum is not None and wanted > maximum:
            raise SpendingLimit(limit=limit, maximum=maximum, left=max(0, maximum - used), **source)


def fee_fen_half_up(amount_fen: int, *, fee_ppm: int) -> int:
    """Return a merchant's fee on an amount, in whole fen.

    >>> fee_fen_half_up(10_000, fee_ppm=3_800), fee_fen_half_up(131, fee_ppm=3_800)
    (38, 0)
    """
    return (amount_fen * fee_ppm * 2 + _MILLION) // (2 * _MILLION)
