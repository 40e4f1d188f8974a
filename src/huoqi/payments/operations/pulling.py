"""Asking banks once more for statements that were refused or did not come."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from huoqi.events.operations import EventDraft, emit
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments._store import statement_lists as store
from huoqi.payments.statement_queries import StatementDay, statement_day


class StatementUnknown(DomainError):
    """Nothing is known of a statement of this bank and day."""

    code: ClassVar[str] = "statement.unknown"


class StatementNotPulled(DomainError):
    """Only a statement that is late, incomplete or refused can be asked for again."""

    code: ClassVar[str] = "statement.not_pulled"


def pull_statement(work: Work, *, bank: str, on: date) -> StatementDay:
    """Return a bank's day whose statement is asked for again at the next opportunity: at once.

    Asking twice before that is asking once. Errors: StatementUnknown, StatementNotPulled.
    """
    found = statement_day(work, bank=bank, on=on)
    if found is None:
        raise StatementUnknown(bank=bank, on=on.isoformat())
    if not (found.can_pull and store.want(work, bank=bank, on=on)):
        raise StatementNotPulled(state=found.state)
    data = {"bank": bank, "on": on.isoformat()}
    emit(work, EventDraft("payment.statement.pulled", f"{bank}-{on}", data=data))
    again = statement_day(work, bank=bank, on=on)
    assert again is not None
    return again


def wanted_statements(work: Work) -> list[tuple[str, date]]:
    """Return banks and days whose statements are to be asked for again."""
    return store.wanted(work)


def note_asked(work: Work, days: Sequence[tuple[str, date]]) -> None:
    """Note that statements were asked for again."""
    store.asked(work, days)
