"""The nouns of fund orders: what is asked, the order with its dates, and what it still pays out."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from huoqi.fund.rules.order_states import (
    PURCHASE_WAITS_FOR,
    REDEMPTION_WAITS_FOR,
    Party,
    PurchaseState,
    RedemptionState,
    is_final,
)

OrderKey = tuple[int, UUID]  # shard, order id


class Side(StrEnum):
    """Whether money goes into the fund or comes out."""

    PURCHASE = "purchase"
    REDEMPTION = "redemption"


class Speed(StrEnum):
    """Whether cash waits for the register, or is advanced now."""

    NORMAL = "normal"
    FAST = "fast"


class Origin(StrEnum):
    """Who wanted an order: a customer, our promise to pay late income, the advance provider.

    Or two people of ours, who settle a debt by units that are frozen beside it, or an estate.
    """

    CUSTOMER = "customer"
    LATE_INCOME = "late_income"
    ADVANCE_PROVIDER = "advance_provider"
    DEBT = "debt"
    ESTATE = "estate"


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """A wish to buy; ``order_id`` is made and saved by the caller before it asks.

    ``is_new`` says that it was made in this unit of work: then nobody looks for an earlier order.
    ``has_agreed`` says that the customer has agreed to what is in force for the fund.
    """

    order_id: UUID
    customer_no: int
    shard: int
    fund: str
    amount_fen: int
    card_id: UUID
    is_new: bool = False
    has_agreed: bool = False


@dataclass(frozen=True, slots=True)
class RedemptionRequest:
    """A wish to sell; ``units_e2`` None takes all, with the income that is published later.

    ``card_id`` None pays out to the customer's default card. ``to_cash`` names no card: a fast
    redemption's cash stays on the customer's account, for what is paid with it at once.
    """

    order_id: UUID
    customer_no: int
    shard: int
    fund: str
    units_e2: int | None
    speed: Speed
    card_id: UUID | None = None
    to_cash: bool = False


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """A wish of a customer to take an order back before the cut-off."""

    shard: int
    customer_no: int
    order_id: UUID


class FundOrder(Struct, frozen=True):
    """A fund order as it stands; a Struct, since it is made and changed on the busiest path.

    ``earns_on`` is the first income day of a purchase and the last one of a redemption.
    ``done_fen`` is what the manager has confirmed so far, ``rest_e2`` what of a redemption is
    still to be answered. A redeem-all order keeps in ``all_from_on`` and ``all_until_on`` the days
    whose income was not published when its units were fixed; they are None once that is paid.
    """

    shard: int
    order_id: UUID
    customer_no: int
    fund: str
    side: Side
    speed: Speed
    origin: Origin
    takes_all: bool
    state: PurchaseState | RedemptionState
    reason: str | None
    amount_fen: int | None
    units_e2: int | None
    card_id: UUID | None
    money_order_id: UUID | None
    parent_order_id: UUID | None
    placed_at: datetime
    t_day: date
    confirm_on: date
    earns_on: date
    visible_on: date | None
    cash_on: date | None
    paid_at: datetime | None = None
    sent_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    done_fen: int = 0
    refunded_fen: int = 0
    rest_e2: int | None = None
    all_from_on: date | None = None
    all_until_on: date | None = None
    advance_order_id: UUID | None = None

    @property
    def key(self) -> OrderKey:
        """Return what finds the order."""
        return self.shard, self.order_id

    @property
    def holding_key(self) -> tuple[int, str, int]:
        """Return what finds the holding that the order changes."""
        return self.shard, self.fund, self.customer_no

    @property
    def earns_from(self) -> date | None:
        """Return the first income day of a purchase."""
        return self.earns_on if self.side is Side.PURCHASE else None

    @property
    def earns_until(self) -> date | None:
        """Return the last income day of a redemption's units, included."""
        return self.earns_on if self.side is Side.REDEMPTION else None

    @property
    def waits_for(self) -> Party | None:
        """Return who has to move next."""
        if isinstance(self.state, PurchaseState):
            return PURCHASE_WAITS_FOR[self.state]
        return REDEMPTION_WAITS_FOR[self.state]

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to happen to the order."""
        return not self.is_final

    @property
    def is_final(self) -> bool:
        """Tell whether nothing can happen to the order any more."""
        return is_final(self.state)

    def repeats(self, request: PurchaseRequest | RedemptionRequest) -> bool:
        """Tell whether a request asks for exactly this order."""
        same = (request.customer_no, request.fund) == (self.customer_no, self.fund)
        if isinstance(request, PurchaseRequest):
            wanted = (Side.PURCHASE, request.amount_fen, request.card_id)
            return same and wanted == (self.side, self.amount_fen, self.card_id)
        if self.side is not Side.REDEMPTION or request.speed is not self.speed:
            return False
        if request.card_id not in {None, self.card_id}:
            return False
        return same and (
            self.takes_all if request.units_e2 is None else request.units_e2 == self.units_e2
        )


class PayoutKind(StrEnum):
    """What a payout is for."""

    REDEMPTION = "redemption"
    REFUND = "refund"


class PayoutState(StrEnum):
    """Where a payout stands; ``blocked`` could not even be placed and waits for people.

    ``offset`` is a refund whose cash settled the debt of the same purchase.
    """

    SENT = "sent"
    PAID_OUT = "paid_out"
    FAILED = "failed"
    BLOCKED = "blocked"
    OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class Payout:
    """Cash on its way from an order to a card; ``payout_id`` is the intent of its money orders."""

    shard: int
    payout_id: UUID
    order_id: UUID
    customer_no: int
    kind: PayoutKind
    amount_fen: int
    state: PayoutState
    money_order_id: UUID | None
    attempt: int
    reason: str | None
    created_at: datetime
    ended_at: datetime | None = None
