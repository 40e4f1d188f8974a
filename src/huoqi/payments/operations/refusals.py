"""Why a bank takes no order at the moment: refusals that placing and routing share."""

from typing import ClassVar

from huoqi.kit.errors import DomainError


class BankNotAvailable(DomainError):
    """No profile of this bank is in force on the day."""

    code: ClassVar[str] = "bank.not_available"


class BankDown(DomainError):
    """The bank refuses connections at the moment; another card may do, or a later try."""

    code: ClassVar[str] = "card.bank_down"
