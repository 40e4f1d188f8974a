"""What is said instead of a proof."""

from typing import ClassVar

from huoqi.kit.errors import DomainError


class NotSealed(DomainError):
    """There is no seal of that day, or the day's book is no longer kept."""

    code: ClassVar[str] = "close.not_sealed"


class NotInBook(DomainError):
    """The account is not in the book of that day."""

    code: ClassVar[str] = "close.not_in_book"


class NotClosed(DomainError):
    """The day is not closed, so there is nothing to sign yet."""

    code: ClassVar[str] = "close.not_closed"
