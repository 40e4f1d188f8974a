"""The nouns of money orders: what is asked, the order itself, evidence, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from huoqi.kit.ids import derived_id
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import IN_FLIGHT, Action, Case, Event, Standing, State

OrderKey = tuple[int, UUID]  # shard, order id


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """A wish to move money: ``order_id`` is made and saved by the caller before it asks.

    ``intent_id`` names what the money is for (a fund order); each try of it is an order of its
    own with the next ``attempt``. A refund names the collection that it gives back. ``is_new`` says
    that order and intent were made in this unit of work, so that nothing can stand in their way.
    ``avoid_channels`` are those that earlier tries were refused at; ``not_before`` puts a try off.
    """

    shard: int
    order_id: UUID
    customer_no: int
    intent_id: UUID
    direction: Direction
    purpose: str
    amount_fen: int
    card_id: UUID
    attempt: int = 1
    original_order_id: UUID | None = None
    is_new: bool = False
    avoid_channels: tuple[str, ...] = ()
    not_before: datetime | None = None

    @property
    def key(self) -> OrderKey:
        """Return what finds the order."""
        return self.shard, self.order_id


class MoneyOrder(Struct, frozen=True):
    """A money order as it stands; a Struct, since it is made and changed on the busiest path."""

    shard: int
    order_id: UUID
    customer_no: int
    intent_id: UUID
    attempt: int
    direction: Direction
    purpose: str
    amount_fen: int
    card_id: UUID
    bank: str
    channel: str
    state: State
    cases: frozenset[Case]
    returned: bool
    reason: str
    queries: int
    limit_on: date
    created_at: datetime
    bank_ref: str | None = None
    sent_at: datetime | None = None
    decided_at: datetime | None = None
    next_at: datetime | None = None
    original_order_id: UUID | None = None

    @property
    def key(self) -> OrderKey:
        """Return what finds the order."""
        return self.shard, self.order_id

    @property
    def standing(self) -> Standing:
        """Return the order as the reducer sees it."""
        return Standing(state=self.state, cases=self.cases, returned=self.returned)

    @property
    def in_flight(self) -> bool:
        """Return whether the card is still needed for it."""
        return self.state in IN_FLIGHT or self.state in (State.CREATED, State.RESERVED)

    def repeats(self, request: OrderRequest) -> bool:
        """Return whether a request asks for exactly this order."""
        return (
            request.customer_no == self.customer_no
            and request.intent_id == self.intent_id
            and request.direction == self.direction
            and request.purpose == self.purpose
            and request.amount_fen == self.amount_fen
            and request.card_id == self.card_id
            and request.original_order_id == self.original_order_id
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing learned about an order; the same ``evidence_id`` counts once for ever."""

    shard: int
    order_id: UUID
    evidence_id: str
    source: str
    event: Event
    code: str = ""
    reason: str = ""
    amount_fen: int | None = None

    @property
    def key(self) -> OrderKey:
        """Return what finds the order."""
        return self.shard, self.order_id


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """News of an order for the domain that asked for it: a terminal state, or money come back."""

    shard: int
    order_id: UUID
    intent_id: UUID
    customer_no: int
    purpose: str
    direction: Direction
    amount_fen: int
    state: State
    returned: bool
    reason: str
    decided_at: datetime


def transfers_of(order_id: UUID) -> dict[UUID, str]:
    """Return every ledger transfer that a money order can have, and what each one does."""
    moves = (Action.HOLD, Action.POST, Action.RELEASE, Action.POST_RETURN)
    return {derived_id(order_id, action=action): action.value.lower() for action in moves}


def bank_reference(order_id: UUID) -> str:
    """Return the reference under which a bank knows an order; one order has one for ever.

    >>> bank_reference(UUID(int=1))
    'HQ00000000000000000000000000000001'
    """
    return f"HQ{order_id.hex}"


def order_of_reference(bank_ref: str) -> UUID | None:
    """Return the order that a reference names, or None if it is none of ours.

    >>> order_of_reference("HQ00000000000000000000000000000001").int
    1
    """
    if len(bank_ref) != 34 or not bank_ref.startswith("HQ"):
        return None
    try:
        return UUID(hex=bank_ref[2:])
    except ValueError:
        return None
