"""The claims of idempotency keys: recalled before an operation, remembered with its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.web import _store

Scope = tuple[int, int, UUID]  # shard, customer_no, claim


@dataclass(frozen=True, slots=True)
class Answered:
    """What a key was answered with; ``status`` is None while its caller waits for the bank."""

    fingerprint: bytes
    object_id: UUID
    status: int | None
    body: bytes | None
    wait_until: datetime | None

    def still_waiting(self) -> bool:
        """Return whether the first caller may still be waiting, by machine time."""
        return self.wait_until is not None and machine_now() < self.wait_until


def recall(work: Work, scopes: Sequence[Scope]) -> Mapping[Scope, Answered]:
    """Return what is known of the scopes; unknown ones are absent."""
    if not scopes:
        return {}
    shard_of = {customer_no: shard for shard, customer_no, _ in scopes}
    rows = _store.known(
        work,
        shards=[scope[0] for scope in scopes],
        customers=[scope[1] for scope in scopes],
        claims=[scope[2] for scope in scopes],
    )
    return {
        (shard_of[row[0]], row[0], row[1]): Answered(row[2], row[3], row[4], row[5], row[6])
        for row in rows
    }


def remember(work: Work, claims: Sequence[tuple[Scope, Answered]]) -> None:
    """Store new claims; raises psycopg's UniqueViolation if another process was faster."""
    if not claims:
        return
    now = machine_now()
    # Ascending scope: two processes with crossing batches meet in one order.
    ordered = sorted(claims, key=lambda claim: claim[0])
    rows = [
        (*scope, it.fingerprint, it.object_id, it.status, it.body, it.wait_until, now)
        for scope, it in ordered
    ]
    _store.remember(work, list(zip(*rows, strict=True)))


def finish(work: Work, scope: Scope, *, status: int, body: bytes) -> tuple[int, bytes]:
    """Store the answer of a claim that waited; return what stands: ours, or the earlier one."""
    shard, customer_no, claim = scope
    answer = (status, body)
    if _store.finish(work, shard=shard, customer_no=customer_no, claim=claim, answer=answer):
        return answer
    stored = recall(work, [scope])[scope]
    assert stored.status is not None
    assert stored.body is not None
    return stored.status, stored.body
