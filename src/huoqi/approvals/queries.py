"""What can be asked of approvals: one by its id, and those in one state, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from huoqi.approvals import _store
from huoqi.kit.db import Row, Work

Value = int | str | bool | None
State = Literal["pending", "approved", "refused", "withdrawn", "stale"]
LIMIT_MAX = 500


@dataclass(frozen=True, slots=True)
class Approval:
    """A proposed change: what, from what to what, by whom, and how it was decided."""

    approval_id: UUID
    kind: str
    object_id: str
    object_version: str
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    amount_fen: int | None
    customer_count: int | None
    evidence: str
    maker: str
    proposed_at: datetime
    state: State
    checker: str
    decided_at: datetime | None
    reason: str


def approval_of(work: Work, approval_id: UUID) -> Approval | None:
    """Return a proposal by its id."""
    row = _store.one(work, approval_id)
    return approval_from(row) if row else None


def approvals_in(
    work: Work, *, state: State = "pending", before: Approval | None = None, limit: int = 50
) -> list[Approval]:
    """Return proposals in a state, newest first, after the last one of the page before."""
    parameters = {
        "state": state,
        "at": before.proposed_at if before else None,
        "approval_id": before.approval_id if before else None,
        "limit": min(limit, LIMIT_MAX),
    }
    return [approval_from(row) for row in _store.newest(work, parameters)]


def approvals_between(work: Work, *, since: datetime, until: datetime) -> list[Approval]:
    """Return proposals made or decided from one instant until another, oldest first."""
    return [approval_from(row) for row in _store.between(work, {"since": since, "until": until})]


def is_approved(work: Work, *, kind: str, object_id: str, version: str) -> bool:
    """Tell whether a second person approved a change of an object as it is now."""
    return _store.has_approved(work, {"kind": kind, "object_id": object_id, "version": version})


def approval_from(row: Row) -> Approval:
    """Return the approval of a stored row."""
    return Approval(*row)
