"""The nouns of orders from outside: what a court or an authority orders to be kept as it is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Scope(StrEnum):
    """What is kept: the whole account, or units of a fund up to an amount."""

    ACCOUNT = "account"
    AMOUNT = "amount"


class OrderState(StrEnum):
    """Whether an order is in force; it ends by its date, or because two people lift it."""

    IN_FORCE = "in_force"
    LIFTED = "lifted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class LegalWish:
    """An order as it came: whose, by which reference, until which day included."""

    shard: int
    customer_no: int
    authority: str
    reference: str
    scope: Scope
    until_on: date
    fund: str | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class LegalOrder:
    """An order that was placed; an amount counts one yuan a unit."""

    shard: int
    order_id: UUID
    customer_no: int
    authority: str
    reference: str
    scope: Scope
    fund: str | None
    amount_fen: int | None
    until_on: date
    state: OrderState
    placed_at: datetime
    placed_by: str
    ended_at: datetime | None
