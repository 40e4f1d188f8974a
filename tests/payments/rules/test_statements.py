"""The sides of a statement: which way the money went that an entry books or takes back."""

from datetime import date

import pytest

from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.statements import StatementEntry

DAY = date(2015, 5, 12)


@pytest.mark.parametrize(
    ("is_credit", "is_reversal", "direction"),
    [
        (True, False, Direction.COLLECT),
        (False, False, Direction.PAYOUT),
        (False, True, Direction.COLLECT),
        (True, True, Direction.PAYOUT),
    ],
)
def test_a_reversal_stands_on_the_other_side_of_what_it_takes_back(
    is_credit: bool, is_reversal: bool, direction: Direction
) -> None:
    entry = StatementEntry("1", "HQ1", 100, is_credit, is_reversal, DAY, DAY)
    assert entry.direction is direction
