"""What a matching looks at: banks' days with their lines, and the orders that belong to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from huoqi.close._store import bank_days as store
from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.db import Work
from huoqi.payments.operations.matching import (
    StatementLine,
    lines_of_days,
    lines_of_keys,
    lines_of_orders,
    orders_named,
    orders_unnamed,
    value_days,
)
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import State

BankDay = tuple[str, date]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sight:
    """An order with its lines, the day that it is looked at on, and the last day of its line.

    ``lines`` are as two people ruled them, ``stated_fen`` is what the bank's own lines come to.
    """

    order: MoneyOrder
    lines: Sequence[StatementLine]
    stated_fen: int
    value_on: date
    expected_on: date

    @property
    def on(self) -> date:
        """Return the day it belongs to: that of its last line, else that of its value."""
        return max((line.on for line in self.lines), default=self.value_on)

    @property
    def booked_fen(self) -> int:
        """Return what our books have at the bank because of it, with its sign."""
        if self.order.state is not State.SUCCEEDED or self.order.returned:
            return 0
        is_in = self.order.direction is Direction.COLLECT
        return self.order.amount_fen if is_in else -self.order.amount_fen

    @property
    def effect_fen(self) -> int:
        """Return by how much our books differ from the bank's because of it."""
        return self.booked_fen - self.stated_fen


@dataclass(frozen=True, slots=True)
class Sights:
    """Everything that some banks' days have: orders with their lines, and lines without."""

    sights: Sequence[Sight]
    loose: Sequence[StatementLine]
    entry_counts: Mapping[BankDay, int]


def sights_of(work: Work, days: Iterable[BankDay]) -> Sights:
    """Return what banks' days have, two people's rulings on lines applied."""
    wanted = sorted(set(days))
    own = lines_of_days(work, wanted)
    unnamed = orders_unnamed(work, _periods(wanted))
    rulings = store.rulings(
        work,
        pages=list({line.page_id for line in own}),
        orders=[order.order_id for order in unnamed],
    )
    lines = {line.key: line for line in own}
    lines |= {line.key: line for line in _elsewhere(work, own, rulings)}
    rows = {(row.page_id, row.line_no): row for row in rulings}
    ruled = [_ruled(line, rows.get(key)) for key, line in lines.items()]
    named = [line.order_id for line in ruled if line is not None and line.order_id]
    own_words = [line.order_id for line in lines.values() if line.order_id]
    orders = {order.order_id: order for order in unnamed}
    orders |= orders_named(work, list({*named, *own_words}))
    by_order = _by_order([line for line in ruled if line is not None], orders)
    raw = _by_order(lines.values(), orders)
    for ruling in rulings:  # the bank's own line counts for the order that it was ruled to be
        if ruling.order_id is not None and (ruling.page_id, ruling.line_no) in lines:
            raw.setdefault(ruling.order_id, []).append(lines[ruling.page_id, ruling.line_no])
    value = value_days(work, list(orders.values()))
    sights = [
        Sight(
            order, by_order.get(id_, []), sum(n.signed_fen for n in raw.get(id_, [])), *value[id_]
        )
        for id_, order in orders.items()
        if id_ in value
    ]
    mine = {line.key for line in own}
    taken = {line.key for found in by_order.values() for line in found}
    counts: dict[BankDay, int] = {}
    for line in own:
        counts[line.bank, line.on] = counts.get((line.bank, line.on), 0) + 1
    loose = [n for n in ruled if n is not None and n.key in mine and n.key not in taken]
    keys = set(wanted)
    return Sights([s for s in sights if (s.order.bank, s.on) in keys], loose, counts)


def _elsewhere(
    work: Work, own: Sequence[StatementLine], rulings: Sequence[store.Ruling]
) -> list[StatementLine]:
    """Return the lines of other days that name the same orders, or were ruled to be orders'."""
    named = list({line.order_id for line in own if line.order_id is not None})
    known = {line.key for line in own}
    ruled = [
        (ruling.page_id, ruling.line_no)
        for ruling in rulings
        if ruling.order_id is not None and (ruling.page_id, ruling.line_no) not in known
    ]
    return [*lines_of_orders(work, named), *lines_of_keys(work, ruled)]


def _periods(days: Sequence[BankDay]) -> list[tuple[str, datetime, datetime]]:
    """Return by bank from when to when orders were sent that may be of its days."""
    periods: list[tuple[str, date, date]] = []
    for bank, on in days:
        first, last = on - _DAY, on
        if periods and periods[-1][0] == bank and first <= periods[-1][2] + _DAY:
            first = periods.pop()[1]
        periods.append((bank, first, last))
    return [
        (bank, shanghai_midnight(first), shanghai_midnight(last + _DAY))
        for bank, first, last in periods
    ]


def _ruled(line: StatementLine, ruling: store.Ruling | None) -> StatementLine | None:
    """Return a line as two people ruled it; None where they ruled that it does not count."""
    if ruling is None:
        return line
    if ruling.ruling == "void":
        return None
    if ruling.amount_fen is not None:
        return replace(line, amount_fen=ruling.amount_fen)
    return replace(line, shard=ruling.shard, order_id=ruling.order_id)


def _by_order(
    lines: Iterable[StatementLine], orders: Mapping[UUID, MoneyOrder]
) -> dict[UUID, list[StatementLine]]:
    """Return lines by the orders they name; a line of another bank names none."""
    found: dict[UUID, list[StatementLine]] = {}
    for line in lines:
        order = orders.get(line.order_id) if line.order_id else None
        if order is not None and order.bank == line.bank:
            found.setdefault(order.order_id, []).append(line)
    return found
