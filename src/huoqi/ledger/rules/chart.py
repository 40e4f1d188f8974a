"""The chart of accounts, and account numbers that need no look-up."""

from enum import IntEnum, IntFlag

from huoqi.ledger.rules.transfers import SHARD_BITS

CNY = 1
_FUND_ASSETS_FROM = 100
_INSTANCE_BITS = 20
_CUSTOMER_FROM = 1 << 40
_CUSTOMER_SLOTS = 16


class AccountFlag(IntFlag):
    """What an account may not do, and how it is kept."""

    NO_DEBIT_OVERDRAFT = 1
    NO_CREDIT_OVERDRAFT = 2
    HOT = 4
    FROZEN = 8
    CLOSED = 16


class AccountKind(IntEnum):
    """Kinds of account; names, sides and flags are rows of ``ledger_account_kind``."""

    BANK_CLEARING = 10
    """One a bank: money at it or on the way there."""
    PLATFORM_CASH = 11
    IN_TRANSIT = 12
    FUND_SETTLEMENT = 20
    """One a fund: cash paid in and not yet with the manager, or back and not yet paid out."""
    FUND_ISSUANCE = 21
    """One a fund, in units: mirror of all units given out."""
    HOLDERS_UNITS = 22
    """One a fund, in units: the control account above all holdings."""
    HOLDERS_ACCRUED = 23
    """One a fund with a monthly carry, in units: income that has accrued and is no units yet."""
    ADVANCE_LINE = 30
    ADVANCE_RECEIVABLE = 31
    INCOME = 40
    FEES = 41
    EXPENSE = 42
    SUSPENSE = 50
    CUSTOMER_CASH = 60
    RECEIVABLE = 61
    MERCHANT = 62
    """One a merchant: what was paid to it and not yet paid out."""


DEFAULT_FLAGS = {
    AccountKind.CUSTOMER_CASH: AccountFlag.NO_DEBIT_OVERDRAFT,
    AccountKind.RECEIVABLE: AccountFlag.NO_CREDIT_OVERDRAFT,
}
"""Flags of the kinds that customers own; every other kind is hot."""

_CUSTOMER_KINDS = {AccountKind.CUSTOMER_CASH: 0, AccountKind.RECEIVABLE: 1}


def flags_of(kind: AccountKind) -> AccountFlag:
    """Return the flags a new account of this kind has.

    >>> flags_of(AccountKind.FEES) == AccountFlag.HOT
    True
    """
    return DEFAULT_FLAGS.get(kind, AccountFlag.HOT)


def fund_asset(fund_no: int) -> int:
    """Return the asset number of a fund's units.

    >>> fund_asset(1)
    101
    """
    assert 0 < fund_no < 2**15 - _FUND_ASSETS_FROM
    return _FUND_ASSETS_FROM + fund_no


def system_account(*, shard: int, kind: AccountKind, instance: int = 0) -> int:
    """Return the number of a system account's stripe on a shard.

    The instance says which bank, fund or provider.

    >>> system_account(shard=1, kind=AccountKind.BANK_CLEARING, instance=3) == (
    ...     (1 << 48) | (10 << 20) | 3)
    True
    """
    assert kind not in _CUSTOMER_KINDS
    assert 0 <= instance < 1 << _INSTANCE_BITS
    return (shard << SHARD_BITS) | (kind << _INSTANCE_BITS) | instance


def customer_account(*, shard: int, customer_no: int, kind: AccountKind) -> int:
    """Return the number of a customer's account of a kind."""
    assert 0 < customer_no < _CUSTOMER_FROM
    sequence = _CUSTOMER_FROM + customer_no * _CUSTOMER_SLOTS + _CUSTOMER_KINDS[kind]
    return (shard << SHARD_BITS) | sequence


def customer_cash_account(*, shard: int, customer_no: int) -> int:
    """Return the number of a customer's cash account.

    >>> customer_cash_account(shard=0, customer_no=7) == (1 << 40) + 112
    True
    """
    return customer_account(shard=shard, customer_no=customer_no, kind=AccountKind.CUSTOMER_CASH)
