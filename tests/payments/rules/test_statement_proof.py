"""What a line proves of its order: once, twice, another amount, taken back, or nothing."""

from datetime import date

import pytest

from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.statement_proof import Booked, entry_names, event_of_entry
from huoqi.payments.rules.statements import StatementEntry, StatementHead

DAY = date(2015, 5, 12)


def line(
    *, fen: int = 100, is_reversal: bool = False, way: Direction = Direction.COLLECT
) -> StatementEntry:
    """Return a line of a collection, or of its reversal."""
    is_credit = (way is Direction.COLLECT) is not is_reversal
    return StatementEntry("E", "HQ", fen, is_credit, is_reversal, DAY, DAY)


def heard(*lines: StatementEntry, bank: str = "ICBC") -> list[str | None]:
    """Return what lines prove one after the other of a collection of 100 at ICBC."""
    order = Booked("ICBC", Direction.COLLECT, 100)
    return [event_of_entry(each, order, bank=bank) for each in lines]


@pytest.mark.parametrize(
    ("lines", "events"),
    [
        ([line()], ["S_BOOKED"]),
        ([line(fen=101)], ["S_BOOKED_DIFF"]),
        ([line(way=Direction.PAYOUT)], ["S_BOOKED_DIFF"]),
        ([line(), line()], ["S_BOOKED", "S_BOOKED_DUP"]),
        ([line(), line(fen=1)], ["S_BOOKED", "S_BOOKED_DUP"]),
        ([line(is_reversal=True)], ["S_RETURNED"]),
        ([line(), line(is_reversal=True)], ["S_BOOKED", "S_RETURNED"]),
        ([line(), line(fen=99, is_reversal=True)], ["S_BOOKED", "S_BOOKED_DIFF"]),
    ],
)
def test_a_line_proves_what_it_says_after_those_before(
    lines: list[StatementEntry], events: list[str]
) -> None:
    assert heard(*lines) == events


def test_a_bank_that_takes_back_one_of_two_bookings_corrects_itself() -> None:
    back = line(is_reversal=True)
    assert heard(line(), line(), back) == ["S_BOOKED", "S_BOOKED_DUP", None]
    assert heard(line(), line(), back, back)[-1] == "S_RETURNED"


def test_another_bank_proves_nothing_of_the_order() -> None:
    assert heard(line(), bank="CCB") == [None]


def test_a_line_has_one_name_however_often_its_statement_comes() -> None:
    head = StatementHead("ICBC", "6222", "S", 7, DAY, DAY, 0, 0, None, None, None, page_no=2)
    nameless = StatementEntry("", "HQ", 1, True, False, DAY, DAY)
    names = entry_names([line(), line(), nameless], head=head)
    assert names == ["statement-7-E-1", "statement-7-E-2", "statement-7-p2l3-1"]
