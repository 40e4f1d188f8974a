"""A tie-out names the holders that differ."""

from huoqi.close.book import column
from huoqi.close.rules.tie_out_columns import Comparison, Difference, Side, compare


def side(**units: int) -> Side:
    """Return a side from a1=…, a2=… in the order given."""
    return Side(column([int(name[1:]) for name in units]), column(list(units.values())))


def test_equal_sides_tie() -> None:
    assert compare(side(a1=5, a2=7), theirs=side(a1=5, a2=7), limit=3) == Comparison(0, ())


def test_the_same_holders_with_other_units_do_not_tie() -> None:
    found = compare(side(a1=5, a2=7), theirs=side(a1=5, a2=6), limit=3)

    assert found == Comparison(1, (Difference(2, 7, 6),))


def test_the_same_units_of_other_holders_do_not_tie() -> None:
    found = compare(side(a1=5, a2=7), theirs=side(a1=5, a3=7), limit=3)

    assert found == Comparison(2, (Difference(2, 7, 0), Difference(3, 0, 7)))


def test_holdings_beyond_the_exact_floats_are_told_apart() -> None:
    found = compare(side(a1=2**53 + 1), theirs=side(a1=2**53), limit=1)

    assert found.first == (Difference(1, 2**53 + 1, 2**53),)


def test_order_and_holders_with_nothing_do_not_matter() -> None:
    assert compare(side(a1=5, a2=7), theirs=side(a2=7, a3=0, a1=5), limit=3).ties


def test_a_changed_a_missing_and_a_surplus_holder_are_named() -> None:
    found = compare(side(a1=5, a2=7, a4=1), theirs=side(a1=5, a2=8, a3=9), limit=2)

    assert found.count == 3
    assert found.first == (Difference(2, 7, 8), Difference(3, 0, 9))
    assert not found.ties


def test_an_account_listed_twice_adds_up() -> None:
    twice = Side(column([1, 1]), column([2, 3]))

    assert compare(side(a1=5), theirs=twice, limit=1).ties
