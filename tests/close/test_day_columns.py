"""A day by columns equals the plain rules: events, exact income, the book at the end."""

import random

from huoqi.close.book import Book, column
from huoqi.close.day_columns import AtAccounts, Published, compute_day, earning_book
from huoqi.fund.rules.allocation import Becoming, Holding, allocate_day

NOTHING = AtAccounts(column([]), column([]))
DAILY = Published(136_920, None)


def book_of(units: dict[int, int]) -> Book:
    """Return a book from account numbers and units."""
    accounts = sorted(units)
    return Book(column(accounts), column([units[a] for a in accounts]), column([0] * len(accounts)))


def test_the_worked_example_ends_with_every_fen_given() -> None:
    units = [10_000, 1_000_000, 3_333_333, 1, 7_304, 7_305, 12_345_678, 9_999_999_999]
    before = book_of(dict(enumerate(units[:-1], start=1)))
    bought = AtAccounts(column([8]), column([units[-1]]))

    day = compute_day(earning_book(before, changes=bought), published=DAILY, overrides=NOTHING)

    assert day.incomes_fen.tolist() == [1, 137, 457, 0, 1, 1, 1690, 1369200]
    assert (day.row.theta, day.row.tie_account) == (399_954_360, 3)
    assert day.income_fen == day.totals.total_income_fen == 1_371_487
    assert day.book.total_units_e2 == sum(units) + 1_371_487


def test_shards_add_up_to_the_fund() -> None:
    chance = random.Random(11)
    units = {chance.randrange(100, 10_000): chance.randrange(1, 10**9) for _ in range(200)}
    day = compute_day(book_of(units), published=DAILY, overrides=NOTHING)

    totals = day.by_shard(shards=3)
    plain = allocate_day([Holding(a, units[a]) for a in sorted(units)], income_per_10k_e5=136_920)

    assert [t.shard for t in totals] == [0, 1, 2]
    assert sum(t.income_fen for t in totals) == plain.totals.total_income_fen
    assert sum(t.units_e2 for t in totals) == sum(units.values())
    assert tuple(day.incomes_fen.tolist()) == plain.incomes_fen
    assert day.row == plain.row


def test_an_accepted_figure_replaces_the_formula() -> None:
    accepted = AtAccounts(column([2]), column([140]))

    day = compute_day(book_of({1: 10_000, 2: 1_000_000}), published=DAILY, overrides=accepted)

    assert day.incomes_fen.tolist() == [1, 140]
    assert day.income_fen == 141


def test_a_monthly_fund_accrues_and_carries_on_its_day() -> None:
    monthly = Published(136_920, None, Becoming.ACCRUED)
    day = compute_day(book_of({1: 1_000_000}), published=monthly, overrides=NOTHING)
    assert (day.book.total_units_e2, day.book.total_accrued_fen) == (1_000_000, 136)

    carried = Published(136_920, None, Becoming.CARRIED)
    end = compute_day(day.book, published=carried, overrides=NOTHING)
    assert (end.book.total_units_e2, end.book.total_accrued_fen) == (1_000_272, 0)


def test_a_fund_without_holders_has_a_day_too() -> None:
    day = compute_day(book_of({}), published=Published(136_920, 0), overrides=NOTHING)

    assert day.totals.total_income_fen == 0
    assert day.by_shard(shards=2) == []
