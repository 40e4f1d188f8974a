"""Customer numbers: permanent, dense on each shard, the first hundred kept for institutions."""

from uuid import UUID

RESERVED_BELOW = 100


def shard_for(customer_id: UUID, *, shards: int) -> int:
    """Return the shard on which a new customer is put, for good.

    >>> shard_for(UUID(int=7), shards=2)
    1
    """
    return customer_id.int % shards


def last_reserved(shard: int, *, shards: int) -> int:
    """Return the place of a shard's last reserved number in its own sequence.

    >>> last_reserved(0, shards=2), last_reserved(1, shards=2)
    (49, 49)
    """
    return (RESERVED_BELOW - 1 - shard) // shards


def customer_number(place: int, *, shard: int, shards: int) -> int:
    """Return the number at a place of a shard's sequence; ``number % shards`` is the shard.

    >>> customer_number(50, shard=1, shards=2)
    101
    """
    assert 0 <= shard < shards
    number = place * shards + shard
    assert number >= RESERVED_BELOW
    return number
