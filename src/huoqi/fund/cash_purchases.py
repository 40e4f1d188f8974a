"""Buying with cash that lies on the customer's account: paid in the same moment, no bank asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import structs

from huoqi.fund import postings
from huoqi.fund._store import orders as store
from huoqi.fund._store import products as products_store
from huoqi.fund.events import emit_orders
from huoqi.fund.orders import FundOrder, PurchaseRequest
from huoqi.fund.purchases import Desk, OrderIdReused
from huoqi.fund.rules.order_states import PurchaseEvent, next_purchase_state
from huoqi.fund.shelf import terms_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.operations import post_for_codes
from huoqi.ledger.rules.transfers import ResultCode
from huoqi.payments.operations.orders import BalanceTooLow, HoldRefused

_NO_CARD = UUID(int=0)


@dataclass(frozen=True, slots=True)
class CashPurchase:
    """A wish to buy with cash; for a refund, what was agreed to at the first purchase holds."""

    shard: int
    order_id: UUID
    customer_no: int
    fund: str
    amount_fen: int
    has_agreed: bool = True


def buy_with_cash(work: Work, wishes: Sequence[CashPurchase]) -> list[FundOrder | DomainError]:
    """Buy with cash; a repeated wish returns its order as it stands. One result a wish, in order.

    Errors: those of ``place_purchases`` but the bank's, and BalanceTooLow.
    """
    known = store.orders(work, [(wish.shard, wish.order_id) for wish in wishes])
    requests = [_request(wish) for wish in wishes if (wish.shard, wish.order_id) not in known]
    desk = Desk(work, requests, terms=terms_of(work, funds=[r.fund for r in requests]))
    refused: dict[UUID, DomainError] = {}
    drafts = []
    for request in requests:
        try:
            drafts.append(_paid(work, desk.draft(request)))
        except DomainError as refusal:
            refused[request.order_id] = refusal
    bought = _moved(work, drafts, refused=refused)
    known |= {order.key: order for order in bought}
    if bought:
        store.insert_orders(work, bought)
        desk.take_limits(bought)
    return [
        refused.get(wish.order_id) or _answer(known[wish.shard, wish.order_id], wish)
        for wish in wishes
    ]


def _answer(order: FundOrder, wish: CashPurchase) -> FundOrder | DomainError:
    same = (order.customer_no, order.fund, order.amount_fen, order.card_id) == (
        wish.customer_no,
        wish.fund,
        wish.amount_fen,
        None,
    )
    return order if same else OrderIdReused(order_id=str(order.order_id))


def _request(wish: CashPurchase) -> PurchaseRequest:
    return PurchaseRequest(
        wish.order_id,
        wish.customer_no,
        wish.shard,
        wish.fund,
        wish.amount_fen,
        _NO_CARD,
        has_agreed=wish.has_agreed,
    )


def _paid(work: Work, draft: FundOrder) -> FundOrder:
    state = next_purchase_state(draft.state, event=PurchaseEvent.PAYMENT_SUCCEEDED)  # type: ignore[arg-type] # a purchase's
    return structs.replace(draft, state=state, card_id=None, money_order_id=None, paid_at=work.at)


def _moved(
    work: Work, drafts: Sequence[FundOrder], *, refused: dict[UUID, DomainError]
) -> list[FundOrder]:
    """Move the cash to the funds and return the orders that it was there for."""
    if not drafts:
        return []
    fund_nos = products_store.fund_numbers(work)
    transfers = [
        postings.purchase_cash(
            order.order_id,
            shard=order.shard,
            customer_no=order.customer_no,
            fund_no=fund_nos[order.fund],
            amount_fen=order.amount_fen or 0,
            on=shanghai_date(work.at),
        )
        for order in drafts
    ]
    bought, ids = [], {}
    codes = post_for_codes(work, transfers)
    for order, transfer, code in zip(drafts, transfers, codes, strict=True):
        if code == ResultCode.OK:
            bought.append(order)
            ids[order.order_id] = [transfer.id]
        else:
            too_low = code == ResultCode.INSUFFICIENT_FUNDS
            refused[order.order_id] = BalanceTooLow() if too_low else HoldRefused(result=code.name)
    emit_orders(work, bought, transfer_ids=ids)
    return bought
