"""One line of a bank for many orders, where a dated rule says that the bank books so.

A line without our reference stands for the orders of one value day and direction that no line
names, if all of them together come to its amount to the fen. Nothing is guessed: part of them, or
two ways to make the sum, is no match.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: Policy of a bank: ``split`` lets it book an order in several lines, ``batch`` many in one.
RULE = "close.bank_matching"


@dataclass(frozen=True, slots=True)
class LooseLine:
    """A line that names no order of ours: its place in the list, direction, amount."""

    place: int
    is_payout: bool
    amount_fen: int


@dataclass(frozen=True, slots=True)
class LooseOrder:
    """A paid order that no line names: its place in the list, value day, direction, amount."""

    place: int
    value_on: date
    is_payout: bool
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Group:
    """A line with the orders that it stands for, by their places."""

    line: int
    orders: tuple[int, ...]


def batches(lines: Sequence[LooseLine], orders: Sequence[LooseOrder]) -> list[Group]:
    """Return the lines that stand for all loose orders of one day and direction.

    >>> paid = [LooseOrder(n, date(2015, 5, 12), False, 100) for n in range(3)]
    >>> batches([LooseLine(0, False, 300)], paid)
    [Group(line=0, orders=(0, 1, 2))]
    >>> batches([LooseLine(0, False, 200)], paid)
    []
    """
    loose: dict[tuple[date, bool], list[LooseOrder]] = {}
    for order in orders:
        loose.setdefault((order.value_on, order.is_payout), []).append(order)
    sums: dict[tuple[bool, int], list[list[LooseOrder]]] = {}
    for (_, is_payout), day in loose.items():
        if len(day) > 1:
            total_fen = sum(order.amount_fen for order in day)
            sums.setdefault((is_payout, total_fen), []).append(day)
    asked: dict[tuple[bool, int], list[LooseLine]] = {}
    for line in lines:
        asked.setdefault((line.is_payout, line.amount_fen), []).append(line)
    return [
        Group(found[0].place, tuple(order.place for order in days[0]))
        for key, found in asked.items()
        if len(found) == 1 and len(days := sums.get(key, [])) == 1
    ]
