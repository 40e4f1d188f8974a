"""What two people have booked about a bank's line, to the fen, with no account ever below zero."""

import pytest

from huoqi.close.reconcile.rules.entries import (
    PlannedEntry,
    corrected_entries,
    missing_entries,
)
from huoqi.ledger.rules.chart import AccountKind
from huoqi.payments.rules.bank_profiles import Direction

BANK, CASH = AccountKind.BANK_CLEARING, AccountKind.CUSTOMER_CASH
SUSPENSE = AccountKind.SUSPENSE


def moved(entries: list[PlannedEntry], kind: AccountKind) -> int:
    """Return what entries put on the debit side of an account, less its credits."""
    return sum(
        (e.debit is kind) * e.amount_fen - (e.credit is kind) * e.amount_fen for e in entries
    )


@pytest.mark.parametrize(
    ("more_fen", "direction", "entry"),
    [
        (500, None, PlannedEntry(BANK, SUSPENSE, 500)),
        (500, Direction.PAYOUT, PlannedEntry(BANK, SUSPENSE, 500)),
        (500, Direction.COLLECT, PlannedEntry(BANK, CASH, 500)),
        (-500, Direction.COLLECT, PlannedEntry(SUSPENSE, BANK, 500)),
    ],
)
def test_what_lacks_is_entered(
    more_fen: int, direction: Direction | None, entry: PlannedEntry
) -> None:
    assert missing_entries(more_fen, direction=direction) == [entry]


def test_nothing_is_entered_where_nothing_lacks() -> None:
    assert missing_entries(0, direction=Direction.COLLECT) == []


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("theirs_fen", [19_999, 20_000, 20_001])
@pytest.mark.parametrize("is_posted", [True, False])
def test_a_correction_moves_the_bank_by_the_difference_and_no_customer_s_cash(
    direction: Direction, theirs_fen: int, is_posted: bool
) -> None:
    entries = corrected_entries(20_000, theirs_fen, direction=direction, is_posted=is_posted)

    sign = 1 if direction is Direction.COLLECT else -1
    assert moved(entries, BANK) == sign * (theirs_fen - 20_000)
    assert moved(entries, CASH) == 0


def test_cash_comes_before_it_goes() -> None:
    for direction in Direction:
        first, second, *_ = corrected_entries(5, 6, direction=direction, is_posted=True)
        assert (first.credit, second.debit) == (CASH, CASH)
        assert first.reverses is not second.reverses
