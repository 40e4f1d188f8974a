"""Whether an amount fits a bank's limits, told in one fixed order."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.errors import DomainError
from huoqi.payments.rules.bank_profiles import BankProfile


class AmountNotPositive(DomainError):
    """An order moves at least one fen."""

    code: ClassVar[str] = "payment.amount_not_positive"


class SingleLimit(DomainError):
    """The bank allows less in one transaction."""

    code: ClassVar[str] = "card.single_limit"


class CardDayLimit(DomainError):
    """The card has too little of its day's limit left; tells limit, used and time of reset."""

    code: ClassVar[str] = "card.daily_limit"


class CardDayCount(DomainError):
    """The card has had as many transactions today as the bank allows."""

    code: ClassVar[str] = "card.daily_count"


class ChannelDayLimit(DomainError):
    """The bank takes no more from us today."""

    code: ClassVar[str] = "bank.daily_limit"


@dataclass(frozen=True, slots=True)
class Used:
    """What a card and its channel have used of a day already."""

    card_fen: int = 0
    card_count: int = 0
    channel_fen: int = 0

    def plus(self, amount_fen: int) -> "Used":
        """Return the use after one more transaction."""
        return Used(
            card_fen=self.card_fen + amount_fen,
            card_count=self.card_count + 1,
            channel_fen=self.channel_fen + amount_fen,
        )


def check_limits(profile: BankProfile, *, amount_fen: int, used: Used, on: date) -> None:
    """Return nothing if the amount fits; raise the first limit that it breaks.

    Order: one transaction, the card's day, the card's count, the channel's day. What asks least
    of the customer comes first: a smaller amount, then another card or day, then another bank.
    """
    check_single(profile, amount_fen=amount_fen)
    after = used.plus(amount_fen)
    resets_at = shanghai_midnight(date.fromordinal(on.toordinal() + 1)).isoformat()
    if after.card_fen > profile.card_day_limit_fen:
        raise CardDayLimit(
            limit_fen=profile.card_day_limit_fen, used_fen=used.card_fen, resets_at=resets_at
        )
    if after.card_count > profile.card_day_count:
        raise CardDayCount(limit_count=profile.card_day_count, resets_at=resets_at)
    if after.channel_fen > profile.channel_day_limit_fen:
        raise ChannelDayLimit(bank=profile.bank, resets_at=resets_at)


def check_single(profile: BankProfile, *, amount_fen: int) -> None:
    """Return nothing if one transaction may be this large; raise otherwise."""
    check_positive(amount_fen)
    if amount_fen > profile.single_limit_fen:
        raise SingleLimit(limit_fen=profile.single_limit_fen)


def check_positive(amount_fen: int) -> None:
    """Return nothing if there is anything to move; raise otherwise."""
    if amount_fen <= 0:
        raise AmountNotPositive
