"""The book of a fund at the end of a day: raw int64 columns, in the order of account numbers.

It is computed from yesterday's book, never from the online holdings, so that the two can be
compared. Holders without units and without accrued income are not in it.
"""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from huoqi.fund.rules.allocation_columns import exact_sum
from huoqi.kit.errors import DomainError

Int64 = npt.NDArray[np.int64]

_STORED = np.dtype("<i8")


class UnitsBelowZero(DomainError):
    """The day's events take more units from an account than the book gives it."""

    code: ClassVar[str] = "close.units_below_zero"


class BookDamaged(DomainError):
    """The stored columns do not have the digest that was sealed."""

    code: ClassVar[str] = "close.book_damaged"


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """Accounts ascending and, at the same positions, their units and accrued income."""

    accounts: Int64
    units_e2: Int64
    accrued_fen: Int64

    @property
    def holder_count(self) -> int:
        """Return how many accounts the book has."""
        return int(self.accounts.size)

    @property
    def total_units_e2(self) -> int:
        """Return the control sum of the units."""
        return exact_sum(self.units_e2)

    @property
    def total_accrued_fen(self) -> int:
        """Return the control sum of the income that has not become units."""
        return exact_sum(self.accrued_fen)


@dataclass(frozen=True, slots=True)
class StoredBook:
    """A book as bytes: each column little-endian, eight bytes a holder."""

    accounts: bytes
    units_e2: bytes
    accrued_fen: bytes

    @property
    def sha256(self) -> bytes:
        """Return the digest of the columns in order; a length before each keeps them apart."""
        digest = hashlib.sha256(b"huoqi-book-v1\n")
        for column in (self.accounts, self.units_e2, self.accrued_fen):
            digest.update(len(column).to_bytes(8, "big"))
            digest.update(column)
        return digest.digest()


def column(values: list[int]) -> Int64:
    """Return integers as a column."""
    return np.array(values, dtype=np.int64)


def empty_book() -> Book:
    """Return the book of a fund before its first holder."""
    nothing = column([])
    return Book(nothing, nothing, nothing)


def stored(book: Book) -> StoredBook:
    """Return the book's bytes; an accrued column of zeros is left out."""
    accrued = book.accrued_fen.astype(_STORED).tobytes() if book.accrued_fen.any() else b""
    return StoredBook(
        book.accounts.astype(_STORED).tobytes(), book.units_e2.astype(_STORED).tobytes(), accrued
    )


def restored(kept: StoredBook, *, sha256: bytes) -> Book:
    """Return a book from its bytes; raise BookDamaged if they are not what was sealed."""
    if kept.sha256 != sha256:
        raise BookDamaged
    accounts = np.frombuffer(kept.accounts, dtype=_STORED).astype(np.int64)
    units_e2 = np.frombuffer(kept.units_e2, dtype=_STORED).astype(np.int64)
    accrued_fen = np.zeros_like(units_e2)
    if kept.accrued_fen:
        accrued_fen = np.frombuffer(kept.accrued_fen, dtype=_STORED).astype(np.int64)
    return Book(accounts, units_e2, accrued_fen)


def with_events(book: Book, *, accounts: Int64, deltas_e2: Int64) -> Book:
    """Return the book after the day's unit events; an account may have several.

    Raises UnitsBelowZero, which names the first account that has not enough.
    """
    if not accounts.size:
        return book
    touched, net_e2 = _net(accounts, deltas_e2)
    places = np.searchsorted(book.accounts, touched)
    known = np.zeros(touched.size, dtype=np.bool_)
    inside = places < book.accounts.size
    known[inside] = book.accounts[places[inside]] == touched[inside]
    units_e2 = book.units_e2.copy()
    units_e2[places[known]] += net_e2[known]
    new = ~known
    merged = Book(
        np.insert(book.accounts, places[new], touched[new]),
        np.insert(units_e2, places[new], net_e2[new]),
        np.insert(book.accrued_fen, places[new], 0),
    )
    below = np.flatnonzero(merged.units_e2 < 0)
    if below.size:
        first = int(below[0])
        raise UnitsBelowZero(
            customer_no=int(merged.accounts[first]), units_e2=int(merged.units_e2[first])
        )
    return merged


def with_accrued_paid(book: Book, *, accounts: Int64, paid_fen: Int64) -> Book:
    """Return the book after accrued income was paid with redeemed units; all are in it."""
    if not accounts.size:
        return book
    places = np.searchsorted(book.accounts, accounts)
    assert (book.accounts[places] == accounts).all(), "income paid to no holder"
    accrued_fen = book.accrued_fen.copy()
    np.subtract.at(accrued_fen, places, paid_fen)
    return Book(book.accounts, book.units_e2, accrued_fen)


def _net(accounts: Int64, deltas_e2: Int64) -> tuple[Int64, Int64]:
    """Return each account once, ascending, with the sum of its deltas."""
    order = np.argsort(accounts, kind="stable")
    ordered = accounts[order]
    firsts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    return ordered[firsts], np.add.reduceat(deltas_e2[order], firsts)


def with_income_as_units(book: Book, *, incomes_fen: Int64) -> Book:
    """Return the book after a daily carry: one fen of income is 0.01 units at the price 1.00."""
    return Book(book.accounts, book.units_e2 + incomes_fen, book.accrued_fen)


def with_income_accrued(book: Book, *, incomes_fen: Int64) -> Book:
    """Return the book after a day of a monthly carry, on which income only accrues."""
    return Book(book.accounts, book.units_e2, book.accrued_fen + incomes_fen)


def with_accrued_as_units(book: Book) -> Book:
    """Return the book after the carry of a monthly fund: what had accrued becomes units."""
    units_e2 = book.units_e2 + book.accrued_fen
    return Book(book.accounts, units_e2, np.zeros_like(units_e2))


def without_empty(book: Book) -> Book:
    """Return the book without accounts that have neither units nor accrued income."""
    kept = (book.units_e2 != 0) | (book.accrued_fen != 0)
    if kept.all():
        return book
    return Book(book.accounts[kept], book.units_e2[kept], book.accrued_fen[kept])
