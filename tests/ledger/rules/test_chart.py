"""Account numbers and the chart of accounts."""

import pytest

from huoqi.kit.db import connect
from huoqi.ledger.rules.chart import (
    AccountFlag,
    AccountKind,
    customer_account,
    customer_cash_account,
    flags_of,
    fund_asset,
    system_account,
)
from huoqi.ledger.rules.transfers import shard_of_account


def test_account_numbers_never_meet() -> None:
    numbers = [
        *(
            system_account(shard=s, kind=k, instance=i)
            for s in (0, 1)
            for k in AccountKind
            if k < 60
            for i in (0, 1, 2**20 - 1)
        ),
        *(
            customer_account(shard=s, customer_no=n, kind=k)
            for s in (0, 1)
            for n in (1, 2, 2**40 - 1)
            for k in (AccountKind.CUSTOMER_CASH, AccountKind.RECEIVABLE)
        ),
    ]

    assert len(set(numbers)) == len(numbers)
    assert {shard_of_account(n) for n in numbers} == {0, 1}


def test_a_customers_cash_is_the_first_of_the_customers_numbers() -> None:
    cash = customer_account(shard=1, customer_no=9, kind=AccountKind.CUSTOMER_CASH)

    assert customer_cash_account(shard=1, customer_no=9) == cash == (1 << 48) + (1 << 40) + 144


def test_funds_have_assets_of_their_own() -> None:
    assert (fund_asset(1), fund_asset(2)) == (101, 102)


@pytest.mark.parametrize("kind", list(AccountKind))
def test_the_table_has_the_kinds_and_flags_of_the_program(
    database_dsn: str, kind: AccountKind
) -> None:
    with connect(database_dsn) as conn:
        row = conn.execute(
            "SELECT code, flags FROM ledger_account_kind WHERE kind = %s", (int(kind),)
        ).fetchone()

    assert row == (kind.name.lower(), int(flags_of(kind)))


def test_customers_cannot_overdraw_and_system_accounts_are_hot() -> None:
    assert flags_of(AccountKind.CUSTOMER_CASH) == AccountFlag.NO_DEBIT_OVERDRAFT
    assert flags_of(AccountKind.RECEIVABLE) == AccountFlag.NO_CREDIT_OVERDRAFT
    assert flags_of(AccountKind.BANK_CLEARING) == AccountFlag.HOT


def test_the_numbers_at_the_ends_of_their_ranges_are_the_last_ones() -> None:
    last_fund = 2**15 - 101
    last_customer = (1 << 40) - 1

    assert (fund_asset(last_fund), fund_asset(1)) == (2**15 - 1, 101)
    for fund_no in (0, last_fund + 1):
        with pytest.raises(AssertionError):
            fund_asset(fund_no)
    for instance in (-1, 1 << 20):
        with pytest.raises(AssertionError):
            system_account(shard=0, kind=AccountKind.BANK_CLEARING, instance=instance)
    for customer_no in (0, last_customer + 1):
        with pytest.raises(AssertionError):
            customer_account(shard=0, customer_no=customer_no, kind=AccountKind.CUSTOMER_CASH)


def test_a_stripe_is_the_first_unless_it_is_named_and_belongs_to_no_customer() -> None:
    assert system_account(shard=0, kind=AccountKind.FEES) == 41 << 20
    assert system_account(shard=0, kind=AccountKind.FEES, instance=1) == (41 << 20) + 1
    with pytest.raises(AssertionError):
        system_account(shard=0, kind=AccountKind.CUSTOMER_CASH)
