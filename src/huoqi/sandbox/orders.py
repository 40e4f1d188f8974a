"""What simulated customers want, placed as fund orders by the platform's own operations."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from huoqi.close.platform import Platform
from huoqi.fund.operations import place_purchases, redeem
from huoqi.fund.orders import FundOrder, PurchaseRequest, RedemptionRequest, Speed
from huoqi.kit.db import Work
from huoqi.sandbox.population import Act
from huoqi.sandbox.residents import Resident

ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Want:
    """What a resident wants now; ``amount_fen`` counts for nothing where all is redeemed."""

    resident: Resident
    act: Act
    amount_fen: int


def place(platform: Platform, wants: Sequence[Want], *, fund: str) -> Counter[str]:
    """Place what is wanted at this instant, purchases first, and return how it was answered.

    The keys are "accepted" and the codes of refusals. Whoever calls moves the clock, so nothing
    has to keep it from moving.
    """
    if not wants:
        return Counter()
    return platform.database.run(
        lambda work: _placed(work, wants, fund=fund), actor="simulation", while_advancing=True
    )


def _placed(work: Work, wants: Sequence[Want], *, fund: str) -> Counter[str]:
    buys = [_purchase(work, want, fund=fund) for want in wants if want.act is Act.BUY]
    sells = [_redemption(work, want, fund=fund) for want in wants if want.act is not Act.BUY]
    results = [
        *(place_purchases(work, buys) if buys else ()),
        *(redeem(work, sells) if sells else ()),
    ]
    return Counter(ACCEPTED if isinstance(result, FundOrder) else result.code for result in results)


def _purchase(work: Work, want: Want, *, fund: str) -> PurchaseRequest:
    who = want.resident
    return PurchaseRequest(
        order_id=work.new_id(),
        customer_no=who.customer_no,
        shard=who.shard,
        fund=fund,
        amount_fen=want.amount_fen,
        card_id=who.card_id,
        has_agreed=True,  # Every resident agrees when moving in.
    )


def _redemption(work: Work, want: Want, *, fund: str) -> RedemptionRequest:
    who = want.resident
    return RedemptionRequest(
        order_id=work.new_id(),
        customer_no=who.customer_no,
        shard=who.shard,
        fund=fund,
        # The dealing price is 1.00: a fen is 0.01 unit.
        units_e2=None if want.act is Act.REDEEM_ALL else want.amount_fen,
        speed=Speed.FAST if want.act is Act.REDEEM_FAST else Speed.NORMAL,
        card_id=who.card_id,
    )
