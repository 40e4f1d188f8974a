"""SQL of the last four digits of phones, which are looked up by keyed pseudonym only."""

from huoqi.kit.db import Row, Work

FIND = """
    -- Uses customer_phone_tail: about one customer in ten thousand.
    SELECT shard, customer_no FROM customer
    WHERE phone_tail = %(tail)s ORDER BY shard, customer_no LIMIT %(limit)s
"""
LACKING = """
    -- Uses customer_without_tail.
    SELECT customer_no, sealed_phone FROM customer
    WHERE phone_tail IS NULL AND state <> 'closed'
    ORDER BY shard, customer_no LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
FILL = """
    UPDATE customer c SET phone_tail = n.tail
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(tails)s::bytea[])
        AS n (shard, customer_no, tail)
    WHERE c.shard = n.shard AND c.customer_no = n.customer_no
"""


def find(work: Work, tail: bytes, *, limit: int) -> list[tuple[int, int]]:
    """Return shard and number of the customers whose phone ends so."""
    return [(row[0], row[1]) for row in work.rows(FIND, {"tail": tail, "limit": limit})]


def lacking(work: Work, *, limit: int) -> list[Row]:
    """Return number and sealed phone of customers from before the column, held to be filled."""
    return work.rows(LACKING, {"limit": limit})


def fill(work: Work, *, shards: list[int], customers: list[int], tails: list[bytes]) -> None:
    """Write tails."""
    work.run(FILL, {"shards": shards, "customers": customers, "tails": tails})
