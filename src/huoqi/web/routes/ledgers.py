"""The ledger over HTTP: its trial balance and accounts."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from huoqi.customers.operations import KeyHolder
from huoqi.kit.db import Work
from huoqi.ledger.queries import asset_totals, balances, chain_heads
from huoqi.web.doors import AnyRole
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, Shape, shown_at

router = APIRouter(prefix="/v1", tags=["Ledger"], route_class=StrictRoute)


class BalanceView(Shape):
    """Debits and credits, posted and pending, in the asset's minor units."""

    debits_posted: str
    credits_posted: str
    debits_pending: str
    credits_pending: str


class AssetBalance(Shape):
    """The sums of all accounts of an asset; 1 is CNY, funds' units follow from 101 on."""

    asset: int
    totals: BalanceView
    balanced: bool


class TrialBalanceAnswer(Answer):
    """Debits equal credits in each asset, or the book is unsound."""

    balanced: bool
    data: list[AssetBalance]
    chain_heads: dict[str, str] = Field(description="The head of each shard's hash chain.")


class AccountAnswer(Answer):
    """An account's counters."""

    account: str
    counters: BalanceView


@router.get("/ledger/trial-balance", operation_id="ledger_trial_balance")
def ledger_trial_balance(door: AnyRole) -> TrialBalanceAnswer:
    """Sum all accounts of each asset; debits must equal credits."""

    def found(work: Work, _: KeyHolder) -> TrialBalanceAnswer:
        data = [
            AssetBalance(
                asset=asset,
                totals=BalanceView(**{n: str(v) for n, v in totals._asdict().items()}),
                balanced=totals.debits_posted == totals.credits_posted
                and totals.debits_pending == totals.credits_pending,
            )
            for asset, totals in sorted(asset_totals(work).items())
        ]
        return TrialBalanceAnswer(
            balanced=all(row.balanced for row in data),
            data=data,
            chain_heads={str(shard): head.hex() for shard, head in chain_heads(work)},
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/ledger/accounts/{account}", operation_id="ledger_account_get")
def ledger_account_get(
    door: AnyRole, account: Annotated[int, Path(ge=0, le=2**63 - 1)]
) -> AccountAnswer:
    """Show an account's counters."""

    def found(work: Work, _: KeyHolder) -> AccountAnswer:
        counters = balances(work, [account]).get(account)
        if counters is None:
            raise ObjectNotFound
        return AccountAnswer(
            account=str(account),
            counters=BalanceView(**{n: str(v) for n, v in counters._asdict().items()}),
            business_time=shown_at(work.at),
        )

    return door.ask(found)
