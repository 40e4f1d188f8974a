"""The book: yesterday's column, today's events, the income, byte for byte."""

import random

import pytest

from huoqi.close.book import (
    Book,
    BookDamaged,
    StoredBook,
    UnitsBelowZero,
    column,
    empty_book,
    restored,
    stored,
    with_accrued_as_units,
    with_events,
    with_income_accrued,
    with_income_as_units,
    without_empty,
)


def book_of(units: dict[int, int]) -> Book:
    """Return a book from account numbers and units."""
    accounts = column(sorted(units))
    return Book(accounts, column([units[a] for a in sorted(units)]), column([0] * len(units)))


def units_of(book: Book) -> dict[int, int]:
    """Return a book as a plain mapping."""
    return dict(zip(book.accounts.tolist(), book.units_e2.tolist(), strict=True))


def after(book: Book, events: list[tuple[int, int]]) -> Book:
    """Return a book after events of (account, delta)."""
    accounts, deltas = [a for a, _ in events], [d for _, d in events]
    return with_events(book, accounts=column(accounts), deltas_e2=column(deltas))


def test_events_join_old_and_new_holders_in_the_order_of_accounts() -> None:
    book = after(book_of({5: 100, 9: 50}), [(7, 30), (5, -20), (7, 1), (1, 4), (11, 8)])

    assert units_of(book) == {1: 4, 5: 80, 7: 31, 9: 50, 11: 8}
    assert book.accounts.tolist() == [1, 5, 7, 9, 11]


def test_the_first_purchase_of_all_makes_a_book_from_nothing() -> None:
    assert units_of(after(empty_book(), [(3, 10_000)])) == {3: 10_000}


def test_without_events_the_book_is_the_same_object() -> None:
    book = book_of({1: 1})

    assert after(book, []) is book


def test_more_units_cannot_leave_than_are_there() -> None:
    with pytest.raises(UnitsBelowZero) as refused:
        after(book_of({5: 100}), [(5, -101)])
    assert refused.value.params == {"customer_no": 5, "units_e2": -1}


def test_daily_carry_adds_income_to_the_units() -> None:
    book = with_income_as_units(book_of({1: 10_000, 2: 1_000_000}), incomes_fen=column([1, 137]))

    assert units_of(book) == {1: 10_001, 2: 1_000_137}
    assert (book.holder_count, book.total_units_e2, book.total_accrued_fen) == (2, 1_010_138, 0)


def test_monthly_carry_accrues_until_the_carry() -> None:
    accrued = with_income_accrued(book_of({1: 10_000, 2: 5}), incomes_fen=column([3, 0]))
    assert (units_of(accrued), accrued.total_accrued_fen) == ({1: 10_000, 2: 5}, 3)

    carried = with_accrued_as_units(accrued)
    assert (units_of(carried), carried.total_accrued_fen) == ({1: 10_003, 2: 5}, 0)


def test_an_empty_holder_leaves_the_book_unless_income_is_owed() -> None:
    owed = Book(column([1, 2, 3]), column([0, 0, 5]), column([0, 2, 0]))

    assert units_of(without_empty(owed)) == {2: 0, 3: 5}
    assert without_empty(book_of({1: 1})).holder_count == 1


@pytest.mark.parametrize("accrued", [[0, 0], [1, -2]])
def test_a_stored_book_comes_back_byte_for_byte(accrued: list[int]) -> None:
    book = Book(column([1, 2**40]), column([7, 2**62]), column(accrued))
    kept = stored(book)

    again = restored(kept, sha256=kept.sha256)

    assert stored(again) == kept
    assert again.accrued_fen.tolist() == accrued
    assert len(kept.accounts) == 16
    assert kept.accounts[:8] == b"\x01\0\0\0\0\0\0\0"


def test_a_changed_byte_is_found() -> None:
    kept = stored(book_of({1: 5}))
    damaged = StoredBook(kept.accounts, b"\x06" + kept.units_e2[1:], kept.accrued_fen)

    with pytest.raises(BookDamaged):
        restored(damaged, sha256=kept.sha256)


def test_a_thousand_days_of_random_events_equal_a_plain_dictionary() -> None:
    chance = random.Random(20150511)
    book = empty_book()
    plain: dict[int, int] = {}
    for _ in range(1_000):
        events = []
        for _ in range(chance.randrange(4)):
            account = chance.randrange(1, 60)
            held = plain.get(account, 0)
            delta = chance.randrange(-held, 500)
            plain[account] = held + delta
            events.append((account, delta))
        book = without_empty(after(book, events))
    assert units_of(book) == {account: units for account, units in plain.items() if units}
