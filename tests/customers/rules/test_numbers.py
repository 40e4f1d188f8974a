"""Numbers are dense on each shard, lead back to it, and begin at one hundred."""

from uuid import UUID

import pytest

from huoqi.customers.rules.numbers import customer_number, last_reserved, shard_for
from huoqi.kit.shards import shard_of


@pytest.mark.parametrize("shards", [1, 2, 3, 16, 100, 128])
def test_the_first_numbers_of_all_shards_are_the_first_hundred_and_up(shards: int) -> None:
    first = sorted(
        customer_number(last_reserved(shard, shards=shards) + 1, shard=shard, shards=shards)
        for shard in range(shards)
    )

    assert first == list(range(100, 100 + shards))


@pytest.mark.parametrize("shards", [1, 2, 16])
def test_a_number_leads_back_to_its_shard(shards: int) -> None:
    shard = shard_for(UUID(int=12_345), shards=shards)
    number = customer_number(1_000, shard=shard, shards=shards)

    assert shard_of(number, shards=shards) == shard
