"""The nouns of a collection that the bank took back: the debt, and what settles it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from huoqi.fund.orders import OrderKey


class Way(StrEnum):
    """How a debt is settled: new money, units, the refund held back for it, or our own loss."""

    COLLECTION = "collection"
    UNITS = "units"
    HELD_REFUND = "held_refund"
    WRITE_OFF = "write_off"


class SettlementState(StrEnum):
    """Where a settlement stands; ``returned`` is a collection that was taken back in its turn."""

    PENDING = "pending"
    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Debt:
    """What a customer owes for a purchase whose collection was taken back.

    ``pending_fen`` is what settlements under way shall bring, ``frozen_e2`` the units that are
    kept beside the debt until it is settled.
    """

    shard: int
    order_id: UUID
    customer_no: int
    fund: str
    amount_fen: int
    settled_fen: int
    pending_fen: int
    frozen_e2: int
    opened_at: datetime
    ended_at: datetime | None = None

    @property
    def key(self) -> OrderKey:
        """Return what finds the debt: its purchase."""
        return self.shard, self.order_id

    @property
    def holding_key(self) -> tuple[int, str, int]:
        """Return what finds the holding whose units are frozen."""
        return self.shard, self.fund, self.customer_no

    @property
    def left_fen(self) -> int:
        """Return what nothing is done about yet."""
        return self.amount_fen - self.settled_fen - self.pending_fen


@dataclass(frozen=True, slots=True)
class Settlement:
    """One way in which a debt, or a part of it, is settled; its id is the decision of two."""

    shard: int
    settlement_id: UUID
    order_id: UUID
    way: Way
    amount_fen: int
    settled_fen: int
    state: SettlementState
    reason: str | None
    created_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SettlementRequest:
    """What two people decided to do; without an amount all that is left of the debt.

    ``card_id`` names the card of a collection; without it that of the purchase.
    """

    settlement_id: UUID
    shard: int
    order_id: UUID
    way: Way
    amount_fen: int | None = None
    card_id: UUID | None = None
