"""Closing an account: nothing in flight to begin, nothing left to end."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from huoqi.kit.errors import DomainError


class OrdersOpen(DomainError):
    """Orders are in flight; ``first`` of ``count`` is named. Wait for them or cancel them."""

    code: ClassVar[str] = "customer.orders_open"


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a customer still has here, as the layer above knows it.

    ``income_is_due`` says that a day's income of past units is not published or not paid out yet.
    """

    open_orders: tuple[str, ...] = ()
    units_e2: int = 0
    cash_fen: int = 0
    income_is_due: bool = False


def refusal_to_begin(left: Leftover) -> OrdersOpen | None:
    """Return why closing cannot begin, None if it can."""
    if not left.open_orders:
        return None
    return OrdersOpen(count=len(left.open_orders), first=left.open_orders[0])


def state_after(left: Leftover) -> Literal["closing", "closed"]:
    """Return the state of an account whose owner leaves: closed once nothing is left.

    >>> state_after(Leftover(income_is_due=True))
    'closing'
    """
    assert left.units_e2 >= 0
    is_empty = not (left.open_orders or left.units_e2 or left.cash_fen or left.income_is_due)
    return "closed" if is_empty else "closing"
