"""The nouns of estates: a customer who has died, the heirs, and what each was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class EstateState(StrEnum):
    """Where an estate stands; ``settling`` has its heirs, ``withdrawn`` was an error."""

    REPORTED = "reported"
    SETTLING = "settling"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class PaymentState(StrEnum):
    """Where an heir's cash is: on the heir's account, on its way to a card, or there."""

    WAITING = "waiting"
    SENT = "sent"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Heir:
    """An heir, who is a customer, with the parts of the whole and what was given so far."""

    heir_no: int
    parts: int
    given_fen: int = 0


@dataclass(frozen=True, slots=True)
class Estate:
    """What somebody who has died left here."""

    shard: int
    estate_id: UUID
    customer_no: int
    died_on: date
    proof: str
    state: EstateState
    reported_at: datetime
    reported_by: str
    ended_at: datetime | None

    @property
    def owner(self) -> tuple[int, int]:
        """Return shard and number of whose it was."""
        return self.shard, self.customer_no


@dataclass(frozen=True, slots=True)
class Payment:
    """Cash that an heir was given, on its way to a card of the heir's own."""

    shard: int
    payment_id: UUID
    estate_id: UUID
    heir_no: int
    amount_fen: int
    state: PaymentState
    attempt: int
    money_order_id: UUID | None
    reason: str
    given_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeathReport:
    """Who has died, when, and by which paper."""

    shard: int
    customer_no: int
    died_on: date
    proof: str


@dataclass(frozen=True, slots=True)
class SettlementWish:
    """To whom an estate goes, by parts, as a first person proposes it."""

    estate_id: UUID
    heirs: Sequence[Heir]
    proof: str
    maker: str
