"""What two people have booked about a bank's line: the entries, to the fen, before they are.

Amounts come from the bank's word. What cannot be a customer's stands in suspense, the bank's own
account there, until it is claimed or explained.
"""

from dataclasses import dataclass

from huoqi.ledger.rules.chart import AccountKind
from huoqi.payments.rules.bank_profiles import Direction

_BANK, _CASH = AccountKind.BANK_CLEARING, AccountKind.CUSTOMER_CASH
_SUSPENSE = AccountKind.SUSPENSE


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry that would be posted; ``reverses`` says that it takes the order's own one back."""

    debit: AccountKind
    credit: AccountKind
    amount_fen: int
    reverses: bool = False


def missing_entries(more_fen: int, *, direction: Direction | None) -> list[PlannedEntry]:
    """Return what is entered where a bank has more than our books, or less where it is negative.

    What it took from a customer's card without an order is the customer's and goes back to them.

    >>> missing_entries(50_000, direction=Direction.COLLECT)[0].credit.name
    'CUSTOMER_CASH'
    >>> missing_entries(-700, direction=None)[0].debit.name
    'SUSPENSE'
    """
    if more_fen == 0:
        return []
    if more_fen < 0:
        return [PlannedEntry(_SUSPENSE, _BANK, -more_fen)]
    other = _CASH if direction is Direction.COLLECT else _SUSPENSE
    return [PlannedEntry(_BANK, other, more_fen)]


def corrected_entries(
    ours_fen: int, theirs_fen: int, *, direction: Direction, is_posted: bool
) -> list[PlannedEntry]:
    """Return how an order of another amount is put right: taken back, posted anew, the rest apart.

    Nothing of a customer's cash is touched in the end: it went on long ago with our amount. In this
    order no account is ever below zero.

    >>> [(entry.amount_fen, entry.reverses) for entry in corrected_entries(
    ...     20_000, 20_001, direction=Direction.COLLECT, is_posted=True)]
    [(20000, False), (20000, True), (1, False)]
    """
    is_in = direction is Direction.COLLECT
    debit, credit = (_BANK, _CASH) if is_in else (_CASH, _BANK)
    again = PlannedEntry(debit, credit, ours_fen)
    back = PlannedEntry(credit, debit, ours_fen, reverses=True)
    moved = ([again, back] if is_in else [back, again]) if is_posted else []
    more_fen = theirs_fen - ours_fen
    return [*moved, *_apart(more_fen if is_in else -more_fen)]


def _apart(more_fen: int) -> list[PlannedEntry]:
    return missing_entries(more_fen, direction=None)
