"""The vault's only SQL: one row of wrapped key a customer."""

from collections.abc import Sequence

from huoqi.kit.db import Row, Work

OPEN_KEYS = """
    INSERT INTO vault_customer_key (shard, customer_no, epoch, wrapped, opened_at)
    SELECT shard, customer_no, 1, wrapped, %(at)s
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(wrapped)s::bytea[])
         AS n (shard, customer_no, wrapped)
    ON CONFLICT (shard, customer_no) DO NOTHING
"""
KEYS = """
    -- Primary key, one probe a customer.
    SELECT k.customer_no, k.epoch, k.wrapped
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[]) AS n (shard, customer_no)
    JOIN vault_customer_key k USING (shard, customer_no)
"""
SOME = """
    SELECT customer_no, epoch, wrapped FROM vault_customer_key
    WHERE wrapped IS NOT NULL ORDER BY shard, customer_no LIMIT %s
"""
SHRED = """
    UPDATE vault_customer_key k SET wrapped = NULL, shredded_at = %(at)s
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[]) AS n (shard, customer_no)
    WHERE k.shard = n.shard AND k.customer_no = n.customer_no AND k.wrapped IS NOT NULL
"""


def open_keys(
    work: Work, *, shards: Sequence[int], customers: Sequence[int], wrapped: Sequence[bytes]
) -> None:
    """Write the wrapped keys of customers who have none."""
    parameters = {
        "shards": list(shards),
        "customers": list(customers),
        "wrapped": list(wrapped),
        "at": work.at,
    }
    work.run(OPEN_KEYS, parameters)


def keys_of(work: Work, *, shards: Sequence[int], customers: Sequence[int]) -> list[Row]:
    """Return (customer_no, epoch, wrapped or None) of those that have a row."""
    return work.rows(KEYS, {"shards": list(shards), "customers": list(customers)})


def some_keys(work: Work, *, limit: int) -> list[Row]:
    """Return (customer_no, epoch, wrapped) of the first few that were not destroyed."""
    return work.rows(SOME, (limit,))


def shred(work: Work, *, shards: Sequence[int], customers: Sequence[int]) -> int:
    """Destroy wrapped keys and return how many there were."""
    parameters = {"shards": list(shards), "customers": list(customers), "at": work.at}
    return work.run(SHRED, parameters)
