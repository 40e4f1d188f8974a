"""SQL of who was held against which version of a list."""

from collections.abc import Sequence

from huoqi.kit.db import Row, Work

_DUE = """
    -- Two scans in the order of their keys; once a night.
    SELECT c.shard, c.customer_no FROM customer AS c
    LEFT JOIN customer_screened AS s ON s.shard = c.shard AND s.customer_no = c.customer_no
    WHERE c.state <> 'closed' AND s.list_version IS DISTINCT FROM %s
    ORDER BY c.shard, c.customer_no LIMIT %s
"""
_MARK = """
    INSERT INTO customer_screened (shard, customer_no, list_version, screened_at)
    SELECT shard, customer_no, %s, %s
    FROM unnest(%s::smallint[], %s::bigint[]) AS n (shard, customer_no)
    ON CONFLICT (shard, customer_no) DO UPDATE
    SET list_version = EXCLUDED.list_version, screened_at = EXCLUDED.screened_at
"""


def due(work: Work, *, version: str, limit: int) -> list[Row]:
    """Return customers that were not held against a version, by shard and number."""
    return work.rows(_DUE, (version, limit))


def mark(work: Work, owners: Sequence[tuple[int, int]], *, version: str) -> None:
    """Write that customers were held against a version."""
    shards, numbers = [each[0] for each in owners], [each[1] for each in owners]
    work.run(_MARK, (version, work.at, shards, numbers))
