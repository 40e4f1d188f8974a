"""What three sides say of one reference: the first class that fits wins.

Differences are the other side minus ours, in fen, as positive amounts in the order's direction
whichever way the money goes.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum


class Match(IntEnum):
    """What is wrong with a reference, in the order in which it is looked for."""

    NOT_IN_LEDGER = 0
    BANK_ONLY_AFTER_REJECT = 1
    MISSING_IN_BANK = 2
    BANK_DUPLICATE = 3
    BANK_AMOUNT_MISMATCH = 4
    BANK_RETURNED = 5
    MISSING_IN_FUND = 6
    FUND_REJECTED = 7
    FUND_AMOUNT_MISMATCH = 8
    CUT_OFF_TAIL = 9
    MATCHED = 10


#: Nobody has to do anything: the tail has to be gone with the next day's statement.
QUIET = frozenset({Match.CUT_OFF_TAIL, Match.MATCHED})


@dataclass(frozen=True, slots=True)
class OrderSide:
    """An order as our books have it.

    ``is_dead`` where it ended without money, ``is_due`` where every statement that could hold it is
    complete, ``wants_fund`` where the manager must answer for it, ``may_split`` where a dated rule
    lets the bank book it in several entries.
    """

    value_on: date
    amount_fen: int
    is_dead: bool = False
    is_due: bool = True
    wants_fund: bool = True
    may_split: bool = False


@dataclass(frozen=True, slots=True)
class BankSide:
    """What a bank's entries come to, in the order's direction; the other way is negative."""

    booked_count: int
    booked_fen: int
    reversed_count: int
    reversed_fen: int
    booked_on: date

    @property
    def moved_fen(self) -> int:
        """Return what was booked, or of an entry that only takes back, what that takes back."""
        return self.booked_fen if self.booked_count else self.reversed_fen


@dataclass(frozen=True, slots=True)
class FundSide:
    """What a manager confirmed in all; nothing where it refused."""

    amount_fen: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """The class of a reference and by how much it differs; None where nothing does."""

    match: Match
    difference_fen: int | None


def classify(
    order: OrderSide | None, *, bank: BankSide | None, fund: FundSide | None
) -> Finding | None:
    """Return the first class that fits; None where nothing is to be reported.

    That is an order that ended without money and has no entry, and one whose statements are not in.

    >>> paid = OrderSide(date(2015, 5, 12), 20_000)
    >>> seen = BankSide(1, 20_001, 0, 0, date(2015, 5, 12))
    >>> classify(paid, bank=seen, fund=FundSide(20_000, True))
    Finding(match=<Match.BANK_AMOUNT_MISMATCH: 4>, difference_fen=1)
    """
    if order is None:
        moved_fen = bank.moved_fen if bank else fund.amount_fen if fund else 0
        return Finding(Match.NOT_IN_LEDGER, abs(moved_fen))
    if order.is_dead:
        return Finding(Match.BANK_ONLY_AFTER_REJECT, bank.moved_fen) if bank else None
    if bank is None:
        return Finding(Match.MISSING_IN_BANK, -order.amount_fen) if order.is_due else None
    found = _with_bank(order, bank)
    if found is None and order.wants_fund:
        found = _with_fund(order, fund)
    if found is not None:
        return found
    is_tail = bank.booked_on > order.value_on
    return Finding(Match.CUT_OFF_TAIL if is_tail else Match.MATCHED, None)


def _with_bank(order: OrderSide, bank: BankSide) -> Finding | None:
    difference_fen = bank.moved_fen - order.amount_fen
    adds_up = order.may_split and difference_fen == 0
    if bank.booked_count > 1 and not adds_up:
        return Finding(Match.BANK_DUPLICATE, difference_fen)
    if difference_fen:
        return Finding(Match.BANK_AMOUNT_MISMATCH, difference_fen)
    return Finding(Match.BANK_RETURNED, 0) if bank.reversed_count else None


def _with_fund(order: OrderSide, fund: FundSide | None) -> Finding | None:
    if fund is None:
        return Finding(Match.MISSING_IN_FUND, -order.amount_fen)
    if not fund.is_confirmed:
        return Finding(Match.FUND_REJECTED, -order.amount_fen)
    difference_fen = fund.amount_fen - order.amount_fen
    return Finding(Match.FUND_AMOUNT_MISMATCH, difference_fen) if difference_fen else None
