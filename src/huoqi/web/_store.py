"""The only SQL of the entrance: what was answered to money requests."""

from collections.abc import Sequence
from uuid import UUID

from huoqi.kit.db import Row, Work

# Primary-key probes; one statement however many requests there are.
KNOWN = """
    SELECT i.customer_no, i.claim, i.fingerprint, i.object_id, i.status, i.body, i.wait_until
    FROM unnest(%s::smallint[], %s::bigint[], %s::uuid[]) AS asked (shard, customer_no, claim)
    JOIN idempotency i USING (shard, customer_no, claim)
"""

# No ON CONFLICT: a key that another process claimed meanwhile fails the batch, which is run anew
# and then finds it (operations.remember).
REMEMBER = """
    INSERT INTO idempotency (shard, customer_no, claim, fingerprint, object_id, status, body,
                             wait_until, claimed_at)
    SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::uuid[], %s::bytea[], %s::uuid[],
                         %s::smallint[], %s::bytea[], %s::timestamptz[], %s::timestamptz[])
"""

# The first to answer wins; a later one reads what was stored.
FINISH = """
    UPDATE idempotency SET status = %s, body = %s, wait_until = NULL
    WHERE shard = %s AND customer_no = %s AND claim = %s AND status IS NULL
"""

# A customer's claims are few; their primary key begins with the customer.
ANSWERS_ABOUT = """
    SELECT claim, status, body, claimed_at FROM idempotency
    WHERE shard = %s AND customer_no = %s AND object_id = %s ORDER BY claimed_at, claim
"""

READY = "SELECT count(*) FROM schema_migration"


def known(work: Work, *, shards: list[int], customers: list[int], claims: list[UUID]) -> list[Row]:
    """Return what is stored under the claims asked for."""
    return work.rows(KNOWN, (shards, customers, claims))


def remember(work: Work, columns: Sequence[Sequence[object]]) -> None:
    """Store claims with their answers, one list a column."""
    work.run(REMEMBER, [list(column) for column in columns])


def finish(
    work: Work, *, shard: int, customer_no: int, claim: UUID, answer: tuple[int, bytes]
) -> bool:
    """Store the answer of a claim that waited; False when it has one already."""
    return work.run(FINISH, (*answer, shard, customer_no, claim)) == 1


def migrations_applied(work: Work) -> int:
    """Return how many migrations the database has."""
    row = work.row(READY)
    assert row is not None
    count: int = row[0]
    return count


def answers_about(work: Work, *, shard: int, customer_no: int, object_id: UUID) -> list[Row]:
    """Return what a customer was answered about an object, first answer first."""
    return work.rows(ANSWERS_ABOUT, (shard, customer_no, object_id))
