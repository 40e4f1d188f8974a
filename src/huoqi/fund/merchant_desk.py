"""Merchants' own affairs: onboarded by two people, keys, statements, and the day's settlement."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from huoqi.approvals.operations import Proposal, propose
from huoqi.approvals.queries import Approval
from huoqi.customers.queries import require_customer
from huoqi.events.operations import EventDraft, emit
from huoqi.events.rules.contents import Value
from huoqi.fund import postings
from huoqi.fund._store import spending as store
from huoqi.fund.merchant_payments import merchant_balance_fen, open_stripes, stripe
from huoqi.fund.merchants import Merchant, MerchantSettlement
from huoqi.fund.rules.spending_limits import fee_fen_half_up
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.ledger.operations import NewAccount, open_accounts, post_for_codes
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_cash_account,
    flags_of,
    system_account,
)
from huoqi.ledger.rules.transfers import ResultCode, Transfer, post
from huoqi.payments.operations import create_orders
from huoqi.payments.orders import OrderRequest
from huoqi.payments.queries import cards_of_customer
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.policy.queries import rule_on

MERCHANT = "fund.merchant"
PURPOSE = "merchant.settlement"
KEY_PREFIX = "hqm_"


class MerchantNameMalformed(DomainError):
    """A merchant's name has 1 to 60 characters, none of them at an edge blank."""

    code: ClassVar[str] = "merchant.name_malformed"


@dataclass(frozen=True, slots=True)
class MerchantWish:
    """What a first person wants: a merchant by its name, and the customer who owns it."""

    name: str
    category: str
    owner_id: UUID
    proof: str
    maker: str


def propose_merchant(work: Work, wish: MerchantWish) -> Approval | DomainError:
    """Put a new merchant before a second person. Errors: MerchantNameMalformed, CustomerUnknown."""
    if not 0 < len(wish.name) <= 60 or wish.name != wish.name.strip():
        raise MerchantNameMalformed
    owner = require_customer(work, wish.owner_id)
    proposal = Proposal(
        kind=MERCHANT,
        object_id=str(wish.owner_id),
        object_version=merchant_version(work, str(wish.owner_id)),
        maker=wish.maker,
        before={"owner_state": owner.state},
        after={"name": wish.name, "category": wish.category, "owner_id": str(wish.owner_id)},
        customer_count=1,
        evidence=wish.proof,
    )
    return propose(work, [proposal])[0]


def merchant_version(work: Work, owner_id: str) -> str:
    """Return a text that changes when the owner of a merchant to be does."""
    owner = require_customer(work, UUID(owner_id))
    return f"{owner.state} {owner.own_frozen_at} {owner.staff_frozen_at}"


def open_as_approved(work: Work, approval: Approval) -> None:
    """Open a merchant as two people decided, with its accounts on every shard."""
    after = approval.after
    owner = require_customer(work, UUID(str(after["owner_id"])))
    number = store.add_merchant(
        work,
        {
            "id": approval.approval_id,
            "name": str(after["name"]),
            "category": str(after["category"]),
            "shard": owner.shard,
            "owner": owner.customer_no,
        },
    )
    open_stripes(work, number)
    data: dict[str, Value] = {"merchant_no": number, "category": str(after["category"])}
    emit(work, EventDraft("fund.merchant.opened", approval.approval_id, data=data))


def give_key(work: Work, merchant: Merchant, *, secret: bytes) -> str:
    """Return a merchant's new API key, told this once; the one before ends."""
    text = f"{KEY_PREFIX}{secret.hex()}"
    store.set_key(work, merchant.merchant_no, digest_of_key(text))
    emit(work, EventDraft("fund.merchant.key_given", merchant.merchant_id))
    return text


def digest_of_key(text: str) -> bytes:
    """Return what stands for a merchant's key in its stored form."""
    return hashlib.sha256(text.encode()).digest()


def merchant_of_key(work: Work, text: str) -> Merchant | None:
    """Return the active merchant whose key this is."""
    return store.merchant_of_key(work, digest_of_key(text))


def settle_merchants(work: Work) -> list[MerchantSettlement]:
    """Settle with every merchant that was paid, once a day: our fee, then the rest to its owner.

    The cash is the owner's from here on, on its way to the default card; where no card takes it,
    it waits on the owner's account.
    """
    on = shanghai_date(work.at)
    active = store.active_merchants(work)
    if not active:
        return []
    done = store.settled_on(work, on)
    settled = [_settle(work, m.merchant_no, on=on) for m in active if m.merchant_no not in done]
    return [each for each in settled if each is not None]


def _settle(work: Work, merchant_no: int, *, on: date) -> MerchantSettlement | None:
    merchant = store.lock_merchant(work, merchant_no)
    gross_fen = merchant_balance_fen(work, merchant_no)
    if gross_fen <= 0:
        return None
    rule = rule_on(work, rule="spending.merchant_fee", on=on)
    ppm = rule.value.get("fee_ppm") if rule else 0
    fee_fen = fee_fen_half_up(gross_fen, fee_ppm=ppm if isinstance(ppm, int) else 0)
    net_fen = gross_fen - fee_fen
    settlement_id = derived_id(merchant.merchant_id, action=f"settle.{on.isoformat()}")
    _open_fees(work, merchant.owner_shard)
    transfers = _transfers(merchant, settlement_id, net_fen=net_fen, fee_fen=fee_fen, on=on)
    (code,) = post_for_codes(work, transfers[:1])
    if code != ResultCode.OK:
        return None  # the owner's account takes nothing: the merchant's cash stays where it is
    postings.post_all(work, transfers[1:])
    payout_id, refusal = _pay_out(work, merchant, settlement_id, net_fen=net_fen)
    settled = MerchantSettlement(merchant_no, on, gross_fen, fee_fen, payout_id, refusal)
    store.add_settlement(work, settled)
    data: dict[str, Value] = {"gross_fen": gross_fen, "fee_fen": fee_fen, "refusal": refusal}
    ids = [transfer.id for transfer in transfers]
    told = EventDraft(
        "fund.merchant.settled", merchant.merchant_id, merchant.owner_no, data, transfer_ids=ids
    )
    emit(work, told)
    return settled


def _transfers(
    merchant: Merchant, settlement_id: UUID, *, net_fen: int, fee_fen: int, on: date
) -> list[Transfer]:
    """Return owner's cash and our fee, both from the stripe on the owner's shard.

    It may be overdrawn there: the sum over the shards, under the merchant's lock, is not.
    """
    shard = merchant.owner_shard
    source = stripe(merchant.merchant_no, shard=shard)
    owner = customer_cash_account(shard=shard, customer_no=merchant.owner_no)
    fees = system_account(shard=shard, kind=AccountKind.FEES)
    code = postings.FundCode
    wanted = (
        ("net", owner, net_fen, code.MERCHANT_SETTLED),
        ("fee", fees, fee_fen, code.MERCHANT_FEE),
    )
    return [
        post(
            derived_id(settlement_id, action=action),
            debit=source,
            credit=credit,
            amount=amount_fen,
            code=business,
            effective_on=on,
        )
        for action, credit, amount_fen, business in wanted
        if amount_fen > 0
    ]


def _pay_out(
    work: Work, merchant: Merchant, settlement_id: UUID, *, net_fen: int
) -> tuple[UUID | None, str]:
    cards = cards_of_customer(work, shard=merchant.owner_shard, customer_no=merchant.owner_no)
    card = next((card for card in cards if card.is_default), None)
    if card is None or net_fen == 0:
        return None, "card.not_bound" if card is None else ""
    wish = OrderRequest(
        shard=merchant.owner_shard,
        order_id=derived_id(settlement_id, action="payout"),
        customer_no=merchant.owner_no,
        intent_id=settlement_id,
        direction=Direction.PAYOUT,
        purpose=PURPOSE,
        amount_fen=net_fen,
        card_id=card.card_id,
    )
    (answer,) = create_orders(work, [wish])
    return (None, answer.code) if isinstance(answer, DomainError) else (answer.order_id, "")


def _open_fees(work: Work, shard: int) -> None:
    kind = AccountKind.FEES
    number = system_account(shard=shard, kind=kind)
    open_accounts(work, [NewAccount(number, kind, CNY, flags_of(kind))])


def statement_lines(work: Work, merchant: Merchant, *, limit: int) -> Sequence[MerchantSettlement]:
    """Return a merchant's settlements, newest first."""
    return store.settlements(work, merchant.merchant_no, limit=limit)
