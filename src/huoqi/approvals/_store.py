"""The approvals' only SQL."""

from uuid import UUID

from huoqi.kit.db import Params, Row, Work

COLUMNS = """
    SELECT approval_id, kind, object_id, object_version, before, after, amount_fen,
           customer_count, evidence, maker, proposed_at, state, checker, decided_at, reason
    FROM approval
"""
ADD = """
    -- No row comes back when the same change waits already.
    INSERT INTO approval (approval_id, kind, object_id, object_version, before, after,
                          content_sha256, amount_fen, customer_count, evidence, maker,
                          proposed_at, state)
    VALUES (%(approval_id)s, %(kind)s, %(object_id)s, %(object_version)s, %(before)s, %(after)s,
            %(content_sha256)s, %(amount_fen)s, %(customer_count)s, %(evidence)s, %(maker)s,
            %(at)s, 'pending')
    ON CONFLICT (kind, object_id, content_sha256) WHERE state = 'pending' DO NOTHING
"""
WAITING_TWIN = """
    SELECT approval_id FROM approval
    WHERE kind = %(kind)s AND object_id = %(object_id)s AND content_sha256 = %(content_sha256)s
      AND state = 'pending'
"""
LOCK = COLUMNS + "WHERE approval_id = ANY (%(ids)s) ORDER BY approval_id FOR UPDATE"
DECIDE = """
    UPDATE approval SET state = %(state)s, checker = %(checker)s, decided_at = %(at)s,
                        reason = %(reason)s
    WHERE approval_id = %(approval_id)s
"""
ONE = COLUMNS + "WHERE approval_id = %(approval_id)s"
NEWEST = (
    COLUMNS
    + """
    -- approval_newest, backwards from the cursor.
    WHERE state = %(state)s
      AND (%(at)s::timestamptz IS NULL
           OR (proposed_at, approval_id) < (%(at)s::timestamptz, %(approval_id)s::uuid))
    ORDER BY proposed_at DESC, approval_id DESC LIMIT %(limit)s
"""
)

BETWEEN = (
    COLUMNS
    + """
    -- Reads all proposals, which are few: decisions of staff.
    WHERE (proposed_at >= %(since)s AND proposed_at < %(until)s)
       OR (decided_at >= %(since)s AND decided_at < %(until)s)
    ORDER BY proposed_at, approval_id
"""
)

HAS_APPROVED = """
    SELECT 1 FROM approval WHERE state = 'approved' AND kind = %(kind)s
      AND object_id = %(object_id)s AND object_version = %(version)s LIMIT 1
"""


def add(work: Work, parameters: Params) -> bool:
    """Write a proposal; return whether it is new."""
    return work.run(ADD, parameters) == 1


def waiting_twin(work: Work, parameters: Params) -> UUID:
    """Return the proposal that asks for the same."""
    row = work.row(WAITING_TWIN, parameters)
    assert row is not None, "the insert found it"
    found: UUID = row[0]
    return found


def lock(work: Work, ids: list[UUID]) -> list[Row]:
    """Return proposals, locked in ascending id."""
    return work.rows(LOCK, {"ids": ids})


def decide(work: Work, parameters: Params) -> None:
    """Write a decision."""
    work.run(DECIDE, parameters)


def one(work: Work, approval_id: UUID) -> Row | None:
    """Return a proposal by its id."""
    return work.row(ONE, {"approval_id": approval_id})


def newest(work: Work, parameters: Params) -> list[Row]:
    """Return proposals of one state, newest first."""
    return work.rows(NEWEST, parameters)


def between(work: Work, parameters: Params) -> list[Row]:
    """Return proposals made or decided in a period, oldest first."""
    return work.rows(BETWEEN, parameters)


def has_approved(work: Work, parameters: Params) -> bool:
    """Tell whether a proposal for this version of an object was approved."""
    return work.row(HAS_APPROVED, parameters) is not None
