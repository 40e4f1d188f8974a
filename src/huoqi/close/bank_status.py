"""Banks' days as they are asked for: statements, what matched, what is open, customers' money."""

from dataclasses import dataclass
from datetime import date, datetime

from huoqi.close._store import bank_days as store
from huoqi.close._store.bank_days import MatchedDay, SafeguardingCheck
from huoqi.close.rules.break_states import BreakState
from huoqi.close.rules.cockpit import BankFacts
from huoqi.close.rules.due import statements_at
from huoqi.kit.db import Work
from huoqi.payments.operations.matching import (
    PayoutStop,
    bank_cursors,
    payout_stop,
    statement_states,
)

_OPEN = frozenset({BreakState.OPEN, BreakState.REOPENED})


@dataclass(frozen=True, slots=True)
class BankDayStatus:
    """A bank's day: how its statement stands, and what came of the matching once it is whole."""

    bank: str
    on: date
    statement: str
    reason: str
    arrived_at: datetime | None
    matched: MatchedDay | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All banks' days of a date, the last look at customers' money until then, and a stop."""

    on: date
    banks: list[BankDayStatus]
    check: SafeguardingCheck | None
    stop: PayoutStop | None

    @property
    def is_closed(self) -> bool:
        """Tell whether every bank's day is closed."""
        return all(bank.is_closed for bank in self.banks)


def reconciliation_on(work: Work, *, on: date) -> Reconciliation:
    """Return how the banks' days of a date stand."""
    cursors = store.cursors(work)
    found = {day.bank: day for day in store.matches(work, first_on=on, last_on=on)}
    began = {bank: cursor.complete_on for bank, cursor in bank_cursors(work).items()}
    banks = []
    for bank, (state, reason, arrived_at) in statement_states(work, on=on).items():
        cursor = cursors.get(bank)
        # Of a bank that has no day yet nothing was expected until it began.
        closed_on = cursor.closed_on if cursor else began[bank]
        banks.append(
            BankDayStatus(bank, on, state, reason, arrived_at, found.get(bank), on <= closed_on)
        )
    checks = store.checks(work, until=on, limit=1)
    return Reconciliation(on, banks, checks[0] if checks else None, payout_stop(work))


def bank_facts(work: Work, *, on: date) -> BankFacts:
    """Return how the banks' days of a date stand, as the cockpit counts them."""
    states = statement_states(work, on=on)
    if not states:
        return BankFacts()
    cursors = store.cursors(work)
    counts = store.break_states(work, on=on)
    complete = [bank for bank, row in states.items() if row[0] == "complete"]
    return BankFacts(
        total=len(states),
        complete=len(complete),
        refused=sum(row[0] == "refused" for row in states.values()),
        matched=sum(bank not in cursors or on <= cursors[bank].matched_on for bank in complete),
        open_count=sum(counts.get(state, 0) for state in _OPEN),
        resolving_count=counts.get(BreakState.RESOLVING, 0),
        waived_count=counts.get(BreakState.WAIVED, 0),
        is_due=work.at >= statements_at(on),
    )


def are_banks_closed(work: Work, *, on: date) -> bool:
    """Tell whether every bank's day of a date is closed."""
    return reconciliation_on(work, on=on).is_closed
