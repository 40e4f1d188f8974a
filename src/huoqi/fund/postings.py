"""What fund orders and fund days mean in the ledger: cash, units and advances, by order and day.

Each transfer's id is derived from what causes it and the action, so that repeating is a replay.
Every posting stays on the customer's shard.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Protocol
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id
from huoqi.ledger.operations import NewAccount, open_accounts, post_for_codes
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_account,
    customer_cash_account,
    flags_of,
    fund_asset,
    system_account,
)
from huoqi.ledger.rules.transfers import ResultCode, Transfer, post

# The parent of all income transfers: a fixed place among ids, the rest of each is a digest.
_INCOME = UUID("f0000000-0000-7000-8000-000000000000")

ADVANCE_CASH = "fund.advance_cash"


class FundCode(IntEnum):
    """Business codes of the transfers that the fund domain makes."""

    PURCHASE_CASH = 310
    PURCHASE_UNITS = 311
    REFUND_CASH = 312
    REDEMPTION_UNITS = 320
    REDEMPTION_CASH = 321
    ADVANCE_CASH = 330
    ADVANCE_GIVEN_BACK = 331
    ADVANCE_REPAID = 332
    ADVANCE_LOSS = 333
    INCOME = 340
    INCOME_ACCRUED = 341
    INCOME_CARRIED = 342
    ACCRUED_PAID = 343
    DEBT_PAID = 350
    DEBT_WRITTEN_OFF = 351
    MERCHANT_PAID = 360
    MERCHANT_REFUNDED = 361
    MERCHANT_SETTLED = 362
    MERCHANT_FEE = 363


class CustomerTransfer(Protocol):
    """Makes a transfer that touches a customer's cash."""

    def __call__(
        self,
        cause_id: UUID,
        /,
        *,
        shard: int,
        customer_no: int,
        fund_no: int,
        amount_fen: int,
        on: date,
    ) -> Transfer:
        """Return the transfer."""
        ...


def purchase_cash(
    order_id: UUID, *, shard: int, customer_no: int, fund_no: int, amount_fen: int, on: date
) -> Transfer:
    """Return the transfer of a paid purchase: the customer's cash to the fund's settlement."""
    return post(
        derived_id(order_id, action="fund.purchase_cash"),
        debit=customer_cash_account(shard=shard, customer_no=customer_no),
        credit=_account(shard, AccountKind.FUND_SETTLEMENT, fund_no),
        amount=amount_fen,
        code=FundCode.PURCHASE_CASH,
        effective_on=on,
    )


def purchase_units(
    cause_id: UUID, *, shard: int, fund_no: int, units_e2: int, on: date
) -> Transfer:
    """Return the transfer of confirmed units into the control account of all holdings."""
    return post(
        derived_id(cause_id, action="fund.purchase_units"),
        debit=_account(shard, AccountKind.FUND_ISSUANCE, fund_no),
        credit=_account(shard, AccountKind.HOLDERS_UNITS, fund_no),
        amount=units_e2,
        code=FundCode.PURCHASE_UNITS,
        effective_on=on,
        asset=fund_asset(fund_no),
    )


def redemption_units(
    cause_id: UUID, *, shard: int, fund_no: int, units_e2: int, on: date
) -> Transfer:
    """Return the transfer of redeemed units out of the control account."""
    return post(
        derived_id(cause_id, action="fund.redemption_units"),
        debit=_account(shard, AccountKind.HOLDERS_UNITS, fund_no),
        credit=_account(shard, AccountKind.FUND_ISSUANCE, fund_no),
        amount=units_e2,
        code=FundCode.REDEMPTION_UNITS,
        effective_on=on,
        asset=fund_asset(fund_no),
    )


def settlement_to_customer(
    payout_id: UUID, *, shard: int, customer_no: int, fund_no: int, amount_fen: int, on: date
) -> Transfer:
    """Return the transfer of redeemed or refunded cash back to the customer."""
    return post(
        derived_id(payout_id, action="fund.settlement_to_customer"),
        debit=_account(shard, AccountKind.FUND_SETTLEMENT, fund_no),
        credit=customer_cash_account(shard=shard, customer_no=customer_no),
        amount=amount_fen,
        code=FundCode.REDEMPTION_CASH,
        effective_on=on,
    )


def advance_cash(
    order_id: UUID, *, shard: int, customer_no: int, fund_no: int, amount_fen: int, on: date
) -> Transfer:
    """Return the transfer of advanced cash to the customer: a claim on the units' redemption."""
    return post(
        derived_id(order_id, action=ADVANCE_CASH),
        debit=_account(shard, AccountKind.ADVANCE_RECEIVABLE, fund_no),
        credit=customer_cash_account(shard=shard, customer_no=customer_no),
        amount=amount_fen,
        code=FundCode.ADVANCE_CASH,
        effective_on=on,
    )


def advance_given_back(
    order_id: UUID, *, shard: int, customer_no: int, fund_no: int, amount_fen: int, on: date
) -> Transfer:
    """Return the transfer that undoes an advance whose payout definitely failed."""
    return post(
        derived_id(order_id, action="fund.advance_given_back"),
        debit=customer_cash_account(shard=shard, customer_no=customer_no),
        credit=_account(shard, AccountKind.ADVANCE_RECEIVABLE, fund_no),
        amount=amount_fen,
        code=FundCode.ADVANCE_GIVEN_BACK,
        effective_on=on,
    )


def advance_repaid(
    cause_id: UUID, *, shard: int, fund_no: int, amount_fen: int, on: date
) -> Transfer:
    """Return the transfer by which the fund's cash settles the advances of a trading day."""
    return post(
        derived_id(cause_id, action="fund.advance_repaid"),
        debit=_account(shard, AccountKind.FUND_SETTLEMENT, fund_no),
        credit=_account(shard, AccountKind.ADVANCE_RECEIVABLE, fund_no),
        amount=amount_fen,
        code=FundCode.ADVANCE_REPAID,
        effective_on=on,
    )


def advance_loss(
    cause_id: UUID, *, shard: int, fund_no: int, amount_fen: int, on: date
) -> Transfer:
    """Return the transfer by which the provider bears what its units lost on a negative day."""
    return post(
        derived_id(cause_id, action="fund.advance_loss"),
        debit=_account(shard, AccountKind.ADVANCE_LINE, fund_no),
        credit=_account(shard, AccountKind.ADVANCE_RECEIVABLE, fund_no),
        amount=amount_fen,
        code=FundCode.ADVANCE_LOSS,
        effective_on=on,
    )


def open_advance_line(work: Work, *, fund_no: int, shards: Sequence[int]) -> None:
    """Open the account of what the provider bears on shards; one that exists stays."""
    _open(work, {AccountKind.ADVANCE_LINE: CNY}, fund_no=fund_no, shards=shards)


def income(fund: str, *, shard: int, fund_no: int, income_fen: int, on: date) -> Transfer:
    """Return a shard's income of a day as new units; a negative day takes units away."""
    issuance = _account(shard, AccountKind.FUND_ISSUANCE, fund_no)
    holders = _account(shard, AccountKind.HOLDERS_UNITS, fund_no)
    debit, credit = (issuance, holders) if income_fen > 0 else (holders, issuance)
    return post(
        income_id(fund, shard=shard, on=on),
        debit=debit,
        credit=credit,
        amount=abs(income_fen),
        code=FundCode.INCOME,
        effective_on=on,
        asset=fund_asset(fund_no),
    )


def income_accrued(fund: str, *, shard: int, fund_no: int, income_fen: int, on: date) -> Transfer:
    """Return a shard's income of a day as accrued income, in 0.01 units it will become."""
    return _of_size(
        income_id(fund, shard=shard, on=on),
        (AccountKind.FUND_ISSUANCE, AccountKind.HOLDERS_ACCRUED),
        shard=shard,
        fund_no=fund_no,
        amount=income_fen,
        given=(FundCode.INCOME_ACCRUED, on),
    )


def income_carried(fund: str, *, shard: int, fund_no: int, carried_fen: int, on: date) -> Transfer:
    """Return the carry of a shard: what had accrued becomes units; a loss takes units away."""
    return _of_size(
        derived_id(_INCOME, action=f"fund.carry|{fund}|{shard}|{on.isoformat()}"),
        (AccountKind.HOLDERS_ACCRUED, AccountKind.HOLDERS_UNITS),
        shard=shard,
        fund_no=fund_no,
        amount=carried_fen,
        given=(FundCode.INCOME_CARRIED, on),
    )


def accrued_paid(cause_id: UUID, *, shard: int, fund_no: int, paid_fen: int, on: date) -> Transfer:
    """Return the transfer of accrued income that left with the last units, or was corrected."""
    return _of_size(
        derived_id(cause_id, action="fund.accrued_paid"),
        (AccountKind.HOLDERS_ACCRUED, AccountKind.FUND_ISSUANCE),
        shard=shard,
        fund_no=fund_no,
        amount=paid_fen,
        given=(FundCode.ACCRUED_PAID, on),
    )


def _of_size(
    transfer_id: UUID,
    kinds: tuple[AccountKind, AccountKind],
    *,
    shard: int,
    fund_no: int,
    amount: int,
    given: tuple[FundCode, date],
) -> Transfer:
    """Return a transfer of units from one account of a fund to another; a debt goes back."""
    debit, credit = (_account(shard, kind, fund_no) for kind in kinds)
    if amount < 0:
        debit, credit = credit, debit
    code, on = given
    return post(
        transfer_id,
        debit=debit,
        credit=credit,
        amount=abs(amount),
        code=code,
        effective_on=on,
        asset=fund_asset(fund_no),
    )


def income_id(fund: str, *, shard: int, on: date) -> UUID:
    """Return the id of the transfer that carries a shard's income of a day, always the same."""
    return derived_id(_INCOME, action=f"fund.income|{fund}|{shard}|{on.isoformat()}")


class DebtTransfer(Protocol):
    """Makes a transfer that makes a customer's debt less."""

    def __call__(
        self, cause_id: UUID, /, *, shard: int, customer_no: int, amount_fen: int, on: date
    ) -> Transfer:
        """Return the transfer."""
        ...


def debt_paid(
    cause_id: UUID, *, shard: int, customer_no: int, amount_fen: int, on: date
) -> Transfer:
    """Return the transfer by which cash on the customer's account pays what the customer owes."""
    return post(
        derived_id(cause_id, action="fund.debt_paid"),
        debit=customer_cash_account(shard=shard, customer_no=customer_no),
        credit=_receivable(shard, customer_no),
        amount=amount_fen,
        code=FundCode.DEBT_PAID,
        effective_on=on,
    )


def debt_written_off(
    cause_id: UUID, *, shard: int, customer_no: int, amount_fen: int, on: date
) -> Transfer:
    """Return the transfer by which what a customer owes becomes our own expense."""
    return post(
        derived_id(cause_id, action="fund.debt_written_off"),
        debit=system_account(shard=shard, kind=AccountKind.EXPENSE),
        credit=_receivable(shard, customer_no),
        amount=amount_fen,
        code=FundCode.DEBT_WRITTEN_OFF,
        effective_on=on,
    )


def open_expenses(work: Work, *, shards: Sequence[int]) -> None:
    """Open the account of expenses on shards; one that exists stays."""
    kind = AccountKind.EXPENSE
    numbers = [system_account(shard=shard, kind=kind) for shard in shards]
    open_accounts(
        work, [NewAccount(n, kind=kind, asset=CNY, flags=flags_of(kind)) for n in numbers]
    )


def _receivable(shard: int, customer_no: int) -> int:
    return customer_account(shard=shard, customer_no=customer_no, kind=AccountKind.RECEIVABLE)


def post_all(work: Work, transfers: Iterable[Transfer]) -> None:
    """Post transfers that cannot be refused; a refusal here is a mistake of ours."""
    batch = list(transfers)
    if not batch:
        return
    for transfer, code in zip(batch, post_for_codes(work, batch), strict=True):
        assert code == ResultCode.OK, f"{FundCode(transfer.code).name}: {code.name}"


def open_fund_accounts(work: Work, *, fund_no: int, shards: Sequence[int]) -> None:
    """Open a fund's accounts on every shard."""
    assets = {
        AccountKind.FUND_ISSUANCE: fund_asset(fund_no),
        AccountKind.HOLDERS_UNITS: fund_asset(fund_no),
        AccountKind.FUND_SETTLEMENT: CNY,
        AccountKind.ADVANCE_RECEIVABLE: CNY,
    }
    _open(work, assets, fund_no=fund_no, shards=shards)


def open_accrued_accounts(work: Work, *, fund_no: int, shards: Sequence[int]) -> None:
    """Open the accounts of accrued income, which a fund with a monthly carry has besides."""
    assets = {AccountKind.HOLDERS_ACCRUED: fund_asset(fund_no)}
    _open(work, assets, fund_no=fund_no, shards=shards)


def _open(
    work: Work, assets: Mapping[AccountKind, int], *, fund_no: int, shards: Sequence[int]
) -> None:
    opened = open_accounts(
        work,
        [
            NewAccount(_account(shard, kind, fund_no), kind=kind, asset=asset, flags=flags_of(kind))
            for shard in shards
            for kind, asset in assets.items()
        ],
    )
    for account in opened:
        assert not isinstance(account, Exception), account


def control_accounts(
    fund_no: int, *, shards: Sequence[int], kind: AccountKind = AccountKind.HOLDERS_UNITS
) -> dict[int, int]:
    """Return the number of the control account of all holdings, by shard."""
    return {shard: _account(shard, kind, fund_no) for shard in shards}


def _account(shard: int, kind: AccountKind, fund_no: int) -> int:
    return system_account(shard=shard, kind=kind, instance=fund_no)
