"""What a fund manager, with its transfer agent, is to the platform: orders in, figures out.

The transfer agent keeps the book of record. Nothing here decides; it only carries what the other
side says, and "not yet" and "unreachable" are answers like any other.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class ManagerSide(StrEnum):
    """What an order asks of the register."""

    PURCHASE = "purchase"
    REDEEM = "redeem"
    FAST_REDEEM = "fast_redeem"
    FAST_RETURN = "fast_return"


@dataclass(frozen=True, slots=True)
class ManagerOrder:
    """An order as the manager gets it.

    Fast transfers carry the date from which the units are another holder's, and that holder's
    number: ``fast_redeem`` moves units from the customer to the advance provider, ``fast_return``
    moves them back after a payout that definitely failed. ``takes_income`` asks that a redemption
    of everything is paid with the income that has accrued (monthly carry).
    """

    order_id: UUID
    fund: str
    side: ManagerSide
    customer_no: int
    amount_fen: int
    units_e2: int
    t_day: date
    submitted_at: datetime
    effective_on: date | None = None
    counter_no: int | None = None
    takes_income: bool = False


@dataclass(frozen=True, slots=True)
class Ack:
    """The manager has received so many orders of the batch; repeats are counted too."""

    received_count: int


@dataclass(frozen=True, slots=True)
class ManagerDown:
    """Nobody answers; the same call may be made again later."""

    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotReady:
    """The figures are not published yet; ``expected_at`` when the manager says so."""

    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The register's answer to one order.

    ``deferred_units_e2`` are left of a redemption that was cut in a large-redemption day: they
    wait for the next open day. What is neither confirmed nor deferred is cancelled.
    ``income_fen`` is accrued income paid with the last units, negative for a loss.
    """

    order_id: UUID
    customer_no: int
    ok: bool
    confirmed_units_e2: int
    confirmed_amount_fen: int
    confirmed_on: date
    return_code: str = "0000"
    deferred_units_e2: int = 0
    income_fen: int = 0


@dataclass(frozen=True, slots=True)
class FundDayReport:
    """What the manager publishes about one calendar day; ``decimals`` as the source had them."""

    fund: str
    on: date
    income_per_10k_e5: int
    decimals: int
    yield_7d_e3: int | None
    total_units_e2: int
    total_income_fen: int | None
    next_trading_day: date | None
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that rows of the register came in: its name and its SHA-256."""

    name: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """Where one holder's figures stand: the file and the record in it, counted from one."""

    file: SourceFile
    record_no: int


@dataclass(frozen=True, slots=True)
class Register:
    """The book of record at a day's end, the day's income included, in account order.

    ``accrued_fen`` has the income that is no units yet beside each account; empty where there is
    none (daily carry). An account may have that and no units. ``files`` are the files it came in;
    ``file_nos`` and ``record_nos`` say beside each account which of them and which record in it,
    and are empty where one file has all accounts in order.
    """

    fund: str
    on: date
    total_units_e2: int
    holder_count: int
    accounts: list[int]
    units_e2: list[int]
    accrued_fen: list[int] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    file_nos: list[int] = field(default_factory=list)
    record_nos: list[int] = field(default_factory=list)

    def row_of(self, account: int) -> RegisterRow | None:
        """Return where an account's figures stand; None where it has none, or no file does."""
        at = bisect_left(self.accounts, account)
        if not self.files or at == len(self.accounts) or self.accounts[at] != account:
            return None
        file = self.files[self.file_nos[at] if self.file_nos else 0]
        return RegisterRow(file, self.record_nos[at] if self.record_nos else at + 1)


@dataclass(frozen=True, slots=True)
class Settlement:
    """The cash of one confirmation day: what the manager got, and what it paid back."""

    fund: str
    on: date
    in_fen: int
    out_fen: int

    @property
    def net_fen(self) -> int:
        """Return what the manager gets; negative when it pays."""
        return self.in_fen - self.out_fen


class FundManager(Protocol):
    """A fund manager as the platform talks to it; each call may be repeated without harm."""

    def submit(
        self, orders: Sequence[ManagerOrder], *, fund: str, t_day: date, at: datetime
    ) -> Ack | ManagerDown:
        """Hand over orders; those known already are acknowledged again and not taken twice."""
        ...

    def confirmations(
        self, *, fund: str, t_day: date, at: datetime
    ) -> list[Confirmation] | NotReady | ManagerDown:
        """Return the answers in the file of a trading day, late ones of earlier days included."""
        ...

    def income(
        self, *, fund: str, on: date, at: datetime
    ) -> FundDayReport | NotReady | ManagerDown:
        """Return the published figures of a calendar day."""
        ...

    def register(self, *, fund: str, on: date, at: datetime) -> Register | NotReady | ManagerDown:
        """Return every holder's units at the end of a calendar day."""
        ...

    def settlement(
        self, *, fund: str, on: date, at: datetime
    ) -> Settlement | NotReady | ManagerDown:
        """Return the cash that moved between manager and platform on a confirmation day."""
        ...
