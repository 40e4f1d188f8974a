"""Merchants: opened by two people of staff; their own payments, refunds and statement by key."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field, StringConstraints

from huoqi.customers.operations import KeyHolder
from huoqi.fund.merchant_desk import (
    KEY_PREFIX,
    MerchantWish,
    give_key,
    merchant_of_key,
    propose_merchant,
    statement_lines,
)
from huoqi.fund.merchant_payments import RefundRequest, merchant_balance_fen, refund_payment
from huoqi.fund.merchants import Merchant, MerchantPayment, MerchantRefund
from huoqi.fund.queries import all_merchants, merchant_by_code, paid_to, refunds_of_payment
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.web.doors import Finance, Operator, open_door
from huoqi.web.errors import KeyMissing, ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.idempotency import checked_key, claim_of
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.routes.spending import MerchantView, merchant_view
from huoqi.web.wire import (
    Answer,
    CursorText,
    Money,
    Page,
    PageLimit,
    Shape,
    cursor_after,
    id_of_cursor,
    minor,
    money,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Merchants"], route_class=StrictRoute)
Result = TypeVar("Result")


class MerchantBody(Shape):
    """A merchant to be, and the customer who owns it and gets what is settled."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    category: Annotated[
        str, StringConstraints(pattern="^[a-z][a-z_]{1,30}$"), Field(examples=["electronics"])
    ]
    owner_id: UUID
    proof: Annotated[
        str,
        StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/#-]*$"),
        Field(description="The contract, by its reference.", examples=["contract-2015-7"]),
    ]


class MerchantKeyAnswer(Answer):
    """A merchant's API key, told this once."""

    merchant: MerchantView
    key: str


class MerchantPaymentLine(Shape):
    """A payment as its merchant sees it: without anything about the payer."""

    id: UUID
    amount: Money
    refunded: Money
    paid_at: str


class MerchantRefundView(Shape):
    """What was given back of a payment."""

    id: UUID
    amount: Money
    to: Literal["cash", "fund"] = Field(
        description="cash also where the fund took no purchase at that moment."
    )
    refunded_at: str


class SettlementLine(Shape):
    """What a day settled: gross, our fee, and the payout, or why it waits in the owner's cash."""

    on: str
    gross: Money
    fee: Money
    net: Money
    payout_id: UUID | None
    reason: str | None


class MerchantStatement(Answer):
    """How a merchant stands: what is not settled yet, and the settlements, newest first."""

    merchant: MerchantView
    unsettled: Money
    settlements: list[SettlementLine]


class MerchantPaymentDetail(Answer):
    """A payment with its refunds, oldest first."""

    payment: MerchantPaymentLine
    refunds: list[MerchantRefundView]


class RefundBody(Shape):
    """How much is given back, and where to."""

    amount: Money
    to: Literal["cash", "fund"]


class MerchantRefundAnswer(Answer):
    """A refund after it was made."""

    refund: MerchantRefundView


@dataclass(frozen=True)
class MerchantDoor:
    """For routes of a merchant with its key."""

    request: Request
    text: str

    def ask(self, body: Callable[[Work, Merchant], Result]) -> Result:
        """Return what a read finds for the merchant."""
        return open_door(self.request).ask(lambda work: body(work, self._known(work)))

    def act(self, body: Callable[[Work, Merchant], Result | DomainError]) -> Result:
        """Return what a change of the merchant's gives."""
        return open_door(self.request).act(
            lambda work: body(work, self._known(work)), actor="merchant"
        )

    def _known(self, work: Work) -> Merchant:
        merchant = merchant_of_key(work, self.text)
        if merchant is None:
            raise KeyMissing
        return merchant


_KEY = HTTPBearer(scheme_name="merchantKey", auto_error=False)
_KeyHeader = Annotated[HTTPAuthorizationCredentials | None, Security(_KEY)]


def merchant_door(request: Request, key: _KeyHeader) -> MerchantDoor:
    """Return the door of a merchant's own routes."""
    if key is None or not key.credentials.startswith(KEY_PREFIX):
        raise KeyMissing
    return MerchantDoor(request, key.credentials)


OwnMerchant = Annotated[MerchantDoor, Depends(merchant_door)]


@router.post("/staff/merchants", operation_id="staff_merchants_propose", status_code=202)
def staff_merchants_propose(door: Operator, body: MerchantBody) -> ApprovalAnswer:
    """Propose a merchant; it is opened when a second person approves."""

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        wish = MerchantWish(body.name, body.category, body.owner_id, body.proof, holder.actor)
        result = propose_merchant(work, wish)
        return result if isinstance(result, DomainError) else approval_answer(work, result)

    return door.act(proposed)


@router.get("/staff/merchants", operation_id="staff_merchants_list")
def staff_merchants_list(door: Finance) -> Page[MerchantView]:
    """List merchants by their numbers."""

    def found(work: Work, _: KeyHolder) -> Page[MerchantView]:
        return page(
            [merchant_view(each) for each in all_merchants(work)], next_cursor=None, at=work.at
        )

    return door.ask(found)


@router.post("/staff/merchants/{code}/key", operation_id="staff_merchants_key", status_code=201)
def staff_merchants_key(door: Operator, code: str) -> MerchantKeyAnswer:
    """Give a merchant a new API key; the one before ends at once."""

    def given(work: Work, _: KeyHolder) -> MerchantKeyAnswer:
        merchant = merchant_by_code(work, code)
        if merchant is None:
            raise ObjectNotFound
        key = give_key(work, merchant, secret=secrets.token_bytes(32))
        return MerchantKeyAnswer(
            merchant=merchant_view(merchant), key=key, business_time=shown_at(work.at)
        )

    return door.act(given)


@router.get("/merchant/statement", operation_id="merchant_statement")
def merchant_statement(
    door: OwnMerchant, limit: Annotated[PageLimit, Query()] = 50
) -> MerchantStatement:
    """Show how the merchant stands, and what was settled."""

    def found(work: Work, merchant: Merchant) -> MerchantStatement:
        lines = statement_lines(work, merchant, limit=limit)
        return MerchantStatement(
            merchant=merchant_view(merchant),
            unsettled=money(merchant_balance_fen(work, merchant.merchant_no)),
            settlements=[
                SettlementLine(
                    on=line.settled_on.isoformat(),
                    gross=money(line.gross_fen),
                    fee=money(line.fee_fen),
                    net=money(line.gross_fen - line.fee_fen),
                    payout_id=line.payout_id,
                    reason=line.refusal or None,
                )
                for line in lines
            ],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/merchant/payments", operation_id="merchant_payments_received")
def merchant_payments_received(
    door: OwnMerchant,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[MerchantPaymentLine]:
    """List what the merchant was paid, newest first."""
    before = id_of_cursor(cursor)

    def found(work: Work, merchant: Merchant) -> Page[MerchantPaymentLine]:
        rows = paid_to(work, merchant_no=merchant.merchant_no, before=before, limit=limit + 1)
        shown = rows[:limit]
        return page(
            [_line(payment) for payment in shown],
            next_cursor=cursor_after(shown[-1].payment_id) if len(rows) > limit else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/merchant/payments/{payment_id}", operation_id="merchant_payments_get")
def merchant_payments_get(door: OwnMerchant, payment_id: UUID) -> MerchantPaymentDetail:
    """Show a payment to the merchant with its refunds."""

    def found(work: Work, merchant: Merchant) -> MerchantPaymentDetail:
        known = refunds_of_payment(work, payment_id)
        if known is None or known[0].merchant_no != merchant.merchant_no:
            raise ObjectNotFound
        payment, refunds = known
        return MerchantPaymentDetail(
            payment=_line(payment),
            refunds=[_refund(each) for each in refunds],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.post(
    "/merchant/payments/{payment_id}/refunds",
    operation_id="merchant_payments_refund",
    status_code=201,
)
def merchant_payments_refund(
    door: OwnMerchant,
    payment_id: UUID,
    body: RefundBody,
    idempotency_key: Annotated[
        str | None,
        Header(description="A text of the merchant's own: the same refund is made once for ever."),
    ] = None,
) -> MerchantRefundAnswer:
    """Give a part or all of a payment back, to the payer's cash or into the fund."""
    key = claim_of(route=f"/v1/merchant/payments/{payment_id}", key=checked_key(idempotency_key))
    amount_fen = minor(body.amount.amount, pointer="/amount/amount")

    def refunded(work: Work, merchant: Merchant) -> MerchantRefundAnswer | DomainError:
        refund_id = derived_id(merchant.merchant_id, action=f"refund.{key}")
        wish = RefundRequest(refund_id, payment_id, merchant.merchant_no, amount_fen, body.to)
        made = refund_payment(work, wish)
        if isinstance(made, DomainError):
            return made
        return MerchantRefundAnswer(refund=_refund(made), business_time=shown_at(work.at))

    return door.act(refunded)


def _line(payment: MerchantPayment) -> MerchantPaymentLine:
    return MerchantPaymentLine(
        id=payment.payment_id,
        amount=money(payment.amount_fen),
        refunded=money(payment.refunded_fen),
        paid_at=shown_at(payment.paid_at),
    )


def _refund(refund: MerchantRefund) -> MerchantRefundView:
    return MerchantRefundView(
        id=refund.refund_id,
        amount=money(refund.amount_fen),
        to=refund.goes_to,
        refunded_at=shown_at(refund.refunded_at),
    )
