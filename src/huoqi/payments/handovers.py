"""The nouns of cash handed from one customer to another."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from huoqi.kit.ids import derived_id

HandoverKey = tuple[int, UUID]  # the giver's shard, handover id


class HandoverState(StrEnum):
    """Where handed cash is: set aside, with the receiver, or back with the giver."""

    HELD = "held"
    ARRIVED = "arrived"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Handover:
    """Cash on its way between two customers; ``order_id`` is the redemption that it came from."""

    shard: int
    handover_id: UUID
    giver_no: int
    receiver_shard: int
    receiver_no: int
    amount_fen: int
    state: HandoverState
    created_at: datetime
    order_id: UUID | None = None
    fund: str | None = None
    reason: str = ""
    ended_at: datetime | None = None

    @property
    def key(self) -> HandoverKey:
        """Return what finds the handover."""
        return self.shard, self.handover_id

    @property
    def hold_id(self) -> UUID:
        """Return the id of the ledger's hold on the giver's cash."""
        return derived_id(self.handover_id, action="handover.hold")

    @property
    def transfer_ids(self) -> tuple[UUID, ...]:
        """Return every ledger transfer that a handover can have, in order of time."""
        actions = ("hold", "arrive", "finish", "return")
        return tuple(derived_id(self.handover_id, action=f"handover.{a}") for a in actions)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a handover ended at its receiver: with an empty refusal the cash is there."""

    shard: int
    handover_id: UUID
    giver_shard: int
    giver_no: int
    receiver_no: int
    amount_fen: int
    refusal: str
    decided_at: datetime

    @property
    def transfer_id(self) -> UUID:
        """Return the id of the ledger transfer that brought the cash."""
        return derived_id(self.handover_id, action="handover.arrive")
