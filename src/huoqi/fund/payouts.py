"""Cash on its way out: refunds and redemption payouts, each one intent with its money orders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from uuid import UUID

from huoqi.fund import postings
from huoqi.fund._store import payouts as store
from huoqi.fund.events import emit_payouts
from huoqi.fund.orders import FundOrder, Payout, PayoutKind, PayoutState
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.payments.operations import create_orders
from huoqi.payments.orders import MoneyOrder, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.limits import SingleLimit

# A bank's limit of the day is over at midnight; every other refusal needs people.
LIMITS_OF_A_DAY = ("card.daily_limit", "card.daily_count", "bank.daily_limit")
RESUMED_AT_ONCE = 1_000
PURPOSES = {PayoutKind.REDEMPTION: "fund.redemption", PayoutKind.REFUND: "refund"}


class CashWaits(DomainError):
    """What was bought with cash goes back to cash; it waits until its owner names a card."""

    code: ClassVar[str] = "fund.cash_waits"


@dataclass(frozen=True, slots=True)
class PayoutPlan:
    """What an order shall pay out, and for which day: the day keeps its payouts apart."""

    order: FundOrder
    kind: PayoutKind
    amount_fen: int
    on: date
    part: int = 0

    @property
    def payout_id(self) -> UUID:
        """Return the intent of this payout, the same whenever it is planned again."""
        action = f"fund.payout.{self.kind}.{self.on.isoformat()}"
        if self.part:
            action = f"{action}.{self.part}"
        return derived_id(self.order.order_id, action=action)


def pay_from_settlement(
    work: Work, plans: Sequence[PayoutPlan], *, fund_nos: dict[str, int]
) -> None:
    """Take cash out of the funds' settlement and send it to the cards it belongs to.

    Cash of a payout that cannot even be placed waits on the customer's account, marked.
    """
    on = shanghai_date(work.at)
    postings.post_all(
        work,
        [
            postings.settlement_to_customer(
                plan.payout_id,
                shard=plan.order.shard,
                customer_no=plan.order.customer_no,
                fund_no=fund_nos[plan.order.fund],
                amount_fen=plan.amount_fen,
                on=on,
            )
            for plan in plans
        ],
    )
    placed = list(zip(plans, place_payouts(work, plans), strict=True))
    parts = [part for plan, answer in placed for part in _parts(plan, answer)]
    whole = [(plan, answer) for plan, answer in placed if not isinstance(answer, SingleLimit)]
    placed = [*whole, *zip(parts, place_payouts(work, parts), strict=True)]
    payouts = [_payout(work, plan, answer) for plan, answer in placed]
    store.add_payouts(work, payouts)
    emit_payouts(work, payouts)


def _parts(plan: PayoutPlan, answer: UUID | DomainError) -> list[PayoutPlan]:
    """Return the parts of a payout that is larger than what its bank moves at a time."""
    if not isinstance(answer, SingleLimit):
        return []
    limit_fen = answer.params["limit_fen"]
    assert isinstance(limit_fen, int)
    starts = range(0, plan.amount_fen, limit_fen)
    return [
        replace(plan, amount_fen=min(limit_fen, plan.amount_fen - start), part=number)
        for number, start in enumerate(starts, start=1)
    ]


def place_payouts(work: Work, plans: Sequence[PayoutPlan]) -> list[UUID | DomainError]:
    """Place a money order a plan and return its id, or why the card cannot be paid."""
    to_cards = [plan for plan in plans if plan.order.card_id is not None]
    if not to_cards:
        return [CashWaits() for _ in plans]
    placed = iter(create_orders(work, [_request(plan) for plan in to_cards]))
    answers = [CashWaits() if p.order.card_id is None else next(placed) for p in plans]
    return [a if isinstance(a, DomainError) else a.order_id for a in answers]


def resume_payouts(work: Work) -> int:
    """Place again what a bank's limit of the day held back; how many found their way."""
    held = store.blocked_payouts(work, reasons=LIMITS_OF_A_DAY, limit=RESUMED_AT_ONCE)
    if not held:
        return 0
    answers = create_orders(
        work, [retry_request(payout, card_id=card_id) for payout, card_id in held]
    )
    tried = [retried(payout, answer) for (payout, _), answer in zip(held, answers, strict=True)]
    resumed = [payout for payout in tried if payout.state is PayoutState.SENT]
    store.save_payouts(work, tried)
    emit_payouts(work, resumed)
    return len(resumed)


def retry_request(payout: Payout, *, card_id: UUID) -> OrderRequest:
    """Return the money order of a payout's next try."""
    attempt = payout.attempt + 1
    return OrderRequest(
        shard=payout.shard,
        order_id=derived_id(payout.payout_id, action=f"money.{attempt}"),
        customer_no=payout.customer_no,
        intent_id=payout.payout_id,
        direction=Direction.PAYOUT,
        # The cash lies on the customer's account by now, so this is no refund of a collection.
        purpose=PURPOSES[PayoutKind.REDEMPTION],
        amount_fen=payout.amount_fen,
        card_id=card_id,
        attempt=attempt,
    )


def retried(payout: Payout, answer: MoneyOrder | DomainError) -> Payout:
    """Return a payout after its next try was placed or refused."""
    tried = replace(payout, attempt=payout.attempt + 1)
    if isinstance(answer, DomainError):
        return replace(tried, state=PayoutState.BLOCKED, reason=answer.code)
    order_id = answer.order_id
    return replace(
        tried, state=PayoutState.SENT, money_order_id=order_id, reason=None, ended_at=None
    )


def _request(plan: PayoutPlan) -> OrderRequest:
    order = plan.order
    assert order.card_id is not None, "a customer's order names its card"
    is_refund = plan.kind is PayoutKind.REFUND
    return OrderRequest(
        shard=order.shard,
        order_id=derived_id(plan.payout_id, action="money.1"),
        customer_no=order.customer_no,
        intent_id=plan.payout_id,
        direction=Direction.PAYOUT,
        purpose=PURPOSES[plan.kind],
        amount_fen=plan.amount_fen,
        card_id=order.card_id,
        original_order_id=order.money_order_id if is_refund else None,
    )


def _payout(work: Work, plan: PayoutPlan, answer: UUID | DomainError) -> Payout:
    refused = isinstance(answer, DomainError)
    return Payout(
        shard=plan.order.shard,
        payout_id=plan.payout_id,
        order_id=plan.order.order_id,
        customer_no=plan.order.customer_no,
        kind=plan.kind,
        amount_fen=plan.amount_fen,
        state=PayoutState.BLOCKED if refused else PayoutState.SENT,
        money_order_id=None if isinstance(answer, DomainError) else answer,
        attempt=1,
        reason=answer.code if isinstance(answer, DomainError) else None,
        created_at=work.at,
    )


def sent_payout(work: Work, plan: PayoutPlan, *, money_order_id: UUID) -> Payout:
    """Return the payout of a plan whose money order is placed."""
    return _payout(work, plan, money_order_id)
