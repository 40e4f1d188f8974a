"""What an account's number says by itself: its shard, and whose it is."""

from typing import NamedTuple

from huoqi.ledger.rules.transfers import SHARD_BITS

_INSTANCE_BITS = 20
_CUSTOMER_FROM = 1 << 40
_CUSTOMER_SLOTS = 16


class AccountName(NamedTuple):
    """An account's shard, and its customer's number or its instance: which bank, fund, provider."""

    shard: int
    customer_no: int | None
    instance: int | None


def name_of_account(account: int) -> AccountName:
    """Return what an account's number says (``chart`` makes the numbers).

    >>> name_of_account((1 << 48) | (10 << 20) | 3)
    AccountName(shard=1, customer_no=None, instance=3)
    >>> name_of_account((1 << 40) + 112)
    AccountName(shard=0, customer_no=7, instance=None)
    """
    shard, sequence = divmod(account, 1 << SHARD_BITS)
    if sequence >= _CUSTOMER_FROM:
        return AccountName(shard, (sequence - _CUSTOMER_FROM) // _CUSTOMER_SLOTS, None)
    return AccountName(shard, None, sequence % (1 << _INSTANCE_BITS))
