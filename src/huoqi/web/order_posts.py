"""The routes that buy, sell and take back: what each decodes, does and shows."""

from collections.abc import Callable, Sequence
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from huoqi.close.operations.leaving import desk_of, leftovers
from huoqi.close.platform import Platform
from huoqi.customers.operations import ClosingRequest, begin_closing
from huoqi.customers.people import Customer
from huoqi.customers.queries import customers_of
from huoqi.events.queries import last_seq
from huoqi.fund.operations import cancel_orders, place_purchases, redeem, redeem_rest
from huoqi.fund.orders import (
    CancelRequest,
    FundOrder,
    OrderKey,
    PurchaseRequest,
    RedemptionRequest,
    Speed,
)
from huoqi.fund.queries import order_of
from huoqi.fund.rules.order_states import PurchaseState
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.money import parse_minor
from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import customer_cash_account
from huoqi.ledger.rules.counters import Counters
from huoqi.payments import queries as payments
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.reducer import State
from huoqi.web.errors import FieldsRefused
from huoqi.web.money_posts import Done, Item, MoneyPost, Outcome
from huoqi.web.orders_wire import (
    ClosingAnswer,
    FundCode,
    MoneyWire,
    OrderAnswer,
    Timelines,
    UnitsWire,
    balances_wire,
    encoded,
    local,
    order_wire,
)
from huoqi.web.wire import positive_minor

_ON_ITS_WAY = frozenset({State.CREATED, State.RESERVED, State.SENT})


class PurchaseBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Buy units of a fund with money from a bound card."""

    fund: FundCode
    amount: MoneyWire
    card_id: UUID


class RedemptionBody(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Sell units: some, or all with the income that is published later."""

    fund: FundCode
    speed: Literal["fast", "normal"]
    units: UnitsWire | None = None
    all: bool = False
    card_id: UUID | None = None


class EmptyBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object: the path says it all."""


class PurchasePost(MoneyPost[PurchaseBody]):
    """POST /v1/purchases."""

    route = "/v1/purchases"
    moves = "in"
    may_wait = True

    def decoder(self) -> "msgspec.json.Decoder[PurchaseBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(PurchaseBody)

    def check(self, body: PurchaseBody) -> None:
        """Refuse an amount that is not positive."""
        positive_minor(body.amount.amount, pointer="/amount/amount")

    def bought(self, body: PurchaseBody) -> str:
        """Return the fund, whose agreements are looked for."""
        return body.fund

    def perform(
        self, work: Work, items: Sequence[Item[PurchaseBody]]
    ) -> Sequence[Done | DomainError]:
        """Place the purchases."""
        requests = [
            PurchaseRequest(
                order_id=item.object_id,
                customer_no=item.caller.customer_no,
                shard=item.caller.shard,
                fund=item.body.fund,
                amount_fen=parse_minor(item.body.amount.amount),
                card_id=item.body.card_id,
                is_new=True,  # no path names it
                has_agreed=item.caller.has_agreed,
            )
            for item in items
        ]
        return order_answers(work, place_purchases(work, requests))

    def outcome(self, work: Work, *, shard: int, customer_no: int, object_id: UUID) -> Outcome:  # noqa: ARG002
        """Return how a purchase stands while its caller waits for the bank."""
        key = (shard, object_id)
        order = order_of(work, key)
        assert order is not None, "it was committed before its caller began to wait"
        collection = collections_of(work, [order]).get(money_key(order))
        # Read again: the bank may have answered between the two reads, and one transaction moves
        # both, so what is read after the collection is at least as new.
        order = order_of(work, key) or order
        body = _Window(work, [order], seq=last_seq(work)).answer(order, collection)
        if order.state is not PurchaseState.PLACED or collection is None:
            return Outcome(settled=True, status=201, body=body)
        return Outcome(settled=collection.state not in _ON_ITS_WAY, status=202, body=body)


class RedemptionPost(MoneyPost[RedemptionBody]):
    """POST /v1/redemptions."""

    route = "/v1/redemptions"

    def decoder(self) -> "msgspec.json.Decoder[RedemptionBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(RedemptionBody)

    def check(self, body: RedemptionBody) -> None:
        """Refuse both of ``units`` and ``all``, neither of them, or units not positive."""
        if (body.units is None) != body.all:
            raise FieldsRefused((("/units", "validation.units_or_all"),))
        if body.units is not None:
            positive_minor(body.units.units, pointer="/units/units")

    def perform(
        self, work: Work, items: Sequence[Item[RedemptionBody]]
    ) -> Sequence[Done | DomainError]:
        """Place the redemptions."""
        requests = [
            RedemptionRequest(
                order_id=item.object_id,
                customer_no=item.caller.customer_no,
                shard=item.caller.shard,
                fund=item.body.fund,
                units_e2=_units_e2(item.body),
                speed=Speed(item.body.speed),
                card_id=item.body.card_id,
            )
            for item in items
        ]
        return order_answers(work, redeem(work, requests))


class CancelPost(MoneyPost[EmptyBody]):
    """POST /v1/orders/{order_id}/cancellation."""

    route = "/v1/orders/{}/cancellation"
    moves = "in"  # money that comes back to the customer is stopped by no cool-down

    def decoder(self) -> "msgspec.json.Decoder[EmptyBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(EmptyBody)

    def check(self, body: EmptyBody) -> None:
        """Accept the empty object."""

    def perform(self, work: Work, items: Sequence[Item[EmptyBody]]) -> Sequence[Done | DomainError]:
        """Take the orders back."""
        requests = [
            CancelRequest(item.caller.shard, item.caller.customer_no, item.object_id)
            for item in items
        ]
        return order_answers(work, cancel_orders(work, requests))


class ClosingPost(MoneyPost[EmptyBody]):
    """POST /v1/me/closing: what is left is redeemed and paid out, then the account is closed."""

    route = "/v1/me/closing"

    def __init__(self, platform: Platform, *, done: Callable[[], None]) -> None:
        super().__init__(platform.database, workers=1, done=done)
        self._desk = desk_of(platform)

    def decoder(self) -> "msgspec.json.Decoder[EmptyBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(EmptyBody)

    def check(self, body: EmptyBody) -> None:
        """Accept the empty object."""

    def perform(self, work: Work, items: Sequence[Item[EmptyBody]]) -> Sequence[Done | DomainError]:
        """Begin to close the accounts, and order what can be redeemed now."""
        numbers = [item.caller.customer_no for item in items]
        customers = customers_of(work, numbers, shards=self._desk.shards)
        left = leftovers(work, [customers[number] for number in numbers])
        requests = [ClosingRequest(number, left[number]) for number in numbers]
        begun = begin_closing(work, self._desk, requests)
        leaving = [each for each in begun if isinstance(each, Customer)]
        redeem_rest(work, [(each.shard, each.customer_no) for each in leaving])
        return [
            each
            if isinstance(each, DomainError)
            else Done(
                each.customer_id,
                encoded(ClosingAnswer(each.customer_id, each.state, local(work.at))),
            )
            for each in begun
        ]


def _units_e2(body: RedemptionBody) -> int | None:
    return None if body.units is None else parse_minor(body.units.units)


def order_answers(
    work: Work, results: Sequence[FundOrder | DomainError]
) -> Sequence[Done | DomainError]:
    """Return the answers that show orders with balances and the log's number after them."""
    orders = [result for result in results if isinstance(result, FundOrder)]
    if not orders:
        return [result for result in results if isinstance(result, DomainError)]
    work.flush()  # events take their numbers, so that the answer can name the last one
    seq = last_seq(work)
    window = _Window(work, orders, seq=seq)
    return [
        result
        if isinstance(result, DomainError)
        else Done(result.order_id, window.answer(result, None))
        for result in results
    ]


class _Window:
    """Shows the orders of one transaction; what several answers share is read and made once."""

    def __init__(self, work: Work, orders: Sequence[FundOrder], *, seq: int) -> None:
        self._cash = balances(work, sorted({_cash_account(order) for order in orders}))
        self._timelines = Timelines()
        self._seq = str(seq)
        self._at = local(work.at)

    def answer(self, order: FundOrder, money: MoneyOrder | None) -> bytes:
        """Return the answer that shows an order with its customer's cash."""
        return encoded(
            OrderAnswer(
                order=order_wire(order, money, timelines=self._timelines),
                balances=balances_wire(self._cash.get(_cash_account(order), Counters())),
                commit_seq=self._seq,
                business_time=self._at,
            )
        )


def _cash_account(order: FundOrder) -> int:
    return customer_cash_account(shard=order.shard, customer_no=order.customer_no)


def money_key(order: FundOrder) -> OrderKey:
    """Return what finds the money order of a fund order."""
    return order.shard, order.money_order_id or order.order_id


def collections_of(work: Work, orders: Sequence[FundOrder]) -> dict[OrderKey, MoneyOrder]:
    """Return the money orders of fund orders, by money_key."""
    keys = [money_key(order) for order in orders if order.money_order_id is not None]
    return payments.orders_of_keys(work, keys) if keys else {}
