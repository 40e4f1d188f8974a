"""What a customer may buy: the minimum, the limit of an order and of a day, the holding's cap."""

from dataclasses import dataclass
from typing import ClassVar

from huoqi.kit.errors import DomainError


class BelowMinimum(DomainError):
    """The purchase is smaller than the fund takes."""

    code: ClassVar[str] = "fund.below_minimum"


class PurchaseCapReached(DomainError):
    """The purchase exceeds a limit; ``limit`` says which one: order, day or holding."""

    code: ClassVar[str] = "fund.purchase_cap"


@dataclass(frozen=True, slots=True)
class PurchaseLimits:
    """The limits in force on a date, from dated policy; None is no limit."""

    minimum_fen: int
    order_max_fen: int | None = None
    day_max_fen: int | None = None
    holding_cap_e2: int | None = None


@dataclass(frozen=True, slots=True)
class PurchasePosition:
    """What a customer has of the fund: bought today, held, and paid but not yet confirmed."""

    bought_today_fen: int
    held_units_e2: int
    unconfirmed_fen: int


def check_purchase(amount_fen: int, *, position: PurchasePosition, limits: PurchaseLimits) -> None:
    """Return quietly when a purchase is allowed; raise BelowMinimum or PurchaseCapReached.

    Reinvested income may lift a holding above its cap, a purchase may not (project rule): with
    99,999.99 of 100,000 held, 0.01 passes and 0.02 is refused.
    """
    assert amount_fen > 0
    if amount_fen < limits.minimum_fen:
        raise BelowMinimum(minimum_fen=limits.minimum_fen)
    towards_cap = position.held_units_e2 + position.unconfirmed_fen
    for limit, maximum, used in (
        ("order", limits.order_max_fen, 0),
        ("day", limits.day_max_fen, position.bought_today_fen),
        ("holding", limits.holding_cap_e2, towards_cap),
    ):
        if maximum is not None and used + amount_fen > maximum:
            raise PurchaseCapReached(
                limit=limit, maximum_fen=maximum, left_fen=max(0, maximum - used)
            )


def purchase_left_fen(position: PurchasePosition, *, limits: PurchaseLimits) -> int | None:
    """Return the most that may be bought at once now; None when nothing limits it.

    >>> full = PurchasePosition(bought_today_fen=0, held_units_e2=9_999_999, unconfirmed_fen=0)
    >>> purchase_left_fen(full, limits=PurchaseLimits(1, holding_cap_e2=10_000_000))
    1
    """
    towards_cap = position.held_units_e2 + position.unconfirmed_fen
    rooms = [
        max(0, maximum - used)
        for maximum, used in (
            (limits.order_max_fen, 0),
            (limits.day_max_fen, position.bought_today_fen),
            (limits.holding_cap_e2, towards_cap),
        )
        if maximum is not None
    ]
    return min(rooms, default=None)
