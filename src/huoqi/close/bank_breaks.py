"""What a break of a bank's day is about: line, order, what else it may mean, what is booked.

Asked anew each time, so that nobody decides on what was true yesterday.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from huoqi.close.reconcile.rules.entries import PlannedEntry, corrected_entries, missing_entries
from huoqi.close.rules.resolutions import Action
from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.db import Work
from huoqi.payments.operations.matching import (
    StatementLine,
    line_of,
    lines_of_orders,
    orders_like,
    orders_named,
)
from huoqi.payments.orders import MoneyOrder, order_of_reference
from huoqi.payments.rules.reducer import State

#: So far back a line without our reference may mean an order.
_LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class BreakPlace:
    """Where a break of a bank's day stands, and where its line does."""

    bank: str
    on: date
    kind: str
    reference: str
    statement_id: str
    line_no: int | None
    sha256: bytes | None
    effect_fen: int


@dataclass(frozen=True, slots=True)
class BankSubject:
    """What a break is about; ``lines`` are all that name its order, ``likes`` what it may mean."""

    place: BreakPlace
    line: StatementLine | None
    order: MoneyOrder | None
    lines: Sequence[StatementLine]
    likes: Sequence[MoneyOrder]

    @property
    def is_copy(self) -> bool:
        """Tell whether the line only repeats the one before it, by the bank's own numbers.

        What a bank did twice has two numbers in a row; a line that was written twice has the same
        number, or one out of the row.
        """
        booked = [line for line in self.lines if not line.is_reversal]
        if len(booked) < 2 or booked[-1].page_id != booked[-2].page_id:
            return False
        last, before = booked[-1], booked[-2]
        if not (last.entry_id.isdigit() and before.entry_id.isdigit()):
            return last.entry_id == before.entry_id
        steps = int(last.entry_id) - int(before.entry_id)
        return steps != last.line_no - before.line_no

    def entries(self, action: Action) -> list[PlannedEntry]:
        """Return what would be booked by an action; most book nothing."""
        if action is Action.CREATE_ENTRY:
            direction = self.order.direction if self.order else None
            return missing_entries(-self.place.effect_fen, direction=direction)
        if action is Action.EDIT_BY_REVERSAL and self.order and self.place.kind == "bank_amount":
            ours_fen, direction = self.order.amount_fen, self.order.direction
            is_in = direction.value == "COLLECT"
            more_fen = -self._booked_effect_fen() if is_in else self._booked_effect_fen()
            return corrected_entries(
                ours_fen,
                ours_fen + more_fen,
                direction=direction,
                is_posted=self.order.state is State.SUCCEEDED,
            )
        return []

    def _booked_effect_fen(self) -> int:
        """Return by how much ours differs once the order is posted; before, all of it does."""
        assert self.order is not None
        if self.order.state is State.SUCCEEDED:
            return self.place.effect_fen
        is_in = self.order.direction.value == "COLLECT"
        return self.place.effect_fen + (self.order.amount_fen if is_in else -self.order.amount_fen)


def subject_of(work: Work, place: BreakPlace) -> BankSubject:
    """Return what a break of a bank's day is about, as it stands now."""
    line = None
    if place.sha256 is not None and place.line_no is not None:
        line = line_of(
            work,
            bank=place.bank,
            statement_id=place.statement_id,
            sha256=place.sha256,
            line_no=place.line_no,
        )
    order_id = order_of_reference(place.reference)
    order = orders_named(work, [order_id]).get(order_id) if order_id else None
    lines = lines_of_orders(work, [order.order_id]) if order else []
    likes: list[MoneyOrder] = []
    if line is not None and place.kind == "bank_not_in_ledger":
        likes = orders_like(work, line, since=shanghai_midnight(place.on) - _LOOKED_BACK)
    return BankSubject(place, line, order, lines, likes)
