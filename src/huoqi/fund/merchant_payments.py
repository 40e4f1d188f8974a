"""Paying merchants, and what merchants give back: each one transaction on the customer's shard.

A merchant's cash has a stripe on every shard. Payments only add to it; whatever takes from it,
a refund or a settlement, holds the merchant's row, so that the sum of the stripes stays positive.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from huoqi.events.operations import EventDraft, emit_all
from huoqi.fund import postings
from huoqi.fund._store import spending as store
from huoqi.fund.cash_purchases import CashPurchase, buy_with_cash
from huoqi.fund.merchants import (
    GoesTo,
    Merchant,
    MerchantBalanceTooLow,
    MerchantOwnPayment,
    MerchantPayment,
    MerchantPaymentUnknown,
    MerchantRefund,
    MerchantRefundExceeds,
    MerchantUnknown,
    PaymentRequest,
    SpendIdReused,
)
from huoqi.fund.rules.spending_limits import SpendingAmount
from huoqi.fund.spending import Kind, spend
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.ledger.operations import NewAccount, open_accounts, post_for_codes
from huoqi.ledger.queries import balances, shards
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_cash_account,
    flags_of,
    system_account,
)
from huoqi.ledger.rules.transfers import ResultCode, Transfer, post
from huoqi.payments.operations.orders import BalanceTooLow, HoldRefused


@dataclass(frozen=True, slots=True)
class _Paying:
    """A request with its merchant found."""

    request: PaymentRequest
    merchant: Merchant

    @property
    def shard(self) -> int:
        return self.request.shard

    @property
    def customer_no(self) -> int:
        return self.request.customer_no

    @property
    def amount_fen(self) -> int:
        return self.request.amount_fen

    @property
    def fund(self) -> str | None:
        return self.request.fund

    @property
    def order_id(self) -> UUID | None:
        return self.request.order_id


def pay_merchants(
    work: Work, requests: Sequence[PaymentRequest]
) -> list[MerchantPayment | DomainError]:
    """Pay merchants from a fund or from cash; a repeated request returns its first payment.

    One result a request, in order; a refused one leaves nothing behind. Errors: MerchantUnknown,
    MerchantOwnPayment, SpendIdReused, SpendingAmount, SpendingLimit, BalanceTooLow, and those of a
    fast redemption.
    """
    known = store.payments(work, [request.key for request in requests])
    found = store.merchants_of_ids(work, sorted({r.merchant_id for r in requests}))
    results: dict[int, MerchantPayment | DomainError] = {}
    paying: dict[tuple[int, UUID], _Paying] = {}
    for place, request in enumerate(requests):
        if request.key in known or request.key in paying:
            continue
        merchant = found.get(request.merchant_id)
        if merchant is None or merchant.state != "active":
            results[place] = MerchantUnknown()
        elif merchant.owner_no == request.customer_no:
            results[place] = MerchantOwnPayment()
        else:
            paying[request.key] = _Paying(request, merchant)
    wishes = list(paying.values())
    answers = dict(zip(paying, spend(work, wishes, kind=_MERCHANT), strict=True))
    paid = [_paid(work, wish) for key, wish in paying.items() if answers[key] is None]
    if paid:
        store.add_payments(work, paid, on=shanghai_date(work.at))
        _tell(work, paid, found)
    known |= {payment.key: payment for payment in paid}
    for place, request in enumerate(requests):
        if place not in results:
            refused = answers.get(request.key)
            results[place] = refused or _answer(known[request.key], request, found)
    return [results[place] for place in range(len(requests))]


def _answer(
    payment: MerchantPayment, request: PaymentRequest, found: dict[UUID, Merchant]
) -> MerchantPayment | DomainError:
    merchant = found.get(request.merchant_id)
    same = merchant is not None and (
        (payment.customer_no, payment.merchant_no, payment.amount_fen, payment.fund)
        == (request.customer_no, merchant.merchant_no, request.amount_fen, request.fund)
    )
    return payment if same else SpendIdReused(id=str(request.payment_id))


def _paid(work: Work, wish: _Paying) -> MerchantPayment:
    request = wish.request
    return MerchantPayment(
        request.shard,
        request.payment_id,
        request.customer_no,
        wish.merchant.merchant_no,
        request.amount_fen,
        0,
        work.at,
        request.fund,
        request.order_id,
    )


def _go_on(work: Work, wishes: Sequence[_Paying]) -> list[DomainError | None]:
    """Move cash of customers to the merchants' stripes on their shards."""
    if not wishes:
        return []
    on = shanghai_date(work.at)
    codes = post_for_codes(
        work,
        [
            post(
                derived_id(wish.request.payment_id, action="merchant.paid"),
                debit=customer_cash_account(shard=wish.shard, customer_no=wish.customer_no),
                credit=stripe(wish.merchant.merchant_no, shard=wish.shard),
                amount=wish.amount_fen,
                code=postings.FundCode.MERCHANT_PAID,
                effective_on=on,
            )
            for wish in wishes
        ],
    )
    return [_refusal(code) for code in codes]


def _refusal(code: ResultCode) -> DomainError | None:
    if code == ResultCode.OK:
        return None
    too_low = code == ResultCode.INSUFFICIENT_FUNDS
    return BalanceTooLow() if too_low else HoldRefused(result=code.name)


_MERCHANT: Kind[_Paying] = Kind("merchant", "spending.merchant", _go_on)


def stripe(merchant_no: int, *, shard: int) -> int:
    """Return the number of a merchant's account on a shard."""
    return system_account(shard=shard, kind=AccountKind.MERCHANT, instance=merchant_no)


def open_stripes(work: Work, merchant_no: int) -> None:
    """Open a merchant's accounts on every shard; those that exist stay."""
    kind = AccountKind.MERCHANT
    numbers = [stripe(merchant_no, shard=shard) for shard in shards(work)]
    open_accounts(work, [NewAccount(n, kind, CNY, flags_of(kind)) for n in numbers])


def merchant_balance_fen(work: Work, merchant_no: int) -> int:
    """Return what a merchant was paid and has not got yet, over all shards."""
    numbers = [stripe(merchant_no, shard=shard) for shard in shards(work)]
    return sum(counters.credit_balance for counters in balances(work, numbers).values())


class RefundToFund(DomainError):
    """A payment from cash has no fund to go back into: refund it to cash."""

    code: ClassVar[str] = "merchant.refund_has_no_fund"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A merchant's wish to give back a part or all of a payment."""

    refund_id: UUID
    payment_id: UUID
    merchant_no: int
    amount_fen: int
    goes_to: GoesTo


def refund_payment(work: Work, request: RefundRequest) -> MerchantRefund | DomainError:
    """Give a part or all of a payment back; a repeated request returns its first answer.

    To the fund the cash buys units again, like any purchase: confirmed the next trading day, and
    cash on the customer's account if the fund does not take it. Errors: MerchantPaymentUnknown,
    SpendIdReused, SpendingAmount, MerchantRefundExceeds, MerchantBalanceTooLow, RefundToFund.
    """
    found = store.payment_anywhere(work, request.payment_id, shards=shards(work))
    if found is None or found.merchant_no != request.merchant_no:
        return MerchantPaymentUnknown()
    # The merchant's row first, everywhere: refunds and settlements meet in one order.
    store.lock_merchant(work, request.merchant_no)
    payment = store.lock_payment(work, found.key)
    known = store.refund(work, (payment.shard, request.refund_id))
    if known is not None:
        wanted = (request.payment_id, request.amount_fen, request.goes_to)
        same = wanted == (known.payment_id, known.amount_fen, known.goes_to)
        return (
            known if same or _fell_back(known, request) else SpendIdReused(id=str(known.refund_id))
        )
    refusal = _refund_refusal(work, payment, request)
    return refusal or _refunded(work, payment, request)


def _fell_back(known: MerchantRefund, request: RefundRequest) -> bool:
    """Tell whether a refund that was to buy units went to cash, since the fund took none."""
    wanted = (request.payment_id, request.amount_fen, request.goes_to)
    return (known.payment_id, known.amount_fen, "fund") == wanted and known.goes_to == "cash"


def _refund_refusal(
    work: Work, payment: MerchantPayment, request: RefundRequest
) -> DomainError | None:
    left_fen = payment.amount_fen - payment.refunded_fen
    if request.amount_fen <= 0:
        return SpendingAmount()
    if request.amount_fen > left_fen:
        return MerchantRefundExceeds(left_fen=left_fen)
    if request.goes_to == "fund" and payment.fund is None:
        return RefundToFund()
    available_fen = merchant_balance_fen(work, payment.merchant_no)
    if request.amount_fen > available_fen:
        return MerchantBalanceTooLow(available_fen=max(0, available_fen))
    return None


def _refunded(work: Work, payment: MerchantPayment, request: RefundRequest) -> MerchantRefund:
    transfer = _back(work, payment, request)
    postings.post_all(work, [transfer])
    made = MerchantRefund(
        payment.shard,
        request.refund_id,
        payment.payment_id,
        payment.merchant_no,
        request.amount_fen,
        request.goes_to,
        work.at,
        None,
    )
    if request.goes_to == "fund":
        made = _into_fund(work, payment, made)
    store.add_refund(work, made)
    emit_all(
        work,
        [
            EventDraft(
                "fund.merchant_payment.refunded",
                payment.payment_id,
                payment.customer_no,
                {
                    "refund_id": str(made.refund_id),
                    "amount_fen": made.amount_fen,
                    "goes_to": made.goes_to,
                },
                transfer_ids=[transfer.id],
            )
        ],
    )
    return made


def _into_fund(work: Work, payment: MerchantPayment, made: MerchantRefund) -> MerchantRefund:
    """Return the refund with the purchase that it made; without one it stays cash."""
    assert payment.fund is not None
    wish = CashPurchase(
        payment.shard,
        derived_id(made.refund_id, action="merchant.buy_again"),
        payment.customer_no,
        payment.fund,
        made.amount_fen,
    )
    (bought,) = buy_with_cash(work, [wish])
    if isinstance(bought, DomainError):
        return replace(made, goes_to="cash")
    return replace(made, order_id=bought.order_id)


def _back(work: Work, payment: MerchantPayment, request: RefundRequest) -> Transfer:
    return post(
        derived_id(request.refund_id, action="merchant.refunded"),
        debit=stripe(payment.merchant_no, shard=payment.shard),
        credit=customer_cash_account(shard=payment.shard, customer_no=payment.customer_no),
        amount=request.amount_fen,
        code=postings.FundCode.MERCHANT_REFUNDED,
        effective_on=shanghai_date(work.at),
    )


def _tell(work: Work, paid: Sequence[MerchantPayment], found: dict[UUID, Merchant]) -> None:
    ids = {merchant.merchant_no: merchant.merchant_id for merchant in found.values()}
    emit_all(
        work,
        [
            EventDraft(
                "fund.merchant_payment.paid",
                payment.payment_id,
                payment.customer_no,
                {
                    "merchant_id": str(ids[payment.merchant_no]),
                    "amount_fen": payment.amount_fen,
                    "fund": payment.fund,
                    "order_id": str(payment.order_id) if payment.order_id else None,
                },
                transfer_ids=[payment.transfer_id],
            )
            for payment in paid
        ],
    )
