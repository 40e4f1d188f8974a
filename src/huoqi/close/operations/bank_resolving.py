"""Carrying out what two people decided about a bank's line: rulings, entries, evidence, refunds.

Everything is in the decision's transaction; what cannot be done is raised, so that nothing of the
decision stands. Done twice it is done once: entries and evidence have ids of their own.
"""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from huoqi.approvals.queries import Approval
from huoqi.close._store import bank_days as store
from huoqi.close._store.bank_days import Ruling
from huoqi.close.bank_breaks import BankSubject
from huoqi.close.breaks import QueuedBreak, bank_subject
from huoqi.close.operations.bank_matching import match_days
from huoqi.close.operations.safeguarding import check_safeguards
from huoqi.close.rules.resolutions import Action
from huoqi.fund.operations import settle_payments
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.rules.chart import AccountKind
from huoqi.payments.operations import record_evidence
from huoqi.payments.operations.correcting import Correction, book_correction, refund_of
from huoqi.payments.orders import Evidence, MoneyOrder
from huoqi.payments.rules.reducer import Action as OrderAction
from huoqi.payments.rules.reducer import Event, State
from huoqi.payments.rules.reducer import reduce as reduced

BOOKED = frozenset({Action.CREATE_ENTRY, Action.EDIT_BY_REVERSAL})
_RULED = frozenset({Action.VOID_LINE, Action.REPLACE_LINE, Action.LINK_TO_ORDER})


class BreakBooked(DomainError):
    """What two people had booked stays; it is corrected by a further decision, not undone."""

    code: ClassVar[str] = "break.booked"


class OrderNotLikeIt(DomainError):
    """The order is none of those that the line may mean: bank, direction, amount, not named yet."""

    code: ClassVar[str] = "break.order_not_like_it"


def hold_bank_days(work: Work) -> None:
    """Let nobody match or decide on banks' days meanwhile; a matching takes this lock first."""
    store.lock_cursors(work)


def order_of_wish(
    work: Work, found: QueuedBreak, *, order_id: UUID | None
) -> MoneyOrder | DomainError:
    """Return the order that a line shall be linked to: the one named, or the only one like it."""
    likes = bank_subject(work, found).likes
    wanted = [order for order in likes if order_id in (None, order.order_id)]
    if len(wanted) != 1:
        return OrderNotLikeIt(found=len(likes))
    return wanted[0]


def carry_out_bank(work: Work, found: Sequence[QueuedBreak], *, approval: Approval) -> None:
    """Do what was approved about breaks of banks' days."""
    action = Action(str(approval.after["action"]))
    for each in found:
        subject = bank_subject(work, each)
        if action in _RULED:
            _rule(work, subject, action=action, approval=approval)
        if action in BOOKED:
            _book(work, subject, action=action)
        _hear(work, subject, action=action, approval=approval)


def match_again(work: Work, found: Sequence[QueuedBreak]) -> None:
    """Match the days of breaks anew, so that what was ruled on goes and days close."""
    days = {(each.key.fund, each.key.on) for each in found}
    unsettled = {day for day in store.unsettled(work) if day[0] in {bank for bank, _ in days}}
    cursors = store.cursors(work)
    inside = [(bank, on) for bank, on in days | unsettled if on <= cursors[bank].matched_on]
    match_days(work, inside)
    check_safeguards(work)


def take_back_ruling(work: Work, found: QueuedBreak) -> None:
    """Take back what was ruled on the line of a break that is opened again; raise BreakBooked."""
    if found.row.action in BOOKED:
        raise BreakBooked(id=found.key.break_id)
    line = bank_subject(work, found).line
    if line is not None:
        store.unrule(work, line.page_id, line.line_no)


def _rule(work: Work, subject: BankSubject, *, action: Action, approval: Approval) -> None:
    line = subject.line
    assert line is not None, "an action on a line is offered where there is one"
    ruling = Ruling(line.page_id, line.line_no, "void")
    if action is Action.REPLACE_LINE:
        assert subject.order is not None
        ruling = Ruling(line.page_id, line.line_no, "amount", amount_fen=subject.order.amount_fen)
    if action is Action.LINK_TO_ORDER:
        order = _linked(subject, approval)
        ruling = Ruling(
            line.page_id, line.line_no, "order", shard=order.shard, order_id=order.order_id
        )
    store.rule(work, ruling, approval_id=approval.approval_id)


def _linked(subject: BankSubject, approval: Approval) -> MoneyOrder:
    """Return the order that was decided on, if a line still may mean it; raise OrderNotLikeIt."""
    for order in subject.likes:
        if str(order.order_id) == approval.after.get("order"):
            return order
    raise OrderNotLikeIt(found=len(subject.likes))


def _book(work: Work, subject: BankSubject, *, action: Action) -> None:
    entries = subject.entries(action)
    if not entries:
        return
    order, line = subject.order, subject.line
    if order is not None:
        parent_id, name = order.order_id, f"{subject.place.kind} {subject.place.on.isoformat()}"
    else:
        assert line is not None
        parent_id, name = line.page_id, f"line {line.line_no}"
    book_correction(
        work,
        Correction(
            parent_id,
            name,
            subject.place.bank,
            [(e.debit, e.credit, e.amount_fen, e.reverses) for e in entries],
            order,
        ),
    )
    refunded = [e.amount_fen for e in entries if e.credit is AccountKind.CUSTOMER_CASH]
    if order is not None and action is Action.CREATE_ENTRY and refunded:
        refund_of(work, order, amount_fen=refunded[0])


def _hear(work: Work, subject: BankSubject, *, action: Action, approval: Approval) -> None:
    """Let the order hear of it: proof where it has no outcome, the end of its cases elsewhere."""
    order = _linked_order(subject, action=action, approval=approval)
    if order is None:
        return
    event = _event(order, action=action)
    if OrderAction.REFUSE in reduced(order.state, event).actions:
        return
    proof = Evidence(
        order.shard,
        order.order_id,
        evidence_id=f"people-{approval.approval_id}",
        source="people",
        event=event,
        reason="payment.resolved_by_people",
    )
    settle_payments(work, record_evidence(work, [proof]))


def _linked_order(subject: BankSubject, *, action: Action, approval: Approval) -> MoneyOrder | None:
    if action is Action.LINK_TO_ORDER:
        return _linked(subject, approval)
    return subject.order


def _event(order: MoneyOrder, *, action: Action) -> Event:
    if order.state in (State.SENT, State.UNKNOWN) and action is Action.LINK_TO_ORDER:
        return Event.S_BOOKED
    if order.state in (State.UNKNOWN, State.DISPUTED):
        return Event.H_RESOLVE_SUCCESS
    return Event.H_CLOSE_CASES
