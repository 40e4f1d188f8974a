"""Which logical shard a customer lives on; chosen once, at set-up, and never recomputed."""


def shard_of(customer_no: int, *, shards: int) -> int:
    """Return the shard of a customer number.

    >>> shard_of(7, shards=2)
    1
    """
    assert customer_no > 0
    assert shards > 0
    return customer_no % shards
