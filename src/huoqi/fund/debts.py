"""Debts of collections that banks took back: opened with the units frozen, settled by two people.

Payments post the debt itself (customer receivable against bank clearing); here is what brings it
back to nothing: a new collection, the frozen units, the refund held back for it, or a write-off.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from msgspec import structs

from huoqi.events.operations import EventDraft, emit
from huoqi.fund import postings
from huoqi.fund._store import debts as store
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as orders_store
from huoqi.fund._store import payouts as payouts_store
from huoqi.fund.debt_nouns import Debt, Settlement, SettlementRequest, SettlementState, Way
from huoqi.fund.debt_redemptions import place_debt_redemption
from huoqi.fund.events import emit_orders, emit_payouts
from huoqi.fund.orders import FundOrder, Payout, PayoutKind, PayoutState
from huoqi.fund.rules.order_states import PurchaseEvent, PurchaseState, next_purchase_state
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.payments.operations import create_orders
from huoqi.payments.orders import OrderOutcome, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import State

PURPOSE = "fund.debt"


class DebtUnknown(DomainError):
    """No purchase with this id has a debt."""

    code: ClassVar[str] = "fund.debt_unknown"


class DebtExceeded(DomainError):
    """The settlement is larger than what is left of the debt; ``left_fen`` is that."""

    code: ClassVar[str] = "fund.debt_exceeded"


class NoHeldRefund(DomainError):
    """No refund of the purchase is held back that could be offset against its debt."""

    code: ClassVar[str] = "fund.no_held_refund"


def open_debt(work: Work, order: FundOrder, *, amount_fen: int) -> None:
    """Keep units up to a collection that the bank took back, until the debt is settled."""
    holdings_store.open_holdings(work, [order.holding_key], on=shanghai_date(work.at))
    head = (order.shard, order.order_id, order.customer_no, order.fund)
    debt = Debt(*head, amount_fen, 0, 0, amount_fen, work.at)
    if store.add_debt(work, debt):
        holdings_store.move_frozen(work, order.holding_key, by_e2=amount_fen)
        _tell(work, debt, "opened")


def settle_debt(work: Work, request: SettlementRequest) -> Settlement:
    """Settle a debt or a part of it, as two people decided; a repeated request answers itself.

    Errors: DebtUnknown, DebtExceeded, NoHeldRefund, InsufficientUnits, RedemptionsSuspended,
    CalendarHorizon, and what payments refuse of a collection.
    """
    key = (request.shard, request.order_id)
    debt = store.lock_debts(work, [key]).get(key)
    if debt is None:
        raise DebtUnknown(order_id=str(request.order_id))
    known = store.lock_settlement(work, (request.shard, request.settlement_id))
    if known is not None:
        return known
    refunds = _held_refunds(work, debt) if request.way is Way.HELD_REFUND else []
    amount_fen = sum(p.amount_fen for p in refunds) or request.amount_fen or debt.left_fen
    if not 0 < amount_fen <= debt.left_fen:
        raise DebtExceeded(left_fen=debt.left_fen)
    ids = (request.shard, request.settlement_id, request.order_id)
    begun = Settlement(
        *ids, request.way, amount_fen, 0, SettlementState.PENDING, None, created_at=work.at
    )
    store.add_settlement(work, begun)
    waiting = replace(debt, pending_fen=debt.pending_fen + amount_fen)
    if request.way is Way.COLLECTION:
        return _collect(work, waiting, begun, card_id=request.card_id)
    if request.way is Way.UNITS:
        return _redeem(work, waiting, begun)
    if request.way is Way.HELD_REFUND:
        _offset(work, waiting, refunds)
        return _bring(work, waiting, begun, post=postings.debt_paid)
    postings.open_expenses(work, shards=[debt.shard])
    return _bring(work, waiting, begun, post=postings.debt_written_off)


def _bring(
    work: Work,
    debt: Debt,
    settlement: Settlement,
    *,
    post: postings.DebtTransfer,
    fen: int | None = None,
) -> Settlement:
    """Take money in against a debt, free units beside it, and end the settlement if it is all."""
    brought_fen = settlement.amount_fen if fen is None else fen
    transfer = post(
        derived_id(settlement.settlement_id, action=f"part.{settlement.settled_fen}"),
        shard=debt.shard,
        customer_no=debt.customer_no,
        amount_fen=brought_fen,
        on=shanghai_date(work.at),
    )
    postings.post_all(work, [transfer])
    settled_fen = settlement.settled_fen + brought_fen
    is_all = settled_fen == settlement.amount_fen
    after = replace(
        settlement,
        settled_fen=settled_fen,
        state=SettlementState.SETTLED if is_all else SettlementState.PENDING,
        ended_at=work.at if is_all else None,
    )
    store.save_settlement(work, after)
    paid = replace(
        debt,
        settled_fen=debt.settled_fen + brought_fen,
        pending_fen=debt.pending_fen - brought_fen,
    )
    _freed(work, paid)
    return after


def _freed(work: Work, debt: Debt) -> Debt:
    """Keep no more units than what is owed; write the debt."""
    owed_fen = debt.amount_fen - debt.settled_fen
    kept = replace(
        debt,
        frozen_e2=min(debt.frozen_e2, owed_fen),
        ended_at=None if owed_fen else work.at,
    )
    store.save_debt(work, kept)
    if kept.frozen_e2 != debt.frozen_e2:
        by_e2 = kept.frozen_e2 - debt.frozen_e2
        holdings_store.move_frozen(work, debt.holding_key, by_e2=by_e2)
    _tell(work, kept, "settled" if kept.ended_at else "moved")
    return kept


def _failed(work: Work, debt: Debt, settlement: Settlement, *, reason: str) -> None:
    """End a settlement that brings no more; what it did not bring is open again."""
    missing_fen = settlement.amount_fen - settlement.settled_fen
    state = SettlementState.FAILED
    store.save_settlement(work, replace(settlement, state=state, reason=reason, ended_at=work.at))
    open_again = replace(debt, pending_fen=debt.pending_fen - missing_fen)
    store.save_debt(work, open_again)
    _tell(work, open_again, "settlement_failed", reason=reason)


def _collect(work: Work, debt: Debt, settlement: Settlement, *, card_id: UUID | None) -> Settlement:
    """Ask the bank of a card for the money; it counts when the bank has it."""
    order = orders_store.orders(work, [debt.key])[debt.key]
    used_id = card_id or order.card_id
    assert used_id is not None, "a purchase names its card"
    wish = OrderRequest(
        shard=debt.shard,
        order_id=derived_id(settlement.settlement_id, action="fund.debt.collect"),
        customer_no=debt.customer_no,
        intent_id=settlement.settlement_id,
        direction=Direction.COLLECT,
        purpose=PURPOSE,
        amount_fen=settlement.amount_fen,
        card_id=used_id,
    )
    (answer,) = create_orders(work, [wish])
    if isinstance(answer, DomainError):
        raise answer
    store.save_debt(work, debt)
    _tell(work, debt, "moved")
    return settlement


def settle_debt_collections(work: Work, outcomes: Sequence[OrderOutcome]) -> None:
    """Take in how collections for debts ended; one taken back in its turn is owed again."""
    for outcome in outcomes:
        settlement = store.lock_settlement(work, (outcome.shard, outcome.intent_id))
        if settlement is None:
            continue
        key = (settlement.shard, settlement.order_id)
        debt = store.lock_debts(work, [key])[key]
        if settlement.state is SettlementState.SETTLED:
            if outcome.returned:
                _owed_again(work, debt, settlement)
        elif settlement.state is SettlementState.PENDING:
            if outcome.state is State.SUCCEEDED:
                after = _bring(work, debt, settlement, post=postings.debt_paid)
                if outcome.returned:
                    _owed_again(work, store.lock_debts(work, [key])[key], after)
            else:
                reason = outcome.reason or outcome.state.lower()
                _failed(work, debt, settlement, reason=reason)


def _owed_again(work: Work, debt: Debt, settlement: Settlement) -> None:
    """Open a debt again by a collection that was taken back; payments posted it as owed."""
    store.save_settlement(work, replace(settlement, state=SettlementState.RETURNED))
    fen = settlement.settled_fen
    again = replace(
        debt, settled_fen=debt.settled_fen - fen, frozen_e2=debt.frozen_e2 + fen, ended_at=None
    )
    store.save_debt(work, again)
    holdings_store.move_frozen(work, debt.holding_key, by_e2=fen)
    _tell(work, again, "opened")


def _redeem(work: Work, debt: Debt, settlement: Settlement) -> Settlement:
    """Redeem frozen units; what the manager pays for them counts against the debt."""
    place_debt_redemption(work, debt, settlement)
    used = replace(debt, frozen_e2=debt.frozen_e2 - settlement.amount_fen)
    holdings_store.move_frozen(work, debt.holding_key, by_e2=-settlement.amount_fen)
    store.save_debt(work, used)
    _tell(work, used, "moved")
    return settlement


def bring_units(work: Work, order: FundOrder, *, paid_fen: int) -> None:
    """Take in what the manager paid for the units of a debt, or that it gives no more."""
    settlement, debt = _of_redemption(work, order)
    if paid_fen:
        after = _bring(work, debt, settlement, post=postings.debt_paid, fen=paid_fen)
        debt = store.lock_debts(work, [debt.key])[debt.key]
        settlement = after
    if not order.is_final or settlement.state is SettlementState.SETTLED:
        return
    back_e2 = settlement.amount_fen - settlement.settled_fen
    kept = replace(debt, frozen_e2=debt.frozen_e2 + back_e2)
    holdings_store.move_frozen(work, debt.holding_key, by_e2=back_e2)
    _failed(work, kept, settlement, reason=order.reason or order.state.value)


def _of_redemption(work: Work, order: FundOrder) -> tuple[Settlement, Debt]:
    """Return the settlement that a redemption of frozen units belongs to, and its debt."""
    assert order.parent_order_id is not None
    key = (order.shard, order.parent_order_id)
    debt = store.lock_debts(work, [key])[key]
    pending = [
        each
        for each in store.settlements_of(work, key)
        if derived_id(each.settlement_id, action="fund.debt.redeem") == order.order_id
    ]
    return pending[0], debt


def _held_refunds(work: Work, debt: Debt) -> list[Payout]:
    """Return the refunds of the purchase that are held back, since its money was taken back."""
    held = (PayoutState.BLOCKED, PayoutState.FAILED)
    found = [
        payout
        for payout in payouts_store.payouts_of(work, [debt.key])
        if payout.kind is PayoutKind.REFUND and payout.state in held
    ]
    if not found:
        raise NoHeldRefund(order_id=str(debt.order_id))
    return found


def _offset(work: Work, debt: Debt, refunds: Sequence[Payout]) -> None:
    """End refunds whose cash pays the debt: the customer got the money back from the bank."""
    ended = [replace(p, state=PayoutState.OFFSET, ended_at=work.at) for p in refunds]
    payouts_store.save_payouts(work, ended)
    emit_payouts(work, ended)
    order = orders_store.lock_orders(work, [debt.key])[debt.key]
    assert isinstance(order.state, PurchaseState)
    state = next_purchase_state(order.state, event=PurchaseEvent.MONEY_RETURNED)
    refunded_fen = order.refunded_fen + sum(payout.amount_fen for payout in refunds)
    after = structs.replace(order, state=state, refunded_fen=refunded_fen)
    orders_store.save_orders(work, [after])
    emit_orders(work, [after])


def _tell(work: Work, debt: Debt, what: str, *, reason: str | None = None) -> None:
    data: dict[str, int | str | bool | None] = {
        "order_id": str(debt.order_id),
        "amount_fen": debt.amount_fen,
        "settled_fen": debt.settled_fen,
        "pending_fen": debt.pending_fen,
        "frozen_e2": debt.frozen_e2,
    }
    if reason:
        data["reason"] = reason
    emit(work, EventDraft(f"fund.debt.{what}", debt.order_id, debt.customer_no, data))
