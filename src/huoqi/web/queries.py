"""What the entrance asks of its own tables."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huoqi.kit.db import Work
from huoqi.web import _store


def migrations_applied(work: Work) -> int:
    """Return how many migrations the database has."""
    return _store.migrations_applied(work)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a money request was answered with; status and body are None while its caller waits."""

    claim: UUID
    status: int | None
    body: bytes | None
    claimed_at: datetime


def answers_about(
    work: Work, object_id: UUID, *, shard: int, customer_no: int
) -> list[StoredAnswer]:
    """Return what a customer's requests about an object were answered with, first answer first."""
    rows = _store.answers_about(work, shard=shard, customer_no=customer_no, object_id=object_id)
    return [StoredAnswer(*row) for row in rows]
