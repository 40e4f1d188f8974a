"""The nouns of cards: a customer's debit card, and the wish to bind one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

CardKey = tuple[int, UUID]  # shard, card id


class CardState(StrEnum):
    """Where a card stands on its way to being bound, and after."""

    CHECKING = "CHECKING"
    SMS_SENT = "SMS_SENT"
    UNKNOWN = "UNKNOWN"
    BOUND = "BOUND"
    REJECTED = "REJECTED"
    UNBOUND = "UNBOUND"


@dataclass(frozen=True, slots=True)
class Card:
    """A customer's debit card as it may be shown; the number itself lies in the vault."""

    shard: int
    card_id: UUID
    customer_no: int
    bank: str
    last_four: str
    state: CardState
    is_default: bool
    blocked: bool
    reason: str
    wrong_codes: int
    queries: int
    next_at: datetime | None
    requested_at: datetime
    bound_at: datetime | None
    ended_at: datetime | None

    @property
    def key(self) -> CardKey:
        """Return what finds the card."""
        return self.shard, self.card_id


@dataclass(frozen=True, slots=True)
class BindRequest:
    """The four elements of a card that its holder wants to bind.

    Name and national ID are those of the verified account holder, read by the caller: whoever
    asks cannot bind another person's card. ``card_id`` is also the bank's request id.
    """

    shard: int
    card_id: UUID
    customer_no: int
    number: str = field(repr=False)
    name: str = field(repr=False)
    national_id: str = field(repr=False)
    mobile: str = field(repr=False)
    device_key: bytes | None = field(default=None, repr=False)

    @property
    def key(self) -> CardKey:
        """Return what finds the card."""
        return self.shard, self.card_id


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """The code from the issuer's text message, as the customer typed it."""

    shard: int
    card_id: UUID
    customer_no: int
    code: str = field(repr=False)

    @property
    def key(self) -> CardKey:
        """Return what finds the card."""
        return self.shard, self.card_id
