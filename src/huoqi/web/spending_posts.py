"""The routes that spend a fund or cash: at merchants, to persons, into a fund, onto a card."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from huoqi.close.operations.leaving import desk_of
from huoqi.close.platform import Platform
from huoqi.customers.operations.receivers import receiver_named
from huoqi.customers.people import Customer
from huoqi.fund.cash_purchases import CashPurchase, buy_with_cash
from huoqi.fund.merchant_payments import pay_merchants
from huoqi.fund.merchants import MerchantPayment, PaymentRequest
from huoqi.fund.orders import FundOrder
from huoqi.fund.person_transfers import (
    LookupsUsedUp,
    TransferRequest,
    count_lookup,
    lookups_left,
    send_to_persons,
)
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.money import parse_minor
from huoqi.payments.handovers import Arrival, Handover
from huoqi.payments.operations import create_orders
from huoqi.payments.operations.handovers import ReceiverNotReached
from huoqi.payments.orders import MoneyOrder, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.web.errors import FieldsRefused
from huoqi.web.money_posts import Done, Item, MoneyPost
from huoqi.web.order_posts import order_answers
from huoqi.web.orders_wire import FundCode, MoneyWire, encoded, local
from huoqi.web.wire import positive_minor

CASH_PAYOUT = "cash.payout"
_NAME_MOST = 60


class MerchantPaymentBody(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Pay a merchant; with a fund its units are redeemed for it, without one cash is used."""

    merchant_id: UUID
    amount: MoneyWire
    fund: FundCode | None = None


class MerchantPaymentWire(Struct, frozen=True):
    """A payment to a merchant; ``order_id`` is the redemption that it took."""

    id: UUID
    amount: MoneyWire
    refunded: MoneyWire
    fund: str | None
    order_id: UUID | None
    paid_at: datetime
    ledger_transfer_id: UUID


class MerchantPaymentAnswer(Struct, frozen=True):
    """A payment after it was made."""

    payment: MerchantPaymentWire
    business_time: datetime


class PersonTransferBody(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Send money to the person with this phone and this name; without a fund cash is sent."""

    phone: str
    name: str
    amount: MoneyWire
    fund: FundCode | None = None


class PersonTransferWire(Struct, frozen=True):
    """Money between two persons, as one of them sees it.

    ``held`` is on its way, ``arrived`` with the receiver, ``returned`` in the giver's cash again.
    """

    id: UUID
    way: Literal["out", "in"]
    amount: MoneyWire
    state: Literal["held", "arrived", "returned"]
    reason: str | None
    fund: str | None
    order_id: UUID | None
    created_at: datetime
    ended_at: datetime | None
    ledger_transfer_ids: list[UUID]


class PersonTransferAnswer(Struct, frozen=True):
    """A transfer after it was begun."""

    transfer: PersonTransferWire
    business_time: datetime


class CashPurchaseBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Buy units of a fund with cash that lies on the account."""

    fund: FundCode
    amount: MoneyWire


class CashPayoutBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Send cash that lies on the account to a bound card."""

    amount: MoneyWire
    card_id: UUID


class CashPayoutAnswer(Struct, frozen=True):
    """Cash on its way to a card."""

    payment_id: UUID
    amount: MoneyWire
    state: str
    business_time: datetime


class MerchantPaymentPage(Struct, frozen=True):
    """What a customer paid to merchants, newest first."""

    data: list[MerchantPaymentWire]
    business_time: datetime


class PersonTransferPage(Struct, frozen=True):
    """Money that a customer sent and received, newest first."""

    data: list[PersonTransferWire]
    business_time: datetime


class MerchantPaymentPost(MoneyPost[MerchantPaymentBody]):
    """POST /v1/merchant-payments."""

    route = "/v1/merchant-payments"

    def decoder(self) -> "msgspec.json.Decoder[MerchantPaymentBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(MerchantPaymentBody)

    def check(self, body: MerchantPaymentBody) -> None:
        """Refuse what is no amount."""
        positive_minor(body.amount.amount, pointer="/amount/amount")

    def perform(
        self, work: Work, items: Sequence[Item[MerchantPaymentBody]]
    ) -> Sequence[Done | DomainError]:
        """Pay the merchants."""
        requests = [
            PaymentRequest(
                item.caller.shard,
                item.object_id,
                item.caller.customer_no,
                item.body.merchant_id,
                parse_minor(item.body.amount.amount),
                item.body.fund,
            )
            for item in items
        ]
        return [
            each
            if isinstance(each, DomainError)
            else Done(
                each.payment_id,
                encoded(MerchantPaymentAnswer(payment_wire(each), local(work.at))),
            )
            for each in pay_merchants(work, requests)
        ]


class TransferPost(MoneyPost[PersonTransferBody]):
    """POST /v1/transfers."""

    route = "/v1/transfers"

    def __init__(self, platform: Platform, *, done: Callable[[], None]) -> None:
        super().__init__(platform.database, workers=1, done=done)
        self._desk = desk_of(platform)

    def decoder(self) -> "msgspec.json.Decoder[PersonTransferBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(PersonTransferBody)

    def check(self, body: PersonTransferBody) -> None:
        """Refuse what is no amount and no name."""
        positive_minor(body.amount.amount, pointer="/amount/amount")
        check_name(body.name)

    def perform(
        self, work: Work, items: Sequence[Item[PersonTransferBody]]
    ) -> Sequence[Done | DomainError]:
        """Find the receivers, and send."""
        found = [self._request(work, item) for item in items]
        requests = [each for each in found if isinstance(each, TransferRequest)]
        sent = iter(send_to_persons(work, requests))
        answers = [each if isinstance(each, DomainError) else next(sent) for each in found]
        return [
            each
            if isinstance(each, DomainError)
            else Done(
                each.handover_id, encoded(PersonTransferAnswer(given_wire(each), local(work.at)))
            )
            for each in answers
        ]

    def _request(self, work: Work, item: Item[PersonTransferBody]) -> TransferRequest | DomainError:
        asker = (item.caller.shard, item.caller.customer_no)
        try:
            found = find_receiver(
                work,
                asker,
                lambda: receiver_named(
                    work, self._desk, phone=item.body.phone, name=item.body.name
                ),
            )
        except DomainError as refusal:
            return refusal
        if isinstance(found, DomainError):
            return found
        return TransferRequest(
            item.caller.shard,
            item.object_id,
            item.caller.customer_no,
            found.shard,
            found.customer_no,
            parse_minor(item.body.amount.amount),
            item.body.fund,
        )


class CashPurchasePost(MoneyPost[CashPurchaseBody]):
    """POST /v1/cash/purchases."""

    route = "/v1/cash/purchases"
    moves = "in"

    def decoder(self) -> "msgspec.json.Decoder[CashPurchaseBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(CashPurchaseBody)

    def check(self, body: CashPurchaseBody) -> None:
        """Refuse what is no amount."""
        positive_minor(body.amount.amount, pointer="/amount/amount")

    def bought(self, body: CashPurchaseBody) -> str | None:
        """Return the fund, for which agreements are needed."""
        return body.fund

    def perform(
        self, work: Work, items: Sequence[Item[CashPurchaseBody]]
    ) -> Sequence[Done | DomainError]:
        """Buy."""
        wishes = [
            CashPurchase(
                item.caller.shard,
                item.object_id,
                item.caller.customer_no,
                item.body.fund,
                parse_minor(item.body.amount.amount),
                has_agreed=item.caller.has_agreed,
            )
            for item in items
        ]
        bought: Sequence[FundOrder | DomainError] = buy_with_cash(work, wishes)
        return order_answers(work, bought)


class CashPayoutPost(MoneyPost[CashPayoutBody]):
    """POST /v1/cash/payouts."""

    route = "/v1/cash/payouts"

    def decoder(self) -> "msgspec.json.Decoder[CashPayoutBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(CashPayoutBody)

    def check(self, body: CashPayoutBody) -> None:
        """Refuse what is no amount."""
        positive_minor(body.amount.amount, pointer="/amount/amount")

    def perform(
        self, work: Work, items: Sequence[Item[CashPayoutBody]]
    ) -> Sequence[Done | DomainError]:
        """Send cash to cards; one that the bank refuses is cash again."""
        wishes = [
            OrderRequest(
                shard=item.caller.shard,
                order_id=item.object_id,
                customer_no=item.caller.customer_no,
                intent_id=item.object_id,
                direction=Direction.PAYOUT,
                purpose=CASH_PAYOUT,
                amount_fen=parse_minor(item.body.amount.amount),
                card_id=item.body.card_id,
            )
            for item in items
        ]
        return [
            each
            if isinstance(each, DomainError)
            else Done(each.order_id, encoded(_cash_payout(each, at=work.at)))
            for each in create_orders(work, wishes)
        ]


def find_receiver(
    work: Work, asker: tuple[int, int], find: Callable[[], Customer | None]
) -> Customer | DomainError:
    """Return whom a search finds, or one refusal for all reasons; every vain search counts."""
    shard, customer_no = asker
    if lookups_left(work, shard=shard, customer_no=customer_no) == 0:
        return LookupsUsedUp()
    found = find()
    if found is None:
        count_lookup(work, shard=shard, customer_no=customer_no)
        return ReceiverNotReached()
    return found


def check_name(name: str) -> None:
    """Refuse a text that cannot be a name."""
    if not 0 < len(name.strip()) <= _NAME_MOST:
        raise FieldsRefused((("/name", "validation.name"),))


def payment_wire(payment: MerchantPayment) -> MerchantPaymentWire:
    """Return a payment to a merchant for the wire."""
    return MerchantPaymentWire(
        payment.payment_id,
        MoneyWire(str(payment.amount_fen)),
        MoneyWire(str(payment.refunded_fen)),
        payment.fund,
        payment.order_id,
        local(payment.paid_at),
        payment.transfer_id,
    )


def given_wire(handover: Handover) -> PersonTransferWire:
    """Return a transfer as its giver sees it."""
    steps = {"held": [0], "arrived": [0, 2], "returned": [0, 3]}[handover.state.value]
    return PersonTransferWire(
        handover.handover_id,
        "out",
        MoneyWire(str(handover.amount_fen)),
        handover.state.value,
        handover.reason or None,
        handover.fund,
        handover.order_id,
        local(handover.created_at),
        local(handover.ended_at) if handover.ended_at else None,
        [handover.transfer_ids[step] for step in steps],
    )


def received_wire(arrival: Arrival) -> PersonTransferWire:
    """Return a transfer as its receiver sees it."""
    return PersonTransferWire(
        arrival.handover_id,
        "in",
        MoneyWire(str(arrival.amount_fen)),
        "arrived",
        None,
        None,
        None,
        local(arrival.decided_at),
        local(arrival.decided_at),
        [arrival.transfer_id],
    )


def _cash_payout(order: MoneyOrder, *, at: datetime) -> CashPayoutAnswer:
    state = order.state.value.lower()
    return CashPayoutAnswer(order.order_id, MoneyWire(str(order.amount_fen)), state, local(at))
