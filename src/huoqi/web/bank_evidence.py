"""Both sides of a break of a bank's day for the wire: its lines, the order, what is booked."""

from uuid import UUID

from pydantic import Field

from huoqi.close.bank_breaks import BankSubject
from huoqi.close.breaks import QueuedBreak, bank_subject
from huoqi.close.reconcile.rules.entries import PlannedEntry
from huoqi.close.rules.resolutions import BANK_ACTIONS
from huoqi.kit.db import Work
from huoqi.payments.operations.matching import StatementLine
from huoqi.payments.orders import MoneyOrder
from huoqi.web.wire import Money, Shape, money, shown_at


class BankLineView(Shape):
    """A line of a bank's statement, as it came."""

    statement: str
    line_no: str
    entry_id: str
    reference: str
    on: str
    amount: Money
    is_credit: bool = Field(description="Money came to our account.")
    is_reversal: bool = Field(description="The line takes an earlier one back.")
    sha256: str = Field(description="Digest of the page that it stands on.")


class BankOrderView(Shape):
    """A payment as our books have it."""

    id: UUID
    direction: str = Field(description="COLLECT: from a card to us; PAYOUT: from us to a card.")
    purpose: str
    amount: Money
    state: str
    cases: list[str]
    returned: bool
    reference: str | None
    sent_at: str | None


class PlannedEntryView(Shape):
    """An entry that would be posted, to the fen."""

    action: str
    debit: str = Field(description="Kind of account.", examples=["bank_clearing"])
    credit: str
    amount: Money
    reverses: bool = Field(description="It takes the order's own entry back.")


class BankEvidence(Shape):
    """What a break of a bank's day is about: lines, the order, orders it may mean, entries."""

    lines: list[BankLineView]
    order: BankOrderView | None
    orders_like_it: list[BankOrderView] = Field(description="Which a line may be linked to.")
    entries: list[PlannedEntryView] = Field(description="What each action would post.")
    effect: Money = Field(description="By how much our account differs: ours less the bank's.")


def bank_evidence(work: Work, found: QueuedBreak) -> BankEvidence | None:
    """Return both sides of a break of a bank's day; None for other breaks."""
    if not found.is_of_bank:
        return None
    subject = bank_subject(work, found)
    lines = list(subject.lines)
    if subject.line is not None and subject.line not in lines:
        lines.append(subject.line)
    return BankEvidence(
        lines=[_line(line) for line in lines],
        order=_order(subject.order) if subject.order else None,
        orders_like_it=[_order(order) for order in subject.likes],
        entries=_entries(subject),
        effect=money(found.row.effect_fen or 0),
    )


def _entries(subject: BankSubject) -> list[PlannedEntryView]:
    return [
        _entry(action.value, entry)
        for action in BANK_ACTIONS[subject.place.kind]
        for entry in subject.entries(action)
    ]


def _entry(action: str, entry: PlannedEntry) -> PlannedEntryView:
    return PlannedEntryView(
        action=action,
        debit=entry.debit.name.lower(),
        credit=entry.credit.name.lower(),
        amount=money(entry.amount_fen),
        reverses=entry.reverses,
    )


def _line(line: StatementLine) -> BankLineView:
    return BankLineView(
        statement=line.statement_id,
        line_no=str(line.line_no),
        entry_id=line.entry_id,
        reference=line.bank_ref,
        on=line.on.isoformat(),
        amount=money(line.amount_fen),
        is_credit=line.is_credit,
        is_reversal=line.is_reversal,
        sha256=bytes(line.sha256).hex(),
    )


def _order(order: MoneyOrder) -> BankOrderView:
    return BankOrderView(
        id=order.order_id,
        direction=order.direction.value,
        purpose=order.purpose,
        amount=money(order.amount_fen),
        state=order.state.value,
        cases=sorted(order.cases),
        returned=order.returned,
        reference=order.bank_ref,
        sent_at=shown_at(order.sent_at) if order.sent_at else None,
    )
