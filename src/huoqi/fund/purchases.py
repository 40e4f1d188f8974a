"""Buying: a batch of purchases placed, paid, cancelled; T follows the success of the payment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund._store.day_use import DayUse, UseMove, lock_use, move_use
from huoqi.fund._store.holdings import Key
from huoqi.fund.events import emit_orders
from huoqi.fund.holdings import positions_of
from huoqi.fund.orders import (
    FundOrder,
    OrderKey,
    Origin,
    PurchaseRequest,
    Side,
    Speed,
)
from huoqi.fund.products import FundUnknown, PurchasesSuspended, Terms
from huoqi.fund.rules.confirmation import PurchaseDates, purchase_dates
from huoqi.fund.rules.order_states import PurchaseState
from huoqi.fund.rules.purchase_limits import PurchaseLimits, PurchasePosition, check_purchase
from huoqi.fund.shelf import terms_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.payments.operations import reserve_orders, write_orders
from huoqi.payments.orders import OrderRequest
from huoqi.payments.rules.bank_profiles import Direction

PURPOSE = "fund.purchase"
MINIMUM_FEN = 1


class OrderIdReused(DomainError):
    """An order with this id exists and is about something else."""

    code: ClassVar[str] = "fund.order_id_reused"


class AgreementsMissing(DomainError):
    """The customer has not agreed to everything that is in force for the fund."""

    code: ClassVar[str] = "fund.agreements_missing"


def place_purchases(
    work: Work, requests: Sequence[PurchaseRequest]
) -> list[FundOrder | DomainError]:
    """Place purchases: each with its dates and a collection that the pump sends to the bank.

    One result a request, in order; a repeated request returns the order as it stands, a refused
    one leaves nothing behind. Errors: FundUnknown, PurchasesSuspended, AgreementsMissing,
    BelowMinimum, PurchaseCapReached, CalendarHorizon, OrderIdReused, and whatever payments refuse.
    """
    known = store.orders(work, [(r.shard, r.order_id) for r in requests if not r.is_new])
    terms = terms_of(work, funds=[request.fund for request in requests])
    desk = Desk(work, requests, terms=terms)
    results: dict[int, FundOrder | DomainError] = {}
    drafts: dict[tuple[int, UUID], FundOrder] = {}
    for place, request in enumerate(requests):
        key = (request.shard, request.order_id)
        if key not in known and key not in drafts:
            try:
                drafts[key] = desk.draft(request)
            except DomainError as refusal:
                results[place] = refusal
    new = {(r.shard, r.order_id) for r in requests if r.is_new}
    placed, refused = _collected(work, list(drafts.values()), new=new)
    desk.take_limits(placed)
    emit_orders(work, placed)
    known |= {order.key: order for order in placed}
    for place, request in enumerate(requests):
        if place not in results:
            key = (request.shard, request.order_id)
            results[place] = refused.get(key) or _answer(known[key], request)
    return [results[place] for place in range(len(requests))]


def _answer(order: FundOrder, request: PurchaseRequest) -> FundOrder | DomainError:
    return order if order.repeats(request) else OrderIdReused(order_id=str(order.order_id))


class Dates:
    """The dates of purchases; those of one fund and instant are worked out once."""

    def __init__(self, terms: Mapping[str, Terms]) -> None:
        self._terms = terms
        self._known: dict[tuple[str, datetime], PurchaseDates] = {}

    def of(self, fund: str, *, at: datetime) -> PurchaseDates:
        """Return the dates of a purchase that is paid at an instant; raise CalendarHorizon."""
        found = self._known.get((fund, at))
        if found is None:
            terms = self._terms[fund]
            found = purchase_dates(at, calendar=terms.calendar, cut_off=terms.cut_off)
            self._known[fund, at] = found
        return found


class Desk:
    """Judges the purchases of a batch one after the other, as if each had come alone."""

    def __init__(
        self, work: Work, requests: Sequence[PurchaseRequest], *, terms: Mapping[str, Terms]
    ) -> None:
        self._work = work
        self._on = shanghai_date(work.at)
        self._terms = terms
        self._dates = Dates(terms)
        self._limits = {fund: _limits(each) for fund, each in terms.items()}
        capped = {r.fund for r in requests if _is_capped(self._limits.get(r.fund))}
        keys = {(r.shard, r.fund, r.customer_no) for r in requests if r.fund in capped}
        self._positions = _positions(work, sorted(keys))

    def draft(self, request: PurchaseRequest) -> FundOrder:
        """Return the order of a request; raise why not."""
        terms = self._terms.get(request.fund)
        if terms is None:
            raise FundUnknown(fund=request.fund)
        if not terms.product.state.takes_purchases:
            raise PurchasesSuspended(fund=request.fund, state=terms.product.state.value)
        if not request.has_agreed:
            raise AgreementsMissing(fund=request.fund)
        key = (request.shard, request.fund, request.customer_no)
        position = self._positions.get(key, PurchasePosition(0, 0, 0))
        limits = self._limits[request.fund]
        check_purchase(request.amount_fen, position=position, limits=limits)
        dates = self._dates.of(request.fund, at=self._work.at)
        if key in self._positions:
            self._positions[key] = replace(
                position,
                bought_today_fen=position.bought_today_fen + request.amount_fen,
                unconfirmed_fen=position.unconfirmed_fen + request.amount_fen,
            )
        return _draft(request, dates=dates, at=self._work.at)

    def take_limits(self, placed: Sequence[FundOrder]) -> None:
        """Write down what the placed orders use of the day's limits."""
        moves = [
            UseMove(order.holding_key, self._on, bought_fen=order.amount_fen or 0)
            for order in placed
            if order.holding_key in self._positions
        ]
        move_use(self._work, moves)


def _limits(terms: Terms) -> PurchaseLimits:
    minimum = terms.rule("fund.purchase_minimum").figure("amount_fen")
    rule = terms.rule("fund.purchase_limits")
    return PurchaseLimits(
        MINIMUM_FEN if minimum is None else minimum,
        rule.figure("order_max_fen"),
        rule.figure("day_max_fen"),
        rule.figure("holding_cap_e2"),
    )


def _is_capped(limits: PurchaseLimits | None) -> bool:
    return limits is not None and (limits.day_max_fen, limits.holding_cap_e2) != (None, None)


def _positions(work: Work, keys: Sequence[Key]) -> dict[Key, PurchasePosition]:
    """Return what capped customers have; their rows of the day are held, so that sums hold."""
    if not keys:
        return {}
    on = shanghai_date(work.at)
    used = lock_use(work, keys, on=on)
    waiting = store.unconfirmed_fen(work, keys)
    held = positions_of(work, holdings_store.holdings(work, keys).values(), on=on)
    return {
        key: PurchasePosition(
            used.get(key, DayUse()).bought_fen,
            held[key].units_e2 if key in held else 0,
            waiting.get(key, 0),
        )
        for key in keys
    }


def _draft(request: PurchaseRequest, *, dates: PurchaseDates, at: datetime) -> FundOrder:
    return FundOrder(
        shard=request.shard,
        order_id=request.order_id,
        customer_no=request.customer_no,
        fund=request.fund,
        side=Side.PURCHASE,
        speed=Speed.NORMAL,
        origin=Origin.CUSTOMER,
        takes_all=False,
        state=PurchaseState.PLACED,
        reason=None,
        amount_fen=request.amount_fen,
        units_e2=None,
        card_id=request.card_id,
        money_order_id=derived_id(request.order_id, action="fund.collect"),
        parent_order_id=None,
        placed_at=at,
        t_day=dates.t_day,
        confirm_on=dates.confirmed_on,
        earns_on=dates.earns_from,
        visible_on=dates.visible_on,
        cash_on=None,
    )


def _collected(
    work: Work, drafts: Sequence[FundOrder], *, new: set[OrderKey]
) -> tuple[list[FundOrder], dict[OrderKey, DomainError]]:
    """Write the drafts whose collection is placed and return them, and why the others' are not.

    The rows come before limits and holds, whose locks everybody waits for; what these refuse is
    taken back.
    """
    if not drafts:
        return [], {}
    wanted = write_orders(work, [_collection(o, is_new=o.key in new) for o in drafts])
    written = [o for o, r in zip(drafts, wanted.refusals(), strict=True) if r is None]
    _write(work, written)
    answers = reserve_orders(work, wanted)
    refused = {
        order.key: answer
        for order, answer in zip(drafts, answers, strict=True)
        if isinstance(answer, DomainError)
    }
    store.forget_orders(work, [order.key for order in written if order.key in refused])
    return [order for order in drafts if order.key not in refused], refused


def _collection(order: FundOrder, *, is_new: bool) -> OrderRequest:
    assert order.money_order_id is not None
    assert order.card_id is not None
    assert order.amount_fen is not None
    return OrderRequest(
        shard=order.shard,
        order_id=order.money_order_id,
        customer_no=order.customer_no,
        intent_id=order.order_id,
        direction=Direction.COLLECT,
        purpose=PURPOSE,
        amount_fen=order.amount_fen,
        card_id=order.card_id,
        is_new=is_new,
    )


def _write(work: Work, placed: Sequence[FundOrder]) -> None:
    by_fund: dict[str, list[FundOrder]] = {}
    for order in placed:
        by_fund.setdefault(order.fund, []).append(order)
    for orders in by_fund.values():
        store.insert_purchases(work, orders)
