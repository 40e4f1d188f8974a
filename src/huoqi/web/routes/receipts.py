"""The figures of an order's receipt: amounts, units, dates, the card's last four, references."""

from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from huoqi.customers.operations import Caller
from huoqi.fund.orders import FundOrder, Side
from huoqi.fund.queries import payouts_of, products_of
from huoqi.kit.db import Work
from huoqi.payments.orders import MoneyOrder, bank_reference
from huoqi.payments.queries import cards_of_keys, orders_of_keys
from huoqi.payments.rules.reducer import State
from huoqi.web.doors import Customer
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.orders import own_order
from huoqi.web.wire import Answer, Money, Shape, Units, money, shown_at, units

router = APIRouter(prefix="/v1", tags=["Orders"], route_class=StrictRoute)


class ReceiptPayment(Shape):
    """Money that moved for the order, as the bank knows it."""

    direction: Literal["collect", "payout"]
    amount: Money
    bank: str
    last_four: str | None
    state: Literal["succeeded", "under_way", "unknown", "failed"]
    returned: bool = Field(description="The bank took it back, or sent it back.")
    bank_reference: str
    decided_at: str | None


class ReceiptView(Shape):
    """What stands on a receipt; figures that are not there yet are null."""

    order_id: UUID
    fund: str
    fund_name_zh: str
    fund_name_en: str
    side: str
    speed: str
    state: str
    amount: Money | None = Field(description="What was asked to be bought.")
    units: Units | None = Field(description="What was asked to be redeemed.")
    confirmed: Money | None = Field(description="What the manager confirmed, at a price of 1.00.")
    refunded: Money | None
    placed_at: str
    t_day: date
    confirmed_at: str | None
    earns_from: date | None
    earns_until: date | None
    visible_on: date | None
    ended_at: str | None
    payments: list[ReceiptPayment]


class ReceiptAnswer(Answer):
    """The receipt of an order."""

    receipt: ReceiptView


@router.get("/orders/{order_id}/receipt", operation_id="orders_receipt")
def orders_receipt(door: Customer, order_id: UUID) -> ReceiptAnswer:
    """Show the figures of an order's receipt: amounts, units, dates, last four, references."""

    def found(work: Work, caller: Caller) -> ReceiptAnswer:
        order = own_order(work, caller, order_id=order_id)
        return ReceiptAnswer(receipt=_receipt(work, order), business_time=shown_at(work.at))

    return door.ask(found)


def _receipt(work: Work, order: FundOrder) -> ReceiptView:
    (product,) = products_of(work, funds=[order.fund])
    is_purchase = order.side is Side.PURCHASE
    return ReceiptView(
        order_id=order.order_id,
        fund=order.fund,
        fund_name_zh=product.name_zh,
        fund_name_en=product.name_en,
        side=order.side.value,
        speed=order.speed.value,
        state=order.state.value,
        amount=None if order.amount_fen is None else money(order.amount_fen),
        units=None if order.units_e2 is None else units(order.units_e2),
        confirmed=money(order.done_fen) if order.confirmed_at else None,
        refunded=money(order.refunded_fen) if is_purchase else None,
        placed_at=shown_at(order.placed_at),
        t_day=order.t_day,
        confirmed_at=shown_at(order.confirmed_at) if order.confirmed_at else None,
        earns_from=order.earns_from,
        earns_until=order.earns_until,
        visible_on=order.visible_on,
        ended_at=shown_at(order.ended_at) if order.ended_at else None,
        payments=_payments(work, order),
    )


def _payments(work: Work, order: FundOrder) -> list[ReceiptPayment]:
    """Return the money orders behind an order: its collection, then its payouts as they came."""
    ids = [order.money_order_id] if order.side is Side.PURCHASE else []
    paid = sorted(payouts_of(work, [order.key]), key=lambda payout: payout.created_at)
    ids += [payout.money_order_id for payout in paid]
    keys = [(order.shard, each) for each in ids if each is not None]
    found = orders_of_keys(work, keys) if keys else {}
    moved = [found[key] for key in keys if key in found]
    cards = cards_of_keys(work, sorted({(each.shard, each.card_id) for each in moved}))
    fours = {card.card_id: card.last_four for card in cards.values()}
    return [
        ReceiptPayment(
            direction="collect" if each.direction == "COLLECT" else "payout",
            amount=money(each.amount_fen),
            bank=each.bank,
            last_four=fours.get(each.card_id),
            state=_state(each),
            returned=each.returned,
            bank_reference=each.bank_ref or bank_reference(each.order_id),
            decided_at=shown_at(each.decided_at) if each.decided_at else None,
        )
        for each in moved
    ]


def _state(moved: MoneyOrder) -> Literal["succeeded", "under_way", "unknown", "failed"]:
    if moved.state is State.SUCCEEDED:
        return "succeeded"
    if moved.state in {State.UNKNOWN, State.DISPUTED}:
        return "unknown"
    return "failed" if moved.state in {State.REJECTED, State.CANCELLED} else "under_way"
