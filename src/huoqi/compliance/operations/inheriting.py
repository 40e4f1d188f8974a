"""Giving estates to their heirs, night by night: units to cash, cash to accounts, then to cards.

Each page is one transaction. What a bank refuses or sends back lies on the heir's account and is
paid again in a later night, from the heir's default card of that night.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import IntEnum
from uuid import UUID

from huoqi.compliance._store import estates as store
from huoqi.compliance.estates import Estate, EstateState, Heir, Payment, PaymentState
from huoqi.compliance.operations.estates import tell_estates
from huoqi.compliance.operations.freezing import refusal_to_unfreeze
from huoqi.compliance.rules.shares import shared
from huoqi.customers.desk import Desk
from huoqi.customers.operations import ClosingRequest, Leftover, begin_closing
from huoqi.customers.queries import customers_of
from huoqi.fund.estate_redemptions import redeem_estates
from huoqi.fund.leaving import rest_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.kit.shards import shard_of
from huoqi.ledger.operations import NewAccount, open_accounts, post_for_codes
from huoqi.ledger.queries import balances, shards
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_cash_account,
    flags_of,
    system_account,
)
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import ResultCode, Transfer, post
from huoqi.payments.operations import create_orders
from huoqi.payments.orders import OrderKey, OrderRequest
from huoqi.payments.queries import cards_of_customer, orders_of_keys
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.limits import SingleLimit
from huoqi.payments.rules.reducer import State

PURPOSE = "compliance.estate"
BEFORE_ALL = (-1, UUID(int=0))
AT_ONCE = 200
_ENDED = frozenset({State.REJECTED, State.CANCELLED})


class EstateCode(IntEnum):
    """Business codes of the transfers that estates make."""

    GIVEN = 370


def settle_estates(
    work: Work, desk: Desk, *, after: tuple[int, UUID] = BEFORE_ALL, limit: int = AT_ONCE
) -> list[Estate]:
    """Do for a page of estates what can be done tonight; return the page."""
    page = store.settling(work, after=after, limit=limit)
    free = [estate for estate in page if not _is_kept(work, estate)]
    if not free:
        return page
    owners = [estate.owner for estate in free]
    redeem_estates(work, owners)
    rests = rest_of(work, owners)
    cash = _cash_of(work, free)
    for estate in free:
        counters = cash[estate.customer_no]
        if counters.available > 0:
            _give(work, estate, amount_fen=counters.available)
        elif rests[estate.owner].is_nothing and not _is_moving(counters):
            _end(work, desk, estate)
    return page


def pay_heirs(work: Work, *, after: UUID = BEFORE_ALL[1], limit: int = AT_ONCE) -> list[Payment]:
    """Send what heirs were given to their cards, and see what became of what was; a page."""
    page = store.open_payments(work, after=after, limit=limit)
    keys = [(each.shard, each.money_order_id) for each in page if each.money_order_id]
    known = orders_of_keys(work, keys) if keys else {}
    judged = []
    for payment in page:
        sent = known.get(_key(payment)) if payment.money_order_id else None
        if sent is None:
            judged.append(payment)
        elif sent.state in _ENDED or sent.returned:
            reason = "returned_by_bank" if sent.returned else sent.reason
            judged.append(replace(payment, state=PaymentState.WAITING, reason=reason))
        elif sent.state is State.SUCCEEDED:
            paid_at = sent.decided_at
            judged.append(replace(payment, state=PaymentState.PAID, reason="", paid_at=paid_at))
        else:
            judged.append(payment)
    tried = _sent(work, [each for each in judged if each.state is PaymentState.WAITING])
    store.save_payments(work, [tried.get(each.payment_id, each) for each in judged])
    return page


def _is_moving(counters: Counters) -> bool:
    """Tell whether cash is on its way into an account or out of it."""
    return bool(counters.debits_pending or counters.credits_pending)


def _able(work: Work, heir_nos: Sequence[int]) -> set[int]:
    """Return who of some heirs may receive money tonight: not frozen by staff, not closed."""
    found = customers_of(work, list(heir_nos), shards=len(shards(work)))
    return {
        number
        for number, heir in found.items()
        if heir.state != "closed" and heir.staff_frozen_at is None
    }


def _is_kept(work: Work, estate: Estate) -> bool:
    """Tell whether an order of a court keeps the whole account."""
    found = refusal_to_unfreeze(work, shard=estate.shard, customer_no=estate.customer_no)
    return found is not None


def _key(payment: Payment) -> OrderKey:
    assert payment.money_order_id is not None
    return payment.shard, payment.money_order_id


def _sent(work: Work, waiting: Sequence[Payment]) -> Mapping[UUID, Payment]:
    """Return payments after the next try of each; whoever has no card waits for one."""
    wishes, tried = {}, {}
    able = _able(work, [payment.heir_no for payment in waiting])
    for payment in waiting:
        if payment.heir_no not in able:
            tried[payment.payment_id] = replace(payment, reason="frozen")
            continue
        cards = cards_of_customer(work, shard=payment.shard, customer_no=payment.heir_no)
        card_id = next((card.card_id for card in cards if card.is_default), None)
        if card_id is None:
            tried[payment.payment_id] = replace(payment, reason="no_card")
        else:
            wishes[payment.payment_id] = _wish(payment, card_id=card_id)
    answers = create_orders(work, list(wishes.values())) if wishes else []
    by_id = {each.payment_id: each for each in waiting}
    for payment_id, answer in zip(wishes, answers, strict=True):
        payment = by_id[payment_id]
        again = replace(payment, attempt=payment.attempt + 1)
        if isinstance(answer, SingleLimit):
            tried[payment_id] = _split(work, again, answer)
        elif isinstance(answer, DomainError):
            tried[payment_id] = replace(again, reason=answer.code)
        else:
            tried[payment_id] = replace(
                again, state=PaymentState.SENT, money_order_id=answer.order_id, reason=""
            )
    return tried


def _split(work: Work, payment: Payment, refusal: SingleLimit) -> Payment:
    """Return a payment cut to what its bank moves at a time; the rest is one of its own."""
    limit_fen = refusal.params["limit_fen"]
    assert isinstance(limit_fen, int)
    rest_fen = payment.amount_fen - limit_fen
    rest = replace(
        payment, payment_id=work.new_id(), amount_fen=rest_fen, attempt=0, reason=refusal.code
    )
    store.add_payments(work, [rest])
    return replace(payment, amount_fen=limit_fen, reason=refusal.code)


def _wish(payment: Payment, *, card_id: UUID) -> OrderRequest:
    # Every try is an intent of its own: what a bank sent back counts as paid in the one before.
    intent_id = derived_id(payment.payment_id, action=f"estate.try.{payment.attempt + 1}")
    return OrderRequest(
        shard=payment.shard,
        order_id=derived_id(intent_id, action="money"),
        customer_no=payment.heir_no,
        intent_id=intent_id,
        direction=Direction.PAYOUT,
        purpose=PURPOSE,
        amount_fen=payment.amount_fen,
        card_id=card_id,
    )


def _cash_of(work: Work, page: Sequence[Estate]) -> dict[int, Counters]:
    accounts = {
        each.customer_no: customer_cash_account(shard=each.shard, customer_no=each.customer_no)
        for each in page
    }
    found = balances(work, list(accounts.values()))
    return {number: found.get(account, Counters()) for number, account in accounts.items()}


def _give(work: Work, estate: Estate, *, amount_fen: int) -> None:
    """Share cash that lies on the account among the heirs' accounts.

    While one of them cannot receive, all wait: whose share is whose was decided by two people.
    """
    heirs = store.heirs(work, estate)
    if len(_able(work, [heir.heir_no for heir in heirs])) < len(heirs):
        return
    shares = shared(amount_fen, parts=[heir.parts for heir in heirs])
    count = len(_open_transit(work))
    payments = [
        _payment(work, estate, heir, amount_fen=share, shards=count)
        for heir, share in zip(heirs, shares, strict=True)
        if share
    ]
    on = shanghai_date(work.at)
    transfers = [part for each in payments for part in _transfers(estate, each, on=on)]
    for transfer, code in zip(transfers, post_for_codes(work, transfers), strict=True):
        assert code == ResultCode.OK, f"{transfer.id}: {code.name}"
    store.give(work, estate, payments)
    tell_estates(work, "given", [estate])


def _payment(work: Work, estate: Estate, heir: Heir, *, amount_fen: int, shards: int) -> Payment:
    return Payment(
        shard_of(heir.heir_no, shards=shards),
        work.new_id(),
        estate.estate_id,
        heir.heir_no,
        amount_fen,
        PaymentState.WAITING,
        0,
        None,
        "",
        work.at,
        None,
    )


def _transfers(estate: Estate, payment: Payment, *, on: date) -> list[Transfer]:
    """Return what brings cash to an heir: over the shards' transit accounts, in one commit."""
    giver = customer_cash_account(shard=estate.shard, customer_no=estate.customer_no)
    heir = customer_cash_account(shard=payment.shard, customer_no=payment.heir_no)
    legs = [("out", giver, _transit(estate.shard)), ("in", _transit(payment.shard), heir)]
    if estate.shard == payment.shard:
        legs = [("in", giver, heir)]
    return [
        post(
            derived_id(payment.payment_id, action=f"estate.{name}"),
            debit=debit,
            credit=credit,
            amount=payment.amount_fen,
            code=EstateCode.GIVEN,
            effective_on=on,
        )
        for name, debit, credit in legs
    ]


def _transit(shard: int) -> int:
    return system_account(shard=shard, kind=AccountKind.IN_TRANSIT)


def _open_transit(work: Work) -> list[int]:
    """Open each shard's transit account; those that exist stay. Return the shards."""
    found = shards(work)
    kind = AccountKind.IN_TRANSIT
    open_accounts(work, [NewAccount(_transit(each), kind, CNY, flags_of(kind)) for each in found])
    return found


def _end(work: Work, desk: Desk, estate: Estate) -> None:
    """End an estate of which nothing is left, and close the account for good."""
    ended = replace(estate, state=EstateState.SETTLED, ended_at=work.at)
    store.save(work, [ended])
    begin_closing(work, desk, [ClosingRequest(estate.customer_no, Leftover())])
    tell_estates(work, "settled", [ended])
