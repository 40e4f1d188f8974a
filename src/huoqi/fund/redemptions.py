"""Selling: normal redemptions wait for the register, fast ones are advanced now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from huoqi.fund import postings
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund._store import products as products_store
from huoqi.fund._store.holdings import EventRow, Key
from huoqi.fund._store.orders import DayUse, UseMove
from huoqi.fund.events import emit_orders
from huoqi.fund.holdings import Position, positions_of
from huoqi.fund.orders import (
    FundOrder,
    Origin,
    PayoutKind,
    RedemptionRequest,
    Side,
    Speed,
)
from huoqi.fund.payouts import PayoutPlan, place_payouts, sent_payout
from huoqi.fund.products import FundUnknown, RedemptionsSuspended, Terms
from huoqi.fund.purchases import OrderIdReused
from huoqi.fund.rules.confirmation import (
    RedemptionDates,
    fast_redemption_dates,
    normal_redemption_dates,
)
from huoqi.fund.rules.fast_redemption import (
    FastLimits,
    FastPosition,
    FastRedemptionNotOffered,
    InsufficientUnits,
    redeem_fast,
)
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.fund.shelf import terms_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.ledger.rules.transfers import Transfer
from huoqi.payments.operations.orders import CardNotBound
from huoqi.payments.queries import cards_of_customer

ONE_DAY = timedelta(days=1)


def redeem(work: Work, requests: Sequence[RedemptionRequest]) -> list[FundOrder | DomainError]:
    """Redeem units to bound cards: fast ones leave the holding and are paid out at once.

    One result a request, in order; a repeated request returns the order as it stands. Errors:
    FundUnknown, RedemptionsSuspended, InsufficientUnits, FastRedemptionNotOffered,
    FastCountReached, FastCapReached, AdvanceLineExhausted, CalendarHorizon, OrderIdReused,
    CardNotBound, and whatever payments refuse. Refusals of fast ones offer the normal way.
    """
    known = store.orders(work, [(r.shard, r.order_id) for r in requests])
    fresh = [r for r in requests if (r.shard, r.order_id) not in known]
    desk = _Desk(work, fresh) if fresh else None
    results: dict[int, FundOrder | DomainError] = {}
    drafts: dict[tuple[int, UUID], FundOrder] = {}
    for place, request in enumerate(requests):
        key = (request.shard, request.order_id)
        if desk is not None and key not in known and key not in drafts:
            try:
                drafts[key] = desk.draft(request)
            except DomainError as refusal:
                results[place] = refusal
    accepted, refused = _advance(work, list(drafts.values()))
    _write(work, accepted)
    known |= {order.key: order for order in accepted}
    for place, request in enumerate(requests):
        if place not in results:
            key = (request.shard, request.order_id)
            results[place] = refused.get(key) or _answer(known[key], request)
    return [results[place] for place in range(len(requests))]


def _answer(order: FundOrder, request: RedemptionRequest) -> FundOrder | DomainError:
    return order if order.repeats(request) else OrderIdReused(order_id=str(order.order_id))


class _Desk:
    """Judges the redemptions of a batch in order; what they draw on is held until the commit."""

    def __init__(self, work: Work, requests: Sequence[RedemptionRequest]) -> None:
        self._work = work
        self._on = shanghai_date(work.at)
        self._terms = terms_of(work, funds=[request.fund for request in requests])
        keys = sorted({(r.shard, r.fund, r.customer_no) for r in requests})
        held = holdings_store.lock_holdings(work, keys)
        self._positions = positions_of(work, held.values(), on=self._on)
        self._taken: dict[Key, int] = {}
        fast = [r for r in requests if r.speed is Speed.FAST and r.fund in self._terms]
        fast_keys = {(r.shard, r.fund, r.customer_no) for r in fast}
        self._used = store.lock_use(work, fast_keys, on=self._on) if fast_keys else {}
        # Funds in order: two batches take their lines one after the other.
        self._lines = {
            fund: products_store.lock_line(work, fund=fund).left_fen
            for fund in sorted({request.fund for request in fast})
        }
        self._cards: dict[tuple[int, int], UUID | None] = {}

    def draft(self, request: RedemptionRequest) -> FundOrder:
        """Return the order of a request; raise why not."""
        terms = self._terms.get(request.fund)
        if terms is None:
            raise FundUnknown(fund=request.fund)
        if not terms.product.state.takes_redemptions:
            raise RedemptionsSuspended(fund=request.fund, state=terms.product.state.value)
        position = self._positions.get((request.shard, request.fund, request.customer_no))
        if position is None:
            raise InsufficientUnits(available_units_e2=0)
        if request.speed is Speed.FAST:
            return self._fast(request, terms=terms, position=position)
        return self._normal(request, terms=terms, position=position)

    def _normal(self, request: RedemptionRequest, *, terms: Terms, position: Position) -> FundOrder:
        available_e2 = position.available_e2 - self._taken.get(position.row.key, 0)
        wanted_e2 = available_e2 if request.units_e2 is None else request.units_e2
        if wanted_e2 <= 0 or wanted_e2 > available_e2:
            raise InsufficientUnits(available_units_e2=max(0, available_e2))
        dates = normal_redemption_dates(
            self._work.at, calendar=terms.calendar, cut_off=terms.cut_off
        )
        order = self._order(request, units_e2=wanted_e2, dates=dates, position=position)
        self._taken[position.row.key] = self._taken.get(position.row.key, 0) + wanted_e2
        after_days = terms.rule("fund.redemption_cash").figure("after_confirmation_days") or 0
        return replace(
            order,
            state=RedemptionState.ACCEPTED,
            rest_e2=wanted_e2,
            cash_on=dates.confirmed_on + timedelta(days=after_days),
        )

    def _fast(self, request: RedemptionRequest, *, terms: Terms, position: Position) -> FundOrder:
        rule = terms.rules.get("fund.fast_redemption")
        if rule is None or not terms.product.state.takes_fast_redemptions:
            raise FastRedemptionNotOffered(on=self._on.isoformat())
        key = position.row.key
        used = self._used.get(key, DayUse())
        before = FastPosition(
            available_units_e2=max(0, position.advanceable_e2 - self._taken.get(key, 0)),
            used_count=used.fast_count,
            used_fen=used.fast_fen,
            line_left_fen=self._lines[request.fund],
        )
        wanted_e2 = before.available_units_e2 if request.units_e2 is None else request.units_e2
        if wanted_e2 <= 0:
            raise InsufficientUnits(available_units_e2=before.available_units_e2)
        limits = FastLimits(
            rule.effective_from, None, rule.figure("max_count"), rule.figure("max_amount_fen")
        )
        at = self._work.at
        dates = fast_redemption_dates(at, calendar=terms.calendar, cut_off=terms.cut_off)
        order = self._order(request, units_e2=wanted_e2, dates=dates, position=position)
        after = redeem_fast(wanted_e2, position=before, limits=limits)
        self._used[key] = replace(used, fast_count=after.used_count, fast_fen=after.used_fen)
        self._lines[request.fund] = after.line_left_fen
        self._taken[key] = self._taken.get(key, 0) + wanted_e2
        return replace(
            order,
            state=RedemptionState.CONFIRMED,
            confirmed_at=at,
            rest_e2=0,
            done_fen=wanted_e2,
            cash_on=self._on,
        )

    def _order(
        self,
        request: RedemptionRequest,
        *,
        units_e2: int,
        dates: RedemptionDates,
        position: Position,
    ) -> FundOrder:
        known_until = position.published_until or position.row.as_of_on - ONE_DAY
        unknown_from = max(known_until + ONE_DAY, position.row.opened_on)
        waits_for_income = request.units_e2 is None and unknown_from <= dates.last_income_on
        return FundOrder(
            shard=request.shard,
            order_id=request.order_id,
            customer_no=request.customer_no,
            fund=request.fund,
            side=Side.REDEMPTION,
            speed=request.speed,
            origin=Origin.CUSTOMER,
            takes_all=request.units_e2 is None,
            state=RedemptionState.PLACED,
            reason=None,
            amount_fen=None,
            units_e2=units_e2,
            card_id=request.card_id or self._default_card(request),
            money_order_id=None,
            parent_order_id=None,
            placed_at=self._work.at,
            t_day=dates.t_day,
            confirm_on=dates.confirmed_on,
            earns_on=dates.last_income_on,
            visible_on=None,
            cash_on=None,
            all_from_on=unknown_from if waits_for_income else None,
            all_until_on=dates.last_income_on if waits_for_income else None,
        )

    def _default_card(self, request: RedemptionRequest) -> UUID:
        owner = (request.shard, request.customer_no)
        if owner not in self._cards:
            cards = cards_of_customer(self._work, shard=owner[0], customer_no=owner[1])
            self._cards[owner] = next((card.card_id for card in cards if card.is_default), None)
        found = self._cards[owner]
        if found is None:
            raise CardNotBound
        return found


def _advance(
    work: Work, drafts: Sequence[FundOrder]
) -> tuple[list[FundOrder], dict[tuple[int, UUID], DomainError]]:
    """Advance cash for the fast ones and place their payouts; a refused card undoes its advance."""
    fast = [order for order in drafts if order.speed is Speed.FAST]
    if not fast:
        return list(drafts), {}
    fund_nos = products_store.fund_numbers(work)
    postings.post_all(work, [_cash(o, fund_nos, give=postings.advance_cash) for o in fast])
    plans = [_plan(order) for order in fast]
    answers = place_payouts(work, plans)
    refused, payouts, money_orders = {}, [], {}
    for plan, answer in zip(plans, answers, strict=True):
        if isinstance(answer, DomainError):
            refused[plan.order.key] = answer
        else:
            payouts.append(sent_payout(work, plan, money_order_id=answer))
            money_orders[plan.order.key] = answer
    undone = [order for order in fast if order.key in refused]
    postings.post_all(work, [_cash(o, fund_nos, give=postings.advance_given_back) for o in undone])
    store.add_payouts(work, payouts)
    kept = [
        replace(order, money_order_id=money_orders.get(order.key))
        for order in drafts
        if order.key not in refused
    ]
    return kept, refused


def _plan(order: FundOrder) -> PayoutPlan:
    on = shanghai_date(order.placed_at)
    return PayoutPlan(order, PayoutKind.REDEMPTION, order.done_fen, on)


def _cash(
    order: FundOrder, fund_nos: Mapping[str, int], *, give: postings.CustomerTransfer
) -> Transfer:
    return give(
        order.order_id,
        shard=order.shard,
        customer_no=order.customer_no,
        fund_no=fund_nos[order.fund],
        amount_fen=order.done_fen,
        on=shanghai_date(order.placed_at),
    )


def _write(work: Work, accepted: Sequence[FundOrder]) -> None:
    if not accepted:
        return
    store.insert_orders(work, accepted)
    normal = [order for order in accepted if order.speed is Speed.NORMAL]
    fast = [order for order in accepted if order.speed is Speed.FAST]
    holdings_store.move_ordered(work, [(o.holding_key, o.units_e2 or 0) for o in normal])
    if fast:
        move_advanced_units(work, fast, on=shanghai_date(work.at), returning=())
        store.move_use(work, [_use(order, sign=1) for order in fast])
        _move_lines(work, fast, sign=1)
    emit_orders(work, accepted)


def move_advanced_units(
    work: Work, leaving: Sequence[FundOrder], *, on: date, returning: Sequence[FundOrder]
) -> None:
    """Move units of fast redemptions to the advance provider of their shard, or back again."""
    events = []
    for order, is_back in [*((o, False) for o in leaving), *((o, True) for o in returning)]:
        events += _advance_events(work, order, on=on, is_back=is_back)
    holdings_store.add_events(work, events)


def _advance_events(work: Work, order: FundOrder, *, on: date, is_back: bool) -> list[EventRow]:
    provider_no = _providers(work, order.fund)[order.shard]
    units_e2 = order.done_fen if is_back else -order.done_fen
    kind = "fast_return" if is_back else "fast_redemption"
    action = "fund.return" if is_back else "fund.advance"
    own_id = derived_id(order.order_id, action=action)
    counter_id = derived_id(order.order_id, action=f"{action}.provider")
    ids = (order.shard, order.fund)
    return [
        EventRow(*ids, order.customer_no, own_id, on, units_e2, kind, order.order_id),
        EventRow(*ids, provider_no, counter_id, on, -units_e2, "advance", order.order_id),
    ]


def _providers(work: Work, fund: str) -> dict[int, int]:
    held = work.buffer(f"fund.advance_holders.{fund}")
    if not held:
        held.append(products_store.advance_holders(work, fund=fund))
    found = held[0]
    assert isinstance(found, dict)
    return found


def _use(order: FundOrder, *, sign: int) -> UseMove:
    on = shanghai_date(order.placed_at)
    return UseMove(order.holding_key, on, fast_count=sign, fast_fen=sign * order.done_fen)


def _move_lines(work: Work, orders: Sequence[FundOrder], *, sign: int) -> None:
    by_fund: dict[str, int] = {}
    for order in orders:
        by_fund[order.fund] = by_fund.get(order.fund, 0) + sign * order.done_fen
    for fund in sorted(by_fund):
        products_store.move_line(work, fund=fund, by_fen=by_fund[fund])


def give_back_advances(
    work: Work, failed: Sequence[FundOrder], *, first_open_on: Mapping[str, date | None]
) -> None:
    """Undo fast redemptions whose payout failed for certain: units, count, sum, line and cash.

    Count and sum go back to the day of the order. Units go back to that day too, unless its
    income is published: what the provider earned by then stays earned.
    """
    if not failed:
        return
    holdings_store.lock_holdings(work, [order.holding_key for order in failed])
    fund_nos = products_store.fund_numbers(work)
    for order in failed:
        placed_on = shanghai_date(order.placed_at)
        on = max(placed_on, first_open_on.get(order.fund) or placed_on)
        move_advanced_units(work, (), on=on, returning=[order])
    store.move_use(work, [_use(order, sign=-1) for order in failed])
    _move_lines(work, failed, sign=-1)
    postings.post_all(work, [_given_back(o, fund_nos, at=work.at) for o in failed])


def _given_back(order: FundOrder, fund_nos: Mapping[str, int], *, at: datetime) -> Transfer:
    return postings.advance_given_back(
        order.order_id,
        shard=order.shard,
        customer_no=order.customer_no,
        fund_no=fund_nos[order.fund],
        amount_fen=order.done_fen,
        on=shanghai_date(at),
    )


@dataclass(frozen=True, slots=True)
class LateIncome:
    """Income of a redeem-all order that was published after its units were fixed."""

    parent: FundOrder
    units_e2: int
    takes_all: bool


def place_late_income(work: Work, found: Sequence[LateIncome], *, terms: Terms) -> list[FundOrder]:
    """Place a normal redemption of each late income; nobody has to ask for it."""
    at = work.at
    dates = normal_redemption_dates(at, calendar=terms.calendar, cut_off=terms.cut_off)
    placed = [_late_order(late, dates=dates, at=at) for late in found]
    store.insert_orders(work, placed)
    holdings_store.move_ordered(work, [(o.holding_key, o.units_e2 or 0) for o in placed])
    emit_orders(work, placed)
    return placed


def _late_order(late: LateIncome, *, dates: RedemptionDates, at: datetime) -> FundOrder:
    parent = late.parent
    unknown_from = (parent.all_until_on or parent.earns_on) + ONE_DAY
    return FundOrder(
        shard=parent.shard,
        order_id=derived_id(parent.order_id, action="fund.late_income"),
        customer_no=parent.customer_no,
        fund=parent.fund,
        side=Side.REDEMPTION,
        speed=Speed.NORMAL,
        origin=Origin.LATE_INCOME,
        takes_all=late.takes_all,
        state=RedemptionState.ACCEPTED,
        reason=None,
        amount_fen=None,
        units_e2=late.units_e2,
        card_id=parent.card_id,
        money_order_id=None,
        parent_order_id=parent.order_id,
        placed_at=at,
        t_day=dates.t_day,
        confirm_on=dates.confirmed_on,
        earns_on=dates.last_income_on,
        visible_on=None,
        cash_on=dates.confirmed_on,
        rest_e2=late.units_e2,
        all_from_on=unknown_from if late.takes_all else None,
        all_until_on=dates.last_income_on if late.takes_all else None,
    )
