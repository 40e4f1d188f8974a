"""The route that sends a payout again, and payouts as they cross the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from huoqi.fund.operations import retry_payouts
from huoqi.fund.orders import Payout
from huoqi.fund.payout_retries import NextStep, PayoutRetry
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.money_posts import Done, Item, MoneyPost
from huoqi.web.orders_wire import MoneyWire, encoded, local


class PayoutRetryBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Send a payout that did not arrive to one of the customer's bound cards."""

    card_id: UUID


class PayoutWire(Struct, frozen=True):
    """Cash on its way from an order to a card.

    ``failed`` was refused or sent back by the bank, ``blocked`` could not even be sent: the cash of
    both waits on the customer's account. ``next_step`` says what to do: ``retry_to_a_card`` with
    POST /v1/payouts/{payout_id}/retry, ``retry_or_wait_until_tomorrow`` where a limit of the day
    holds it back, ``ask_support`` where people look at it first, ``nothing`` where it has arrived
    or a fast redemption was undone. ``offset`` paid the debt of a collection that was taken back.
    """

    id: UUID
    order_id: UUID
    kind: Literal["redemption", "refund"]
    amount: MoneyWire
    state: Literal["sent", "paid_out", "failed", "blocked", "offset"]
    reason: str | None
    next_step: Literal[
        "wait_for_bank",
        "retry_to_a_card",
        "retry_or_wait_until_tomorrow",
        "ask_support",
        "nothing",
    ]
    attempts: int
    created_at: datetime
    ended_at: datetime | None


class PayoutAnswer(Struct, frozen=True):
    """A payout after it was sent again."""

    payout: PayoutWire
    business_time: datetime


class PayoutPage(Struct, frozen=True):
    """One page of a customer's payouts, those of the newest order first."""

    data: list[PayoutWire]
    next_cursor: str | None
    business_time: datetime


class PayoutRetryPost(MoneyPost[PayoutRetryBody]):
    """POST /v1/payouts/{payout_id}/retry."""

    route = "/v1/payouts/{}/retry"

    def decoder(self) -> "msgspec.json.Decoder[PayoutRetryBody]":
        """Return the decoder of the body."""
        return msgspec.json.Decoder(PayoutRetryBody)

    def check(self, body: PayoutRetryBody) -> None:
        """Accept every card id: whether it is the customer's and bound is seen later."""

    def perform(
        self, work: Work, items: Sequence[Item[PayoutRetryBody]]
    ) -> Sequence[Done | DomainError]:
        """Send the payouts again."""
        wishes = [
            PayoutRetry(
                item.caller.shard, item.caller.customer_no, item.object_id, item.body.card_id
            )
            for item in items
        ]
        return [
            result
            if isinstance(result, DomainError)
            else Done(
                result.payout_id,
                encoded(PayoutAnswer(payout_wire(result, NextStep.BANK), local(work.at))),
            )
            for result in retry_payouts(work, wishes)
        ]


def payout_wire(payout: Payout, step: NextStep) -> PayoutWire:
    """Return a payout for the wire."""
    return PayoutWire(
        id=payout.payout_id,
        order_id=payout.order_id,
        kind=payout.kind.value,
        amount=MoneyWire(str(payout.amount_fen)),
        state=payout.state.value,
        reason=payout.reason,
        next_step=step.value,
        attempts=payout.attempt,
        created_at=local(payout.created_at),
        ended_at=None if payout.ended_at is None else local(payout.ended_at),
    )
