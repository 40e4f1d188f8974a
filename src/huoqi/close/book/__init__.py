"""The book of a fund: in memory for a company of any size, in mapped files for very many holders.

``columns`` is the book that lives inside one unit of work; ``days`` closes one that is kept in a
folder, by partitions. The second needs the packages of requirements/bulk.in and is imported only
where it is used.
"""

from huoqi.close.book.columns import (
    Book,
    BookDamaged,
    Int64,
    StoredBook,
    UnitsBelowZero,
    column,
    empty_book,
    restored,
    stored,
    with_accrued_as_units,
    with_accrued_paid,
    with_events,
    with_income_accrued,
    with_income_as_units,
    without_empty,
)

__all__ = [
    "Book",
    "BookDamaged",
    "Int64",
    "StoredBook",
    "UnitsBelowZero",
    "column",
    "empty_book",
    "restored",
    "stored",
    "with_accrued_as_units",
    "with_accrued_paid",
    "with_events",
    "with_income_accrued",
    "with_income_as_units",
    "without_empty",
]
