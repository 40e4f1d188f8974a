"""The ledger over HTTP: its trial balance, accounts with history, and the check of its chain."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from huoqi.customers.operations import KeyHolder
from huoqi.kit.db import Work
from huoqi.ledger.queries import (
    HistoryEntry,
    balances,
    chain_heads,
    history,
    trial_balance,
    verify_chain,
)
from huoqi.ledger.rules.counters import Counters
from huoqi.web.doors import AnyRole
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import (
    Answer,
    CursorText,
    Day,
    Page,
    PageLimit,
    Shape,
    cursor_after,
    number_of_cursor,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Ledger"], route_class=StrictRoute)

_PLACES = 100_000  # more than a batch has transfers


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


class KindBalance(Shape):
    """All accounts of a kind and asset together."""

    asset: int
    kind: str
    accounts: int
    totals: BalanceView


class TrialBalanceAnswer(Answer):
    """Debits equal credits in each asset, or the book is unsound."""

    balanced: bool
    data: list[AssetBalance]
    kinds: list[KindBalance]
    chain_heads: dict[str, str] = Field(description="The head of each shard's hash chain.")


class EntryView(Shape):
    """A transfer that touched the account."""

    transfer_id: UUID
    batch: str
    kind: str
    code: int
    debit_account: str
    credit_account: str
    amount: str = Field(description="In the asset's minor units.")
    effective_on: date
    at: str


class ChainView(Shape):
    """What the check of one shard's chain found."""

    shard: int
    batches: int
    transfers: int
    head: str
    first_broken: str | None
    fault: str | None


class VerifyAnswer(Answer):
    """Whether every link of every shard is as it was written."""

    sound: bool
    shards: list[ChainView]


class AccountAnswer(Answer):
    """An account's counters."""

    account: str
    counters: BalanceView


@router.get("/ledger/trial-balance", operation_id="ledger_trial_balance")
def ledger_trial_balance(
    door: AnyRole, as_of: Annotated[Day | None, Query()] = None
) -> TrialBalanceAnswer:
    """Sum all accounts by asset and kind, now or at a date's end; debits must equal credits."""

    def found(work: Work, _: KeyHolder) -> TrialBalanceAnswer:
        lines = trial_balance(work, as_of=as_of)
        totals: dict[int, Counters] = {}
        for line in lines:
            sums = zip(totals.get(line.asset, Counters()), line.counters, strict=True)
            totals[line.asset] = Counters(*(one + other for one, other in sums))
        data = [_asset(asset, counters) for asset, counters in sorted(totals.items())]
        return TrialBalanceAnswer(
            balanced=all(row.balanced for row in data),
            data=data,
            kinds=[
                KindBalance(
                    asset=line.asset,
                    kind=line.kind,
                    accounts=line.accounts,
                    totals=balance_view(line.counters),
                )
                for line in lines
            ],
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
            counters=balance_view(counters),
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/ledger/accounts/{account}/history", operation_id="ledger_account_history")
def ledger_account_history(
    door: AnyRole,
    account: Annotated[int, Path(ge=0, le=2**63 - 1)],
    as_of: Annotated[Day | None, Query()] = None,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> Page[EntryView]:
    """List the transfers that touched an account, newest first, up to a date's end if given."""
    place = number_of_cursor(cursor)
    before = divmod(place, _PLACES) if place else None

    def found(work: Work, _: KeyHolder) -> Page[EntryView]:
        entries = history(work, account, before=before, until=as_of, limit=limit + 1)
        shown, more = entries[:limit], len(entries) > limit
        last = shown[-1].batch * _PLACES + shown[-1].idx if more else 0
        return page(
            [_entry(entry) for entry in shown],
            next_cursor=cursor_after(last) if more else None,
            at=work.at,
        )

    return door.ask(found)


@router.post("/ledger/verify", operation_id="ledger_verify")
def ledger_verify(door: AnyRole) -> VerifyAnswer:
    """Recompute every hash of the journal and name the first broken batch of each shard."""

    def checked(work: Work, _: KeyHolder) -> VerifyAnswer:
        report = verify_chain(work)
        return VerifyAnswer(
            sound=report.sound,
            shards=[
                ChainView(
                    shard=each.shard,
                    batches=each.batches,
                    transfers=each.transfers,
                    head=each.head,
                    first_broken=None if each.first_broken is None else str(each.first_broken),
                    fault=each.fault,
                )
                for each in report.shards
            ],
            business_time=shown_at(work.at),
        )

    return door.ask(checked)


def _asset(asset: int, totals: Counters) -> AssetBalance:
    return AssetBalance(
        asset=asset,
        totals=balance_view(totals),
        balanced=totals.debits_posted == totals.credits_posted
        and totals.debits_pending == totals.credits_pending,
    )


def balance_view(counters: Counters) -> BalanceView:
    """Return an account's counters for the wire."""
    return BalanceView(**{name: str(value) for name, value in counters._asdict().items()})


def _entry(entry: HistoryEntry) -> EntryView:
    return EntryView(
        transfer_id=entry.id,
        batch=str(entry.batch),
        kind=entry.kind.name.lower(),
        code=entry.code,
        debit_account=str(entry.debit),
        credit_account=str(entry.credit),
        amount=str(entry.amount),
        effective_on=entry.effective_on,
        at=shown_at(entry.at),
    )
