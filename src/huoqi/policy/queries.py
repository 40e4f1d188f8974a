"""What can be asked of policy: the rule in force on a date, from a cache that is never stale."""

from collections import OrderedDict
from datetime import date
from threading import Lock
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.policy import _store
from huoqi.policy.book import ANY, JURISDICTION, Book, PolicyRow

_KEPT = "policy.book"
_CACHED_BOOKS_MAX = 8
# Keyed by a random token that the database renews with every change, so that an entry is right
# for ever, in whichever database, branch or transaction it was read.
_books: OrderedDict[UUID, Book] = OrderedDict()
_books_lock = Lock()


def rule_on(
    work: Work,
    *,
    rule: str,
    on: date,
    fund: str = ANY,
    distributor: str = ANY,
    jurisdiction: str = JURISDICTION,
) -> PolicyRow | None:
    """Return the row in force on a date, the fund's own before the one for every fund."""
    keys = dict.fromkeys(
        (rule, at_fund, at_distributor, jurisdiction)
        for at_fund in (fund, ANY)
        for at_distributor in (distributor, ANY)
    )
    return book_of(work).rule_on(on, keys=keys)


def is_needed(work: Work, *, rule: str, on: date, fund: str = ANY) -> bool:
    """Tell whether a rule that asks for something, ``needed: 1``, is in force on a date."""
    row = rule_on(work, rule=rule, on=on, fund=fund)
    return row is not None and row.value.get("needed") == 1


def rules_on(work: Work, *, on: date) -> list[PolicyRow]:
    """Return every row in force on a date."""
    return book_of(work).rules_on(on)


def rows_of(work: Work, *, rule: str) -> list[PolicyRow]:
    """Return a rule's rows of all times, to show what changes when."""
    return book_of(work).rows_of(rule)


def book_of(work: Work) -> Book:
    """Return all rules as this unit of work sees them; one short query at most a unit of work."""
    return work.kept(_KEPT, lambda: _read(work))


def _read(work: Work) -> Book:
    token = _store.token(work)
    with _books_lock:
        book = _books.get(token)
    if book is None:
        book = Book.of(PolicyRow(*row) for row in _store.all_rows(work))
        _remember(token, book)
    return book


def forget(work: Work) -> None:
    """Drop what this unit of work has read, after it changed a rule itself."""
    work.forget()


def _remember(token: UUID, book: Book) -> None:
    with _books_lock:
        _books[token] = book
        while len(_books) > _CACHED_BOOKS_MAX:
            _books.popitem(last=False)
