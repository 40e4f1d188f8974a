"""A bank's statement of our account as every reader hands it over, whatever form it came in."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from huoqi.payments.rules.bank_profiles import Direction


class StatementEntry(Struct, frozen=True, gc=False):
    """A booked movement. ``bank_ref`` is our reference; empty where the bank states none.

    ``is_credit`` is the side of our account; a reversal stands on the other side of what it takes
    back. ``reason`` is the bank's code of a return, ``entry_id`` the bank's own name of the line.
    """

    entry_id: str
    bank_ref: str
    amount_fen: int
    is_credit: bool
    is_reversal: bool
    booked_on: date
    value_on: date
    reason: str = ""

    @property
    def direction(self) -> Direction:
        """Return which way the money went that the entry books, or takes back.

        >>> StatementEntry("e1", "", 1, True, True, date.min, date.min).direction.value
        'PAYOUT'
        """
        is_collection = self.is_credit is not self.is_reversal
        return Direction.COLLECT if is_collection else Direction.PAYOUT


@dataclass(frozen=True, slots=True)
class StatementHead:
    """What a page says of itself; amounts in fen, balances with their sign (ours is positive).

    Totals are None where the form has none. Days are Shanghai days, the last one included.
    ``sha256`` is that of the file as it came.
    """

    bank: str
    account: str
    statement_id: str
    sequence_no: int
    first_on: date
    last_on: date
    opening_fen: int
    closing_fen: int
    entry_count: int | None
    credit_fen: int | None
    debit_fen: int | None
    page_no: int = 1
    is_last_page: bool = True
    sha256: bytes = dataclasses.field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One page of a statement with its entries in the order of the file."""

    head: StatementHead
    entries: Sequence[StatementEntry]
