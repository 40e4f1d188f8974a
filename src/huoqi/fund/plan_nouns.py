"""The nouns of periodic plans: what a customer wants bought by habit, and how that stands."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from huoqi.fund.rules.plan_dates import Every


class PlanState(StrEnum):
    """Whether a plan buys."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A wish to buy a fixed amount by habit; ``on_day`` as ``rules.plan_dates`` has it."""

    shard: int
    customer_no: int
    fund: str
    card_id: UUID
    amount_fen: int
    every: Every
    on_day: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it stands.

    ``next_on`` is the date that it buys for next, ``failures`` counts misses in a row, ``reason``
    says why it pauses or ended, as a code.
    """

    shard: int
    plan_id: UUID
    customer_no: int
    fund: str
    card_id: UUID
    amount_fen: int
    every: Every
    on_day: int | None
    state: PlanState
    reason: str
    next_on: date
    failures: int
    last_order_id: UUID | None
    made_at: datetime
    ended_at: datetime | None

    @property
    def owner(self) -> tuple[int, int]:
        """Return shard and number of the customer."""
        return self.shard, self.customer_no
