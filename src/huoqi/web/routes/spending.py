"""Spending a fund or cash: merchants and persons, and what became of cash on the account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from huoqi.customers.operations import Caller
from huoqi.customers.operations.receivers import receiver_named
from huoqi.customers.rules.masking import masked_name
from huoqi.fund.merchants import Merchant, MerchantUnknown
from huoqi.fund.person_transfers import RULE
from huoqi.fund.queries import merchant_by_code, paid_by
from huoqi.fund.spending import limits_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import customer_cash_account
from huoqi.payments.queries import given_by, received_by
from huoqi.web.doors import Customer, SessionHeader, StepUpHeader
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.money_posts import Body, MoneyPost
from huoqi.web.orders_wire import encoded, local
from huoqi.web.routes.orders import JSON, posted, shaped
from huoqi.web.spending_posts import (
    MerchantPaymentPage,
    PersonTransferPage,
    find_receiver,
    given_wire,
    payment_wire,
    received_wire,
)
from huoqi.web.wire import Answer, Money, Shape, money, shown_at

router = APIRouter(prefix="/v1", tags=["Spending"], route_class=StrictRoute)

_MOST = 100


class MerchantView(Shape):
    """A merchant as a payer sees it."""

    id: UUID
    code: str = Field(description="The number to type or scan.")
    name: str
    category: str


class MerchantAnswer(Answer):
    """A merchant that takes payments."""

    merchant: MerchantView


class ReceiverBody(Shape):
    """Whom money shall be sent to: both are needed, and both must fit."""

    phone: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class ReceiverAnswer(Answer):
    """The person who was meant, masked."""

    name: str


class LimitsView(Shape):
    """Limits in force today, by their rule and its first day."""

    rule: str
    since: str
    single: Money | None
    day: Money | None
    count: int | None


class CashAnswer(Answer):
    """Cash on the account, and what one may spend on a day."""

    cash: Money
    held: Money
    merchant_limits: LimitsView
    person_limits: LimitsView


@router.get("/merchants/{code}", operation_id="merchants_get")
def merchants_get(door: Customer, code: str) -> MerchantAnswer:
    """Show a merchant by its code or id, before it is paid."""

    def found(work: Work, _: Caller) -> MerchantAnswer:
        merchant = merchant_by_code(work, code)
        if merchant is None:
            raise MerchantUnknown
        return MerchantAnswer(merchant=merchant_view(merchant), business_time=shown_at(work.at))

    return door.ask(found)


@router.get("/cash", operation_id="cash_get")
def cash_get(door: Customer) -> CashAnswer:
    """Show the cash on the account and the limits of spending."""

    def found(work: Work, caller: Caller) -> CashAnswer:
        account = customer_cash_account(shard=caller.shard, customer_no=caller.customer_no)
        counters = balances(work, [account])[account]
        return CashAnswer(
            cash=money(counters.available),
            held=money(counters.debits_pending),
            merchant_limits=_limits(work, "spending.merchant"),
            person_limits=_limits(work, RULE),
            business_time=shown_at(work.at),
        )

    return door.ask(found)


def _limits(work: Work, rule: str) -> LimitsView:
    limits = limits_of(work, rule=rule)
    assert limits is not None, "a dated row for all time"
    return LimitsView(
        rule=limits.rule,
        since=limits.since.isoformat(),
        single=None if limits.single_max_fen is None else money(limits.single_max_fen),
        day=None if limits.day_max_fen is None else money(limits.day_max_fen),
        count=limits.day_count,
    )


@router.get(
    "/merchant-payments",
    operation_id="merchant_payments_list",
    response_class=Response,
    responses=shaped("MerchantPaymentPage", "What was paid to merchants, newest first."),
)
def merchant_payments_list(door: Customer) -> Response:
    """List what the customer paid to merchants, newest first."""

    def found(work: Work, caller: Caller) -> bytes:
        paid = paid_by(work, shard=caller.shard, customer_no=caller.customer_no, limit=_MOST)
        return encoded(MerchantPaymentPage([payment_wire(p) for p in paid], local(work.at)))

    return Response(door.ask(found), media_type=JSON)


@router.post(
    "/merchant-payments",
    operation_id="merchant_payments_make",
    **posted("MerchantPaymentAnswer", "Paid.", body="MerchantPaymentBody"),
)
async def merchant_payments_make(
    request: Request, session: SessionHeader, grant: StepUpHeader
) -> Response:
    """Pay a merchant from a fund, whose units are redeemed for it, or from cash."""
    del session, grant  # documented here, read by the money post
    return await _answered(request.app.state.merchant_payment_post, request)


@router.get(
    "/transfers",
    operation_id="transfers_list",
    response_class=Response,
    responses=shaped("PersonTransferPage", "Money sent and received, newest first."),
)
def transfers_list(door: Customer) -> Response:
    """List money sent to persons and received from them, newest first."""

    def found(work: Work, caller: Caller) -> bytes:
        owner = {"shard": caller.shard, "customer_no": caller.customer_no}
        given = [given_wire(each) for each in given_by(work, **owner, limit=_MOST)]
        received = [received_wire(each) for each in received_by(work, **owner, limit=_MOST)]
        data = sorted([*given, *received], key=lambda each: each.id, reverse=True)
        return encoded(PersonTransferPage(data[:_MOST], local(work.at)))

    return Response(door.ask(found), media_type=JSON)


@router.post(
    "/transfers",
    operation_id="transfers_make",
    **posted("PersonTransferAnswer", "On its way.", body="PersonTransferBody"),
)
async def transfers_make(request: Request, session: SessionHeader, grant: StepUpHeader) -> Response:
    """Send money to a person, found by phone and name, from a fund or from cash."""
    del session, grant  # documented here, read by the money post
    return await _answered(request.app.state.transfer_post, request)


@router.post("/transfers/receiver-check", operation_id="transfers_check_receiver")
def transfers_check_receiver(door: Customer, body: ReceiverBody) -> ReceiverAnswer:
    """Check a receiver before money is sent; every vain check counts against the day's number."""
    desk = door.machine.desk

    def checked(work: Work, caller: Caller) -> ReceiverAnswer | DomainError:
        asker = (caller.shard, caller.customer_no)
        found = find_receiver(
            work, asker, lambda: receiver_named(work, desk, phone=body.phone, name=body.name)
        )
        if isinstance(found, DomainError):
            return found
        return ReceiverAnswer(name=masked_name(body.name), business_time=shown_at(work.at))

    return door.act(checked)


@router.post(
    "/cash/purchases",
    operation_id="cash_buy",
    **posted("OrderAnswer", "Bought and paid.", body="CashPurchaseBody"),
)
async def cash_buy(request: Request, session: SessionHeader, grant: StepUpHeader) -> Response:
    """Buy a fund with cash on the account."""
    del session, grant  # documented here, read by the money post
    return await _answered(request.app.state.cash_purchase_post, request)


@router.post(
    "/cash/payouts",
    operation_id="cash_pay_out",
    **posted("CashPayoutAnswer", "On its way to the card.", body="CashPayoutBody"),
)
async def cash_pay_out(request: Request, session: SessionHeader, grant: StepUpHeader) -> Response:
    """Send cash on the account to a bound card."""
    del session, grant  # documented here, read by the money post
    return await _answered(request.app.state.cash_payout_post, request)


async def _answered(post: MoneyPost[Body], request: Request) -> Response:
    status, headers, body = await post.answer(visit_of(request), await request.body())
    response = Response(body, status_code=status)
    response.raw_headers = [*headers, (b"content-length", str(len(body)).encode())]
    return response


def merchant_view(merchant: Merchant) -> MerchantView:
    """Return a merchant for the wire."""
    return MerchantView(
        id=merchant.merchant_id,
        code=f"{merchant.merchant_no:06d}",
        name=merchant.name,
        category=merchant.category,
    )
