"""What can be asked of bank statements: a bank's days, the pages that came, their lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.payments._store import statement_lists as store
from huoqi.payments._store.statement_lists import DayFilter
from huoqi.payments._store.statements import page_of
from huoqi.payments.statements import StatementPage

__all__ = [
    "DayFilter",
    "DayState",
    "EntryLine",
    "StatementDay",
    "statement_day",
    "statement_days",
    "statement_entries",
    "statement_pages",
]

DayState = Literal["expected", "late", "incomplete", "refused", "complete"]


@dataclass(frozen=True, slots=True)
class StatementDay:
    """A bank's day: what came of it, with what the bank states and what its lines add up to.

    Figures are None while nothing came. ``expected`` is the next day of a bank that is not due.
    """

    bank: str
    on: date
    state: DayState
    reason: str
    expected_at: datetime
    arrived_at: datetime | None
    pulled_at: Sequence[datetime]
    pull_wanted: bool
    statement_id: str | None
    sequence_no: int | None
    page_count: int
    entry_count: int | None
    credit_fen: int | None
    debit_fen: int | None
    stated_count: int | None
    stated_credit_fen: int | None
    stated_debit_fen: int | None
    opening_fen: int | None
    closing_fen: int | None
    sha256: bytes | None

    @property
    def can_pull(self) -> bool:
        """Return whether asking the bank again may help."""
        return self.state in ("late", "incomplete", "refused")


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line of a page as it came; ``event`` is what it proved of the order that it names."""

    page_id: UUID
    line_no: int
    bank_ref: str
    entry_id: str
    amount_fen: int
    is_credit: bool
    is_reversal: bool
    booked_on: date
    value_on: date
    reason: str
    order_id: UUID | None
    event: str


def statement_days(
    work: Work, wanted: DayFilter, *, before: tuple[date, str] | None = None, limit: int = 100
) -> list[StatementDay]:
    """Return banks' days, the newest first; ``before`` is the day and bank seen last."""
    return [StatementDay(*row) for row in store.days(work, wanted, before=before, limit=limit)]


def statement_day(work: Work, *, bank: str, on: date) -> StatementDay | None:
    """Return a bank's day, None where nothing is known of it."""
    return next(iter(statement_days(work, DayFilter(bank=bank, on=on), limit=1)), None)


def statement_pages(work: Work, *, bank: str, on: date) -> list[StatementPage]:
    """Return every page that came of a bank's day, refused ones too, as they came."""
    return [page_of(row) for row in store.pages(work, bank=bank, on=on)]


def statement_entries(
    work: Work, page_id: UUID, *, after: int = 0, limit: int = 100
) -> list[EntryLine]:
    """Return lines of a page, those after a line number."""
    return [EntryLine(*row) for row in store.entries(work, page_id, after=after, limit=limit)]
