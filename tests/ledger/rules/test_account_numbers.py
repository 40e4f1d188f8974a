"""An account's number tells whose it is, as the chart made it."""

from hypothesis import given
from hypothesis import strategies as st

from huoqi.ledger.rules.account_numbers import name_of_account
from huoqi.ledger.rules.chart import AccountKind, customer_account, system_account

SHARDS = st.integers(0, 1_023)


@given(
    SHARDS,
    st.integers(1, 2**36),
    st.sampled_from([AccountKind.CUSTOMER_CASH, AccountKind.RECEIVABLE]),
)
def test_a_customers_account_tells_the_customer(
    shard: int, customer_no: int, kind: AccountKind
) -> None:
    number = customer_account(shard=shard, customer_no=customer_no, kind=kind)

    assert name_of_account(number) == (shard, customer_no, None)


@given(SHARDS, st.integers(0, 2**20 - 1))
def test_a_system_account_tells_its_instance(shard: int, instance: int) -> None:
    number = system_account(shard=shard, kind=AccountKind.BANK_CLEARING, instance=instance)

    assert name_of_account(number) == (shard, None, instance)
