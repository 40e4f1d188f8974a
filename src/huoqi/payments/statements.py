"""The nouns of bank statements: a page that was taken in, a bank's day, a statement in a list."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from huoqi.kit.errors import DomainError
from huoqi.payments.orders import OrderOutcome
from huoqi.payments.rules.completeness import StatementReason, StatementState, Totals
from huoqi.payments.rules.statements import StatementHead


class StatementNotOurs(DomainError):
    """The statement speaks of an account that is not ours at this bank."""

    code: ClassVar[str] = "statement.not_ours"


@dataclass(frozen=True, slots=True)
class StatementTaken:
    """What became of a page; ``news`` are the orders that it or its statement decided.

    The caller hands the news to the domain that asked for the orders, in the same transaction.
    """

    page_id: UUID
    bank: str
    statement_id: str
    page_no: int
    last_on: date
    state: StatementState
    reason: StatementReason = StatementReason.NONE
    news: tuple[OrderOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class BankCursor:
    """How far a bank's statements have come, and when the next one is asked for."""

    bank: str
    complete_on: date
    proved_on: date
    next_at: datetime
    sequence_no: int | None
    closing_fen: int | None
    tries: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A page as it is kept: what it states, what its lines add up to, and what it is worth."""

    page_id: UUID
    head: StatementHead
    counted: Totals
    state: StatementState
    reason: StatementReason
    received_at: datetime
