"""Payments as staff see them: a money order, and everything that was learned about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from huoqi.customers.operations import KeyHolder
from huoqi.fund.queries import order_of
from huoqi.kit.db import Work
from huoqi.payments.orders import MoneyOrder, bank_reference
from huoqi.payments.queries import (
    EvidenceLine,
    OrderRoute,
    evidence_of,
    orders_of_keys,
    route_of,
)
from huoqi.web.doors import Support
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, Money, Shape, money, shown_at

router = APIRouter(prefix="/v1", tags=["Staff"], route_class=StrictRoute)


class EvidenceView(Shape):
    """One thing that was learned, and when."""

    source: str
    event: str
    code: str
    amount: Money | None
    received_at: str


class PaymentView(Shape):
    """A collection or payout of one try at one bank."""

    id: UUID
    order_id: UUID = Field(description="The fund order that it is for.")
    attempt: int
    direction: str
    purpose: str
    amount: Money
    bank: str
    bank_ref: str = Field(description="The reference that the bank knows it by, for ever.")
    state: str
    cases: list[str] = Field(description="Why two people must look at it.")
    returned: bool
    reason: str | None
    created_at: str
    sent_at: str | None
    decided_at: str | None
    next_at: str | None = Field(description="When the bank is told or asked next.")


class ChannelLook(Shape):
    """A channel as it was looked at when the payment was placed."""

    channel: str
    terms_from: str = Field(description="The first day of the row of terms that counted.")
    fee: Money
    success_ppm: int = Field(description="Of a million sends of late, how many were answered.")
    single_limit: Money
    opens_at: str = Field(description="When it would take the payment; now unless it is shut.")
    shut: str | None = Field(
        description="Why not: tried, down, sick, maintenance, single_limit, card_day_limit, "
        "card_day_count or channel_day_limit."
    )


class RouteView(Shape):
    """Why a payment went over its channel: what was known of each, best first.

    With a single channel in force there was nothing to decide, and its terms are told alone.
    """

    channel: str
    was_choice: bool
    decided_at: str
    channels: list[ChannelLook]


class PaymentAnswer(Answer):
    """A payment with its route and its evidence, oldest first."""

    payment: PaymentView
    route: RouteView
    evidence: list[EvidenceView]


@router.get("/staff/payments/{payment_id}", operation_id="staff_payments_get")
def staff_payments_get(door: Support, payment_id: UUID) -> PaymentAnswer:
    """Show a payment by its id, or by the id of the order that it is for, with its evidence."""
    shards = range(door.machine.desk.shards)

    def found(work: Work, _: KeyHolder) -> PaymentAnswer:
        payment = payment_of(work, payment_id, shards=shards)
        return PaymentAnswer(
            payment=payment_view(payment),
            route=route_view(route_of(work, payment)),
            evidence=[evidence_view(line) for line in evidence_of(work, payment.key)],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


def payment_of(work: Work, payment_id: UUID, *, shards: range) -> MoneyOrder:
    """Return a payment by its own id or its fund order's; raise ObjectNotFound."""
    keys = [(shard, payment_id) for shard in shards]
    collections = [
        (shard, order.money_order_id)
        for shard, _ in keys
        if (order := order_of(work, (shard, payment_id))) and order.money_order_id
    ]
    found = orders_of_keys(work, [*keys, *collections])
    for payment in found.values():
        return payment
    raise ObjectNotFound


def payment_view(order: MoneyOrder) -> PaymentView:
    """Return a payment for the wire."""
    return PaymentView(
        id=order.order_id,
        order_id=order.intent_id,
        attempt=order.attempt,
        direction=order.direction.value.lower(),
        purpose=order.purpose,
        amount=money(order.amount_fen),
        bank=order.bank,
        bank_ref=order.bank_ref or bank_reference(order.order_id),
        state=order.state.value.lower(),
        cases=sorted(case.value.lower() for case in order.cases),
        returned=order.returned,
        reason=order.reason or None,
        created_at=shown_at(order.created_at),
        sent_at=shown_at(order.sent_at) if order.sent_at else None,
        decided_at=shown_at(order.decided_at) if order.decided_at else None,
        next_at=shown_at(order.next_at) if order.next_at else None,
    )


def route_view(route: OrderRoute) -> RouteView:
    """Return why a payment went over its channel for the wire."""
    order, note, terms = route.order, route.note, route.profile
    if note is not None:
        looks = [_look(each) for each in note["channels"]]
    elif terms is not None:
        looks = [
            ChannelLook(
                channel=terms.channel,
                terms_from=terms.effective_from.isoformat(),
                fee=money(terms.fee_fen),
                success_ppm=1_000_000,
                single_limit=money(terms.single_limit_fen),
                opens_at=shown_at(order.created_at),
                shut=None,
            )
        ]
    else:
        looks = []
    return RouteView(
        channel=order.channel,
        was_choice=note is not None,
        decided_at=shown_at(order.created_at),
        channels=looks,
    )


def _look(kept: Mapping[str, Any]) -> ChannelLook:  # a part of the document as it was kept
    return ChannelLook(
        channel=kept["channel"],
        terms_from=kept["since"],
        fee=money(kept["fee_fen"]),
        success_ppm=kept["success_ppm"],
        single_limit=money(kept["single_limit_fen"]),
        opens_at=shown_at(datetime.fromisoformat(kept["opens_at"])),
        shut=kept["shut"] or None,
    )


def evidence_view(line: EvidenceLine) -> EvidenceView:
    """Return what was learned of a payment for the wire."""
    return EvidenceView(
        source=line.source,
        event=line.event.lower(),
        code=line.code,
        amount=None if line.amount_fen is None else money(line.amount_fen),
        received_at=shown_at(line.received_at),
    )
