"""One line for many orders: all of one day and direction, to the fen, or none."""

from datetime import date, timedelta

from huoqi.close.reconcile.rules.groups import Group, LooseLine, LooseOrder, batches

ON = date(2015, 5, 12)


def paid(
    *amounts_fen: int, on: date = ON, is_payout: bool = False, first: int = 0
) -> list[LooseOrder]:
    return [LooseOrder(first + n, on, is_payout, fen) for n, fen in enumerate(amounts_fen)]


def test_a_line_stands_for_all_orders_of_a_day() -> None:
    assert batches([LooseLine(4, False, 600)], paid(100, 200, 300)) == [Group(4, (0, 1, 2))]


def test_part_of_them_is_no_match() -> None:
    assert batches([LooseLine(0, False, 300)], paid(100, 200, 300)) == []


def test_one_order_alone_is_no_batch() -> None:
    assert batches([LooseLine(0, False, 100)], paid(100)) == []


def test_the_other_direction_is_no_match() -> None:
    assert batches([LooseLine(0, True, 300)], paid(100, 200)) == []


def test_two_days_of_one_sum_are_not_told_apart() -> None:
    orders = paid(100, 200) + paid(150, 150, on=ON - timedelta(days=1), first=2)

    assert batches([LooseLine(0, False, 300)], orders) == []


def test_two_lines_of_one_sum_are_not_told_apart() -> None:
    lines = [LooseLine(0, False, 300), LooseLine(1, False, 300)]

    assert batches(lines, paid(100, 200)) == []


def test_each_day_has_its_own_line() -> None:
    orders = paid(100, 200) + paid(10, 20, on=ON + timedelta(days=1), first=2)

    found = batches([LooseLine(0, False, 30), LooseLine(1, False, 300)], orders)

    assert found == [Group(0, (2, 3)), Group(1, (0, 1))]
