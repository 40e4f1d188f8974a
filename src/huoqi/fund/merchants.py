"""The nouns of merchants: who takes payments, what was paid, given back and settled."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id

GoesTo = Literal["cash", "fund"]


class MerchantUnknown(DomainError):
    """No merchant with this id takes payments."""

    code: ClassVar[str] = "merchant.unknown"


class MerchantOwnPayment(DomainError):
    """Nobody pays to a shop of their own."""

    code: ClassVar[str] = "merchant.own_payment"


class MerchantPaymentUnknown(DomainError):
    """The merchant has no payment with this id."""

    code: ClassVar[str] = "merchant.payment_unknown"


class MerchantRefundExceeds(DomainError):
    """All refunds together would be more than was paid; ``left_fen`` is what is left."""

    code: ClassVar[str] = "merchant.refund_exceeds_payment"


class MerchantBalanceTooLow(DomainError):
    """The merchant has less than this that is not settled yet; ``available_fen`` is that."""

    code: ClassVar[str] = "merchant.balance_too_low"


class SpendIdReused(DomainError):
    """A payment or refund with this id exists and is about something else."""

    code: ClassVar[str] = "spending.id_reused"


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who takes payments; what is settled goes to the owner's own cash and card."""

    merchant_no: int
    merchant_id: UUID
    name: str
    category: str
    owner_shard: int
    owner_no: int
    state: Literal["active", "closed"]
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class MerchantPayment:
    """A payment to a merchant: from a fund with the redemption that it took, or from cash."""

    shard: int
    payment_id: UUID
    customer_no: int
    merchant_no: int
    amount_fen: int
    refunded_fen: int
    paid_at: datetime
    fund: str | None
    order_id: UUID | None

    @property
    def key(self) -> tuple[int, UUID]:
        """Return what finds the payment."""
        return self.shard, self.payment_id

    @property
    def transfer_id(self) -> UUID:
        """Return the id of the ledger transfer of the payment."""
        return derived_id(self.payment_id, action="merchant.paid")


@dataclass(frozen=True, slots=True)
class MerchantRefund:
    """A part or all of a payment that a merchant gave back, to cash or into the fund again."""

    shard: int
    refund_id: UUID
    payment_id: UUID
    merchant_no: int
    amount_fen: int
    goes_to: GoesTo
    refunded_at: datetime
    order_id: UUID | None


@dataclass(frozen=True, slots=True)
class MerchantSettlement:
    """What a merchant took by a day, less our fee, paid to its owner; or why it waits in cash."""

    merchant_no: int
    settled_on: date
    gross_fen: int
    fee_fen: int
    payout_id: UUID | None
    refusal: str


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """A wish to pay a merchant; ``fund`` None pays from cash."""

    shard: int
    payment_id: UUID
    customer_no: int
    merchant_id: UUID
    amount_fen: int
    fund: str | None

    @property
    def key(self) -> tuple[int, UUID]:
        """Return what finds the payment."""
        return self.shard, self.payment_id

    @property
    def order_id(self) -> UUID | None:
        """Return the id of the redemption that brings the cash."""
        return derived_id(self.payment_id, action="merchant.redeem") if self.fund else None
