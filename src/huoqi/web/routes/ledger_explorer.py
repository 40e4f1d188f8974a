"""The ledger explorer: accounts by kind and asset at any close, and single transfers."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from huoqi.customers.operations import KeyHolder
from huoqi.events.queries import event_of_transfer
from huoqi.kit.db import Work
from huoqi.ledger.queries import (
    AccountKindRow,
    ListedAccount,
    TransferRow,
    account_kinds,
    accounts_listed,
    accounts_of_ids,
    assets,
    balances,
    balances_as_of,
    transfers_of_ids,
)
from huoqi.ledger.rules.account_numbers import name_of_account
from huoqi.ledger.rules.chart import AccountKind, customer_account
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import ResultCode
from huoqi.web.doors import AnyRole
from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.order_finding import order_of_transfer
from huoqi.web.routes.ledgers import BalanceView, balance_view
from huoqi.web.wire import (
    Answer,
    CursorText,
    Day,
    Page,
    PageLimit,
    Shape,
    cursor_at,
    page,
    parts_of_cursor,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Ledger"], route_class=StrictRoute)

_HOLD_STATES = ("open", "posted", "voided", "expired")
_OWN_KINDS = (AccountKind.CUSTOMER_CASH, AccountKind.RECEIVABLE)


class LedgerAccountView(Shape):
    """An account: what kind, whose, and its counters."""

    account: str
    shard: int
    kind: str = Field(examples=["customer_cash"])
    name_zh: str
    normal_side: str
    asset: int
    asset_code: str
    scale: int = Field(description="How many decimals an amount of the asset has.")
    customer_no: str | None
    instance: int | None = Field(description="Which bank or fund a system account is for.")
    counters: BalanceView
    balance: str = Field(description="On the normal side, in minor units of the asset.")


class AccountRef(Shape):
    """One side of a transfer."""

    account: str
    kind: str | None
    customer_no: str | None
    instance: int | None


class TransferView(Shape):
    """A transfer as the journal has it, with where its chain link stands."""

    id: UUID
    shard: int
    kind: str
    code: int = Field(description="The business code of whoever posted it.")
    debit: AccountRef
    credit: AccountRef
    amount: str = Field(description="In the asset's minor units.")
    asset: int
    effective_on: date
    at: str
    result: str
    reference: UUID | None = Field(description="The hold that it ends, or what it reverses.")
    hold_state: str | None
    batch: str
    place: int
    batch_hash: str


class AccountQuery(Shape):
    """Which accounts are wanted."""

    q: Annotated[
        str | None,
        Field(pattern="^[0-9]{1,19}$", description="An account's or a customer's number."),
    ] = None
    asset: Annotated[int | None, Field(ge=1, le=32_767)] = None
    kind: Annotated[str | None, Field(pattern="^[a-z_]{1,40}$")] = None
    as_of: Day | None = None
    limit: PageLimit = 50
    cursor: CursorText = None


class TransferAnswer(Answer):
    """A transfer, and up from it: its event, the request behind it, the order that it is for."""

    transfer: TransferView
    order_id: UUID | None
    event_id: UUID | None
    request_id: str | None
    idempotency_key: str | None


@router.get("/ledger/accounts", operation_id="ledger_accounts_list")
def ledger_accounts_list(
    door: AnyRole, asked: Annotated[AccountQuery, Query()]
) -> Page[LedgerAccountView]:
    """List accounts with their counters, now or at a date's end, by kind, asset and number."""
    place = parts_of_cursor(asked.cursor, count=3)
    after = ListedAccount(place[2], place[1], place[0]) if place else None
    shards, limit = door.machine.desk.shards, asked.limit

    def found(work: Work, _: KeyHolder) -> Page[LedgerAccountView]:
        if asked.q is None:
            listed = accounts_listed(
                work, kind=asked.kind, asset=asked.asset, after=after, limit=limit + 1
            )
        else:
            listed = accounts_of_ids(work, _numbers(int(asked.q), shards=shards))
        shown, more = listed[:limit], len(listed) > limit
        last = shown[-1] if more else None
        return page(
            _account_views(work, shown, as_of=asked.as_of),
            next_cursor=cursor_at(last.kind, last.asset, last.id) if last else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/ledger/transfers/{transfer_id}", operation_id="ledger_transfers_get")
def ledger_transfers_get(door: AnyRole, transfer_id: UUID) -> TransferAnswer:
    """Show a transfer with its event, its request and its order."""
    shards = range(door.machine.desk.shards)

    def found(work: Work, _: KeyHolder) -> TransferAnswer:
        rows = transfers_of_ids(work, [transfer_id], on_shards=shards)
        if not rows:
            raise ObjectNotFound
        order = order_of_transfer(work, rows[0])
        owners = [order.customer_no] if order else []
        event = event_of_transfer(work, transfer_id, customer_nos=owners)
        return TransferAnswer(
            transfer=transfer_views(work, rows)[0],
            order_id=order.order_id if order else None,
            event_id=event.id if event else None,
            request_id=(event.request_id or None) if event else None,
            idempotency_key=(event.idempotency_key or None) if event else None,
            business_time=shown_at(work.at),
        )

    return door.ask(found)


def transfer_views(work: Work, rows: list[TransferRow]) -> list[TransferView]:
    """Return transfers for the wire, with the kinds of their accounts."""
    ids = sorted({id_ for row in rows for id_ in (row.debit, row.credit)})
    codes = {row.kind: row.code for row in account_kinds(work)}
    kinds = {row.id: codes[row.kind] for row in accounts_of_ids(work, ids)} if ids else {}
    return [_transfer(row, kinds) for row in rows]


def _transfer(row: TransferRow, kinds: dict[int, str]) -> TransferView:
    return TransferView(
        id=row.id,
        shard=row.shard,
        kind=row.kind.name.lower(),
        code=row.code,
        debit=_ref(row.debit, kinds),
        credit=_ref(row.credit, kinds),
        amount=str(row.amount),
        asset=row.asset,
        effective_on=row.effective_on,
        at=shown_at(row.at),
        result=ResultCode(row.result).name.lower(),
        reference=row.ref_id,
        hold_state=None if row.hold_status is None else _HOLD_STATES[row.hold_status],
        batch=str(row.batch),
        place=row.idx,
        batch_hash=row.batch_hash.hex(),
    )


def _ref(account: int, kinds: dict[int, str]) -> AccountRef:
    name = name_of_account(account)
    return AccountRef(
        account=str(account),
        kind=kinds.get(account),
        customer_no=None if name.customer_no is None else str(name.customer_no),
        instance=name.instance,
    )


def _numbers(number: int, *, shards: int) -> list[int]:
    """Return the accounts that a number can mean: an account's own, or a customer's two."""
    owned = [
        customer_account(shard=number % shards, customer_no=number, kind=kind)
        for kind in _OWN_KINDS
        if 0 < number < 1 << 36
    ]
    return [*owned, number] if number < 1 << 63 else []


def _account_views(
    work: Work, listed: list[ListedAccount], *, as_of: date | None
) -> list[LedgerAccountView]:
    ids = [account.id for account in listed]
    if not ids:
        return []
    counters = balances(work, ids) if as_of is None else balances_as_of(work, ids, on=as_of)
    kinds = {row.kind: row for row in account_kinds(work)}
    names = assets(work)
    return [
        _account(account, kinds[account.kind], names[account.asset], counters.get(account.id))
        for account in listed
    ]


def _account(
    account: ListedAccount, kind: AccountKindRow, asset: tuple[str, int], found: Counters | None
) -> LedgerAccountView:
    counters = found or Counters()
    name = name_of_account(account.id)
    is_debit = kind.normal_side == "debit"
    balance = counters.debit_balance if is_debit else counters.credit_balance
    return LedgerAccountView(
        account=str(account.id),
        shard=name.shard,
        kind=kind.code,
        name_zh=kind.name_zh,
        normal_side=kind.normal_side,
        asset=account.asset,
        asset_code=asset[0],
        scale=asset[1],
        customer_no=None if name.customer_no is None else str(name.customer_no),
        instance=name.instance,
        counters=balance_view(counters),
        balance=str(balance),
    )
