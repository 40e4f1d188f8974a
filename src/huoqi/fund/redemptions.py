"""Selling: normal redemptions wait for the register, fast ones are advanced now."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import structs

from huoqi.fund import postings
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund._store import payouts as payouts_store
from huoqi.fund._store import products as products_store
from huoqi.fund._store.day_use import DayUse, lock_use
from huoqi.fund._store.holdings import Key
from huoqi.fund.advances import advance_transfer, take_advances
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
from huoqi.fund.rules.carrying import accrues_from
from huoqi.fund.rules.confirmation import (
    RedemptionDates,
    fast_redemption_dates,
    normal_redemption_dates,
)
from huoqi.fund.rules.fast_redemption import (
    AdvanceLineExhausted,
    FastCapReached,
    FastCountReached,
    FastLimits,
    FastPosition,
    FastRedemptionNotOffered,
    InsufficientUnits,
    redeem_fast,
)
from huoqi.fund.rules.order_states import (
    RedemptionEvent,
    RedemptionState,
    next_redemption_state,
)
from huoqi.fund.rules.yields import Carry
from huoqi.fund.shelf import terms_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError, Param
from huoqi.kit.ids import derived_id
from huoqi.ledger.queries import transfers_of_ids
from huoqi.payments.cards import CardState
from huoqi.payments.operations.orders import CardNotBound
from huoqi.payments.queries import cards_of_customer, cards_of_keys

ONE_DAY = timedelta(days=1)
# What stops a fast redemption and no normal one.
FAST_ONLY = (FastCountReached, FastCapReached, AdvanceLineExhausted)


#: Takes the advanced cash of fast redemptions on; answers each with its money order, or why not.
Deliver = Callable[[Work, Sequence[FundOrder]], Sequence[UUID | None | DomainError]]


def to_cards(work: Work, fast: Sequence[FundOrder]) -> list[UUID | None | DomainError]:
    """Place the payouts of fast redemptions to their cards; a money order each, or why not."""
    plans = [_plan(order) for order in fast]
    answers = place_payouts(work, plans)
    payouts_store.add_payouts(
        work,
        [
            sent_payout(work, plan, money_order_id=answer)
            for plan, answer in zip(plans, answers, strict=True)
            if not isinstance(answer, DomainError)
        ],
    )
    return list(answers)


def redeem(
    work: Work, requests: Sequence[RedemptionRequest], *, deliver: Deliver = to_cards
) -> list[FundOrder | DomainError]:
    """Redeem units to bound cards: fast ones leave the holding and are paid out at once.

    ``deliver`` takes the cash of fast ones on; what it refuses is undone and leaves nothing.

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
    accepted, refused = _advance(work, list(drafts.values()), deliver=deliver)
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
        self._used = lock_use(work, fast_keys, on=self._on) if fast_keys else {}
        # Funds in order: two batches take their lines one after the other.
        self._lines = {
            fund: products_store.lock_line(work, fund=fund).left_fen
            for fund in sorted({request.fund for request in fast})
        }
        self._defaults: dict[tuple[int, int], UUID | None] = {}
        named = {(r.shard, r.card_id) for r in requests if r.card_id is not None}
        self._cards = cards_of_keys(work, sorted(named))

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
        dates, cash_on = _normal_dates(terms, at=self._work.at)
        order = self._order(request, units_e2=wanted_e2, dates=dates, position=position)
        self._taken[position.row.key] = self._taken.get(position.row.key, 0) + wanted_e2
        return structs.replace(
            order, state=RedemptionState.ACCEPTED, rest_e2=wanted_e2, cash_on=cash_on
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
        try:
            after = redeem_fast(wanted_e2, position=before, limits=limits)
        except FAST_ONLY as refusal:
            raise _with_normal_way(refusal, terms=terms, at=at) from None
        self._used[key] = replace(used, fast_count=after.used_count, fast_fen=after.used_fen)
        self._lines[request.fund] = after.line_left_fen
        self._taken[key] = self._taken.get(key, 0) + wanted_e2
        confirmed = structs.replace(
            order,
            state=RedemptionState.CONFIRMED,
            confirmed_at=at,
            rest_e2=0,
            done_fen=wanted_e2,
            cash_on=self._on,
        )
        return _paid_in_cash(confirmed, at=at) if request.to_cash else confirmed

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
        if self._terms[request.fund].product.carry is not Carry.DAILY:
            # What has accrued since the last carry is no units yet either.
            unknown_from = max(accrues_from(known_until + ONE_DAY), position.row.opened_on)
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
            card_id=self._card_of(request),
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

    def _card_of(self, request: RedemptionRequest) -> UUID | None:
        """Return the card that the money goes to; raise CardNotBound before anything is sold."""
        if request.to_cash:
            return None
        owner = (request.shard, request.customer_no)
        if request.card_id is None:
            found = self._default_of(owner)
            if found is None:
                raise CardNotBound
            return found
        card = self._cards.get((request.shard, request.card_id))
        is_usable = card is not None and card.state is CardState.BOUND and not card.blocked
        if card is None or not is_usable or card.customer_no != request.customer_no:
            raise CardNotBound
        return request.card_id

    def _default_of(self, owner: tuple[int, int]) -> UUID | None:
        if owner not in self._defaults:
            cards = cards_of_customer(self._work, shard=owner[0], customer_no=owner[1])
            self._defaults[owner] = next((card.card_id for card in cards if card.is_default), None)
        return self._defaults[owner]


def _normal_dates(terms: Terms, *, at: datetime) -> tuple[RedemptionDates, date]:
    """Return the dates of a normal redemption of an instant, and the date of its cash."""
    dates = normal_redemption_dates(at, calendar=terms.calendar, cut_off=terms.cut_off)
    after_days = terms.rule("fund.redemption_cash").figure("after_confirmation_days") or 0
    return dates, dates.confirmed_on + timedelta(days=after_days)


def _with_normal_way(refusal: DomainError, *, terms: Terms, at: datetime) -> DomainError:
    """Return the refusal of a fast redemption with what a normal one would offer instead."""
    dates, cash_on = _normal_dates(terms, at=at)
    offered: dict[str, Param] = {
        "normal_confirmed_on": dates.confirmed_on.isoformat(),
        "normal_cash_on": cash_on.isoformat(),
    }
    return type(refusal)(**refusal.params, **offered)


def _paid_in_cash(order: FundOrder, *, at: datetime) -> FundOrder:
    """Return a fast redemption whose cash is where it belongs as soon as it is placed."""
    assert isinstance(order.state, RedemptionState)
    state = next_redemption_state(order.state, event=RedemptionEvent.PAYOUT_SUCCEEDED)
    return structs.replace(order, state=state, paid_at=at, ended_at=at)


def _advance(
    work: Work, drafts: Sequence[FundOrder], *, deliver: Deliver
) -> tuple[list[FundOrder], dict[tuple[int, UUID], DomainError]]:
    """Advance cash for the fast ones and take it on; what is refused undoes its advance."""
    fast = [order for order in drafts if order.speed is Speed.FAST]
    if not fast:
        return list(drafts), {}
    spent = _spent(work, fast)
    if spent:
        left = [order for order in drafts if order.key not in spent]
        kept, refused = _advance(work, left, deliver=deliver)
        return kept, refused | spent
    fund_nos = products_store.fund_numbers(work)
    postings.post_all(
        work, [advance_transfer(o, fund_nos, give=postings.advance_cash) for o in fast]
    )
    answers = dict(zip([order.key for order in fast], deliver(work, fast), strict=True))
    refused = {key: each for key, each in answers.items() if isinstance(each, DomainError)}
    money_orders = {key: each for key, each in answers.items() if isinstance(each, UUID)}
    undone = [order for order in fast if order.key in refused]
    postings.post_all(
        work, [advance_transfer(o, fund_nos, give=postings.advance_given_back) for o in undone]
    )
    kept = [
        structs.replace(order, money_order_id=money_orders.get(order.key))
        for order in drafts
        if order.key not in refused
    ]
    return kept, refused


def _spent(work: Work, fast: Sequence[FundOrder]) -> dict[tuple[int, UUID], DomainError]:
    """Return a refusal for ids that were advanced and given back before, their payout refused.

    The advance of an id is posted once for ever, so another wish needs another id.
    """
    ids = {derived_id(order.order_id, action=postings.ADVANCE_CASH): order for order in fast}
    shards = sorted({order.shard for order in fast})
    known = {transfer.id for transfer in transfers_of_ids(work, list(ids), on_shards=shards)}
    return {
        order.key: OrderIdReused(order_id=str(order.order_id))
        for transfer_id, order in ids.items()
        if transfer_id in known
    }


def _plan(order: FundOrder) -> PayoutPlan:
    on = shanghai_date(order.placed_at)
    return PayoutPlan(order, PayoutKind.REDEMPTION, order.done_fen, on)


def _write(work: Work, accepted: Sequence[FundOrder]) -> None:
    if not accepted:
        return
    store.insert_orders(work, accepted)
    normal = [order for order in accepted if order.speed is Speed.NORMAL]
    fast = [order for order in accepted if order.speed is Speed.FAST]
    holdings_store.move_ordered(work, [(o.holding_key, o.units_e2 or 0) for o in normal])
    if fast:
        take_advances(work, fast)
    ids = {o.order_id: [derived_id(o.order_id, action=postings.ADVANCE_CASH)] for o in fast}
    emit_orders(work, accepted, transfer_ids=ids)
