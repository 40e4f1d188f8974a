"""What the register answers: units come and go, money is paid out or given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from msgspec.structs import replace

from huoqi.fund import postings
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund._store import payouts as payouts_store
from huoqi.fund._store import products as products_store
from huoqi.fund._store.holdings import EventRow, Key
from huoqi.fund.advance_losses import bear_losses
from huoqi.fund.debts import bring_units
from huoqi.fund.events import emit_orders
from huoqi.fund.holdings import first_open_day
from huoqi.fund.income import pay_late_income
from huoqi.fund.managers.port import Confirmation
from huoqi.fund.orders import FundOrder, Origin, PayoutKind, PayoutState
from huoqi.fund.payouts import PayoutPlan, pay_from_settlement
from huoqi.fund.products import Terms
from huoqi.fund.rules.order_states import (
    PurchaseEvent,
    PurchaseState,
    RedemptionEvent,
    RedemptionState,
    next_purchase_state,
    next_redemption_state,
)
from huoqi.fund.shelf import terms_of_fund
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.ledger.rules.transfers import Transfer

ONE_DAY = timedelta(days=1)
REJECTED = "fund.rejected"
# Their cash stays on the owner's account, from where other things are paid.
_TO_ACCOUNT = frozenset({Origin.DEBT, Origin.ESTATE})


class ConfirmationUnknown(DomainError):
    """The manager answers an order that is not ours, or not this customer's."""

    code: ClassVar[str] = "fund.confirmation_unknown"


class ConfirmationUnexpected(DomainError):
    """The order does not wait for an answer in its state."""

    code: ClassVar[str] = "fund.confirmation_unexpected"


class ConfirmationBackdated(DomainError):
    """The units should count from a day whose income is published already."""

    code: ClassVar[str] = "fund.confirmation_backdated"


class ConfirmationExceedsOrder(DomainError):
    """More is confirmed than was asked."""

    code: ClassVar[str] = "fund.confirmation_exceeds_order"


@dataclass(slots=True)
class _Effects:
    """What a batch of answers does, gathered so that each table is written once."""

    changed: list[FundOrder] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    transfer_ids: dict[UUID, list[UUID]] = field(default_factory=dict)
    ordered: list[tuple[Key, int]] = field(default_factory=list)
    payouts: list[PayoutPlan] = field(default_factory=list)
    debts: list[tuple[FundOrder, int]] = field(default_factory=list)
    line_back_fen: int = 0

    def move(self, order: FundOrder, transfer: Transfer) -> None:
        """Add a ledger transfer that an order causes."""
        self.transfers.append(transfer)
        self.transfer_ids.setdefault(order.order_id, []).append(transfer.id)


def record_confirmations(
    work: Work,
    *,
    fund: str,
    confirmations: Sequence[Confirmation],
    opens_on: date | None = None,
) -> list[FundOrder | DomainError]:
    """Take in the register's answers: units, ledger, refunds and payouts, all in one transaction.

    One result an answer, in order; an answer that was taken in before returns the order as it
    stands. New holdings begin on ``opens_on``, the first day of all answers of which these are
    some. Errors: ConfirmationUnknown, ConfirmationUnexpected, ConfirmationBackdated,
    ConfirmationExceedsOrder.
    """
    held = store.lock_orders_of_ids(work, [c.order_id for c in confirmations])
    terms = terms_of_fund(work, fund=fund)
    fund_no = terms.product.fund_no
    first_open_on = first_open_day(work, fund=fund)
    keys = [order.holding_key for order in held.values()]
    if confirmations:
        on = opens_on or min(c.confirmed_on for c in confirmations)
        holdings_store.open_holdings(work, keys, on=not_published(on, first_open_on=first_open_on))
        holdings_store.lock_holdings(work, keys)
    taker = _Taker(terms, fund_no=fund_no, first_open_on=first_open_on)
    results: list[FundOrder | DomainError] = []
    for confirmation in confirmations:
        order = held.get(confirmation.order_id)
        try:
            results.append(taker.take(order, confirmation))
        except DomainError as refusal:
            results.append(refusal)
    effects = taker.effects
    _end_paid(work, effects, confirmations)
    latest = {order.order_id: order for order in effects.changed}
    _write(work, effects, fund=fund, fund_no=fund_no)
    bear_losses(work, effects.changed, fund_no=fund_no)
    pay_late_income(work, terms=terms)
    return [latest.get(r.order_id, r) if isinstance(r, FundOrder) else r for r in results]


def not_published(on: date, *, first_open_on: date | None) -> date:
    """Return a day, or the first after it from which units may still count."""
    return on if first_open_on is None else max(on, first_open_on)


def _end_paid(work: Work, effects: _Effects, confirmations: Sequence[Confirmation]) -> None:
    """End redemptions whose last answer gave nothing after parts that have arrived already.

    No payout is to come that would end them.
    """
    empty = {c.order_id for c in confirmations if not c.confirmed_units_e2}
    open_ = [
        order
        for order in effects.changed
        if order.state is RedemptionState.CONFIRMED and order.order_id in empty
    ]
    if not open_:
        return
    payouts = payouts_store.payouts_of(work, [order.key for order in open_])
    waiting = {payout.order_id for payout in payouts if payout.state is not PayoutState.PAID_OUT}
    ended = {
        order.order_id: replace(
            order,
            state=next_redemption_state(
                RedemptionState.CONFIRMED, event=RedemptionEvent.PAYOUT_SUCCEEDED
            ),
            paid_at=max(p.ended_at for p in payouts if p.order_id == order.order_id and p.ended_at),
        )
        for order in open_
        if order.order_id not in waiting
    }
    effects.changed = [ended.get(order.order_id, order) for order in effects.changed]


def _write(work: Work, effects: _Effects, *, fund: str, fund_no: int) -> None:
    holdings_store.add_events(work, effects.events)
    holdings_store.move_ordered(work, effects.ordered)
    if effects.line_back_fen:
        products_store.lock_line(work, fund=fund)
        products_store.move_line(work, fund=fund, by_fen=-effects.line_back_fen)
    postings.post_all(work, effects.transfers)
    at_once = [replace(order, confirmed_at=work.at) for order in effects.changed]
    store.save_orders(work, [o if o.is_open else replace(o, ended_at=work.at) for o in at_once])
    emit_orders(work, at_once, transfer_ids=effects.transfer_ids)
    pay_from_settlement(work, effects.payouts, fund_nos={fund: fund_no})
    for order, paid_fen in effects.debts:
        bring_units(work, order, paid_fen=paid_fen)


class _Taker:
    """Decides what each answer does to its order."""

    def __init__(self, terms: Terms, *, fund_no: int, first_open_on: date | None) -> None:
        self._terms = terms
        self._fund_no = fund_no
        self._first_open_on = first_open_on
        self._seen: dict[UUID, FundOrder] = {}
        self.effects = _Effects()

    def take(self, order: FundOrder | None, answer: Confirmation) -> FundOrder:
        """Return the order after an answer; raise why it cannot be taken in."""
        if order is None or order.customer_no != answer.customer_no:
            raise ConfirmationUnknown(order_id=str(answer.order_id))
        order = self._seen.get(order.order_id, order)
        if order.state not in {PurchaseState.SENT, RedemptionState.SENT}:
            if order.confirmed_at is not None or order.order_id in self._seen:
                return order
            raise ConfirmationUnexpected(order_id=str(order.order_id), state=order.state.value)
        if self._first_open_on is not None and answer.confirmed_on < self._first_open_on:
            raise ConfirmationBackdated(
                order_id=str(order.order_id),
                confirmed_on=answer.confirmed_on.isoformat(),
                first_open_on=self._first_open_on.isoformat(),
            )
        asked = (order.amount_fen if order.amount_fen is not None else order.rest_e2) or 0
        given = max(
            answer.confirmed_units_e2 + answer.deferred_units_e2, answer.confirmed_amount_fen
        )
        if given > asked:
            raise ConfirmationExceedsOrder(order_id=str(order.order_id))
        if isinstance(order.state, PurchaseState):
            after = self._purchase(order, answer)
        else:
            after = self._redemption(order, answer)
        self._seen[order.order_id] = after
        self.effects.changed.append(after)
        if order.origin is Origin.DEBT:
            self.effects.debts.append((after, after.done_fen - order.done_fen))
        return after

    def _purchase(self, order: FundOrder, answer: Confirmation) -> FundOrder:
        assert isinstance(order.state, PurchaseState)
        assert order.amount_fen is not None
        confirmed_fen = answer.confirmed_amount_fen if answer.ok else 0
        rest_fen = order.amount_fen - confirmed_fen
        if rest_fen:
            plan = PayoutPlan(order, PayoutKind.REFUND, rest_fen, answer.confirmed_on)
            self.effects.payouts.append(plan)
        if not confirmed_fen:
            state = next_purchase_state(order.state, event=PurchaseEvent.MANAGER_REFUSED)
            return replace(order, state=state, reason=REJECTED)
        event = (
            PurchaseEvent.MANAGER_CONFIRMED_PARTLY if rest_fen else PurchaseEvent.MANAGER_CONFIRMED
        )
        self._units(order, answer, delta_e2=answer.confirmed_units_e2)
        return replace(
            order,
            state=next_purchase_state(order.state, event=event),
            done_fen=confirmed_fen,
            confirm_on=answer.confirmed_on,
            earns_on=answer.confirmed_on,
            visible_on=answer.confirmed_on + ONE_DAY,
        )

    def _redemption(self, order: FundOrder, answer: Confirmation) -> FundOrder:
        assert isinstance(order.state, RedemptionState)
        assert order.rest_e2 is not None
        if answer.confirmed_units_e2:
            self._units(order, answer, delta_e2=-answer.confirmed_units_e2)
            self._cash(order, answer)
        deferred_e2 = answer.deferred_units_e2 if answer.ok else 0
        self.effects.ordered.append((order.holding_key, deferred_e2 - order.rest_e2))
        paid_fen = answer.confirmed_amount_fen + answer.income_fen
        done = replace(order, done_fen=order.done_fen + paid_fen, rest_e2=deferred_e2)
        if answer.income_fen:
            # The register paid what had accrued with the last units: no income is to come.
            done = replace(done, all_from_on=None, all_until_on=None)
        if deferred_e2:
            return self._deferred(done, answer)
        event = _ending(done, answer)
        final = replace(done, state=next_redemption_state(order.state, event=event))
        if event is not RedemptionEvent.UNITS_LEFT:
            return replace(final, reason=REJECTED, all_from_on=None, all_until_on=None)
        if order.origin in {Origin.ADVANCE_PROVIDER, *_TO_ACCOUNT}:
            paid = next_redemption_state(final.state, event=RedemptionEvent.PAYOUT_SUCCEEDED)  # type: ignore[arg-type]
            return replace(final, state=paid)
        return _with_exit(final, exit_on=answer.confirmed_on)

    def _deferred(self, order: FundOrder, answer: Confirmation) -> FundOrder:
        """Move what a large day left over to the next open day, without priority."""
        assert isinstance(order.state, RedemptionState)
        calendar = self._terms.calendar
        t_day = calendar.trading_day_from(answer.confirmed_on)
        confirm_on = calendar.next_trading_day(t_day)
        state = next_redemption_state(order.state, event=RedemptionEvent.MANAGER_DEFERRED)
        moved = replace(order, state=state, t_day=t_day, confirm_on=confirm_on, cash_on=confirm_on)
        return _with_exit(moved, exit_on=confirm_on)

    def _units(self, order: FundOrder, answer: Confirmation, *, delta_e2: int) -> None:
        on = answer.confirmed_on
        # One cause a day, so that the parts of a deferred order are kept apart.
        cause_id = derived_id(order.order_id, action=f"fund.confirmed.{on.isoformat()}")
        kind = "purchase" if delta_e2 > 0 else "redemption"
        self.effects.events.append(
            EventRow(
                *order.holding_key, cause_id, on, delta_e2, kind, order.order_id, answer.income_fen
            )
        )
        if answer.income_fen:
            paid = postings.accrued_paid(
                cause_id,
                shard=order.shard,
                fund_no=self._fund_no,
                paid_fen=answer.income_fen,
                on=on,
            )
            self.effects.move(order, paid)
        make = postings.purchase_units if delta_e2 > 0 else postings.redemption_units
        self.effects.move(
            order,
            make(cause_id, shard=order.shard, fund_no=self._fund_no, units_e2=abs(delta_e2), on=on),
        )

    def _cash(self, order: FundOrder, answer: Confirmation) -> None:
        amount_fen = answer.confirmed_amount_fen + answer.income_fen
        if order.origin in _TO_ACCOUNT:
            self.effects.move(order, self._to_customer(order, amount_fen, on=answer.confirmed_on))
            return
        if order.origin is not Origin.ADVANCE_PROVIDER:
            plan = PayoutPlan(order, PayoutKind.REDEMPTION, amount_fen, answer.confirmed_on)
            self.effects.payouts.append(plan)
            return
        self.effects.line_back_fen += amount_fen
        self.effects.move(
            order,
            postings.advance_repaid(
                derived_id(order.order_id, action=f"fund.repaid.{answer.confirmed_on.isoformat()}"),
                shard=order.shard,
                fund_no=self._fund_no,
                amount_fen=amount_fen,
                on=answer.confirmed_on,
            ),
        )

    def _to_customer(self, order: FundOrder, amount_fen: int, *, on: date) -> Transfer:
        """Return the transfer of a redemption to the account, where its cash is for others."""
        return postings.settlement_to_customer(
            derived_id(order.order_id, action=f"fund.debt.{on.isoformat()}"),
            shard=order.shard,
            customer_no=order.customer_no,
            fund_no=self._fund_no,
            amount_fen=amount_fen,
            on=on,
        )


def _ending(order: FundOrder, answer: Confirmation) -> RedemptionEvent:
    if order.done_fen:
        return RedemptionEvent.UNITS_LEFT
    return RedemptionEvent.MANAGER_CANCELLED if answer.ok else RedemptionEvent.MANAGER_REFUSED


def _with_exit(order: FundOrder, *, exit_on: date) -> FundOrder:
    """Return the order with the day on which its units stop earning."""
    last_income_on = exit_on - ONE_DAY
    if not order.takes_all or order.all_from_on is None:
        return replace(order, confirm_on=exit_on, earns_on=last_income_on)
    if order.all_from_on > last_income_on:
        # Everything was published and taken in before the units left.
        return replace(
            order, confirm_on=exit_on, earns_on=last_income_on, all_from_on=None, all_until_on=None
        )
    return replace(order, confirm_on=exit_on, earns_on=last_income_on, all_until_on=last_income_on)


def orders_without_answer(work: Work, *, fund: str, t_day: date) -> Mapping[UUID, FundOrder]:
    """Return the orders up to a trading day that the manager has not answered."""
    return {o.order_id: o for o in store.orders_waiting(work, fund=fund, t_day=t_day)}
