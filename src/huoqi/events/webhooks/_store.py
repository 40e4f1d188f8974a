"""The webhooks' only SQL; the log itself is read by the queries of events."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from huoqi.kit.db import Params, Row, Work

TRIES_KEPT = 100
_ENDPOINT = """
    SELECT endpoint_id, url, types, wrapped_key, sealed_secret, sealed_previous, previous_until,
           seen_seq, replayed_upto, failures, rests_until, created_at
    FROM webhook_endpoint WHERE removed_at IS NULL
"""
ADD = """
    INSERT INTO webhook_endpoint (endpoint_id, url, types, wrapped_key, sealed_secret, seen_seq,
                                  created_at)
    VALUES (%(endpoint_id)s, %(url)s, %(types)s, %(wrapped_key)s, %(sealed_secret)s, %(seen_seq)s,
            %(now)s)
"""
ALL = _ENDPOINT + " ORDER BY created_at, endpoint_id"
ONE = _ENDPOINT + " AND endpoint_id = %s"
LOCKED = ONE + " FOR UPDATE"
COUNT = "SELECT count(*) FROM webhook_endpoint WHERE removed_at IS NULL"
REMOVE = "UPDATE webhook_endpoint SET removed_at = %(now)s WHERE endpoint_id = %(endpoint_id)s"
DROP_DUE = "DELETE FROM webhook_due WHERE endpoint_id = %(endpoint_id)s AND seq >= %(from_seq)s"
ROTATE = """
    UPDATE webhook_endpoint SET sealed_previous = sealed_secret, sealed_secret = %(sealed_secret)s,
        previous_until = %(until)s
    WHERE endpoint_id = %(endpoint_id)s
"""
REPLAY = """
    UPDATE webhook_endpoint SET seen_seq = %(from_seq)s - 1, rests_until = NULL, failures = 0,
        replayed_upto = greatest(replayed_upto, seen_seq)
    WHERE endpoint_id = %(endpoint_id)s
"""
LEASE = """
    -- A few endpoints, looked at one by one; nothing is written while nothing happens.
    UPDATE webhook_endpoint AS target SET leased_until = %(until)s
    FROM (
        SELECT endpoint_id FROM webhook_endpoint AS each
        WHERE removed_at IS NULL AND (leased_until IS NULL OR leased_until < %(now)s)
            AND (rests_until IS NULL OR rests_until <= %(now)s)
            AND (seen_seq < (SELECT seq FROM event_head WHERE shard = 0)
                 OR EXISTS (SELECT FROM webhook_due AS due
                            WHERE due.endpoint_id = each.endpoint_id AND due.next_at <= %(now)s))
        FOR UPDATE SKIP LOCKED
    ) AS free
    WHERE target.endpoint_id = free.endpoint_id
    RETURNING target.endpoint_id
"""
FREE = "UPDATE webhook_endpoint SET leased_until = NULL WHERE endpoint_id = %s"
SEEN = "UPDATE webhook_endpoint SET seen_seq = %(seen_seq)s WHERE endpoint_id = %(endpoint_id)s"
WAITING = "SELECT count(*) FROM webhook_due WHERE endpoint_id = %s"
ENQUEUE = """
    INSERT INTO webhook_due (endpoint_id, seq, object_id, why, next_at)
    SELECT %(endpoint_id)s, new.seq, new.object_id, new.why, %(now)s
    FROM unnest(%(seqs)s::bigint[], %(objects)s::text[], %(whys)s::text[])
        AS new (seq, object_id, why)
    ON CONFLICT (endpoint_id, seq)
        DO UPDATE SET why = excluded.why, tries = 0, next_at = excluded.next_at
"""
DUE = """
    -- webhook_due_of_object for what may not be overtaken.
    SELECT seq, object_id, why, tries FROM webhook_due AS due
    WHERE endpoint_id = %(endpoint_id)s AND next_at <= %(now)s AND NOT EXISTS (
        SELECT FROM webhook_due AS earlier
        WHERE earlier.endpoint_id = due.endpoint_id AND earlier.object_id = due.object_id
            AND earlier.seq < due.seq AND earlier.next_at > %(now)s)
    ORDER BY seq LIMIT %(limit)s
"""
ARRIVED = "DELETE FROM webhook_due WHERE endpoint_id = %(endpoint_id)s AND seq = %(seq)s"
LATER = """
    UPDATE webhook_due SET tries = %(attempt)s, next_at = %(next_at)s
    WHERE endpoint_id = %(endpoint_id)s AND seq = %(seq)s
"""
TRIED = """
    WITH counted AS (
        UPDATE webhook_endpoint SET try_count = try_count + 1, failures = %(failures)s,
            rests_until = %(rests_until)s
        WHERE endpoint_id = %(endpoint_id)s RETURNING try_count
    ), trimmed AS (
        DELETE FROM webhook_try USING counted
        WHERE endpoint_id = %(endpoint_id)s AND try_no <= counted.try_count - %(kept)s
    )
    INSERT INTO webhook_try (endpoint_id, try_no, seq, event_id, type, why, attempt, at,
                             duration_ms, status, problem, outcome, next_at)
    SELECT %(endpoint_id)s, try_count, %(seq)s, %(event_id)s, %(type)s, %(why)s, %(attempt)s,
           %(at)s, %(duration_ms)s, %(status)s, %(problem)s, %(outcome)s, %(next_at)s
    FROM counted
"""
TRIES = """
    SELECT try_no, seq, event_id, type, why, attempt, at, duration_ms, status, problem, outcome,
           next_at
    FROM webhook_try WHERE endpoint_id = %(endpoint_id)s ORDER BY try_no DESC LIMIT %(limit)s
"""


def endpoints(work: Work) -> list[Row]:
    """Return all endpoints, oldest first."""
    return work.rows(ALL)


def endpoint(work: Work, endpoint_id: UUID, *, locked: bool = False) -> Row | None:
    """Return one endpoint that was not removed."""
    return work.row(LOCKED if locked else ONE, [endpoint_id])


def count(work: Work) -> int:
    """Return how many endpoints there are."""
    row = work.row(COUNT)
    return int(row[0]) if row else 0


def add(work: Work, parameters: Params) -> None:
    """Write an endpoint."""
    work.run(ADD, parameters)


def remove(work: Work, endpoint_id: UUID, *, now: datetime) -> None:
    """Mark an endpoint as removed and drop what waits for it."""
    work.run(DROP_DUE, {"endpoint_id": endpoint_id, "from_seq": 0})
    work.run(REMOVE, {"endpoint_id": endpoint_id, "now": now})


def rotate(work: Work, parameters: Params) -> None:
    """Write a new secret beside the one in use."""
    work.run(ROTATE, parameters)


def replay(work: Work, endpoint_id: UUID, *, from_seq: int) -> None:
    """Set an endpoint back in the log."""
    parameters = {"endpoint_id": endpoint_id, "from_seq": from_seq}
    work.run(DROP_DUE, parameters)
    work.run(REPLAY, parameters)


def lease(work: Work, *, now: datetime, until: datetime) -> list[UUID]:
    """Return the endpoints that nobody else works on, taken until an instant."""
    return [row[0] for row in work.rows(LEASE, {"now": now, "until": until})]


def free(work: Work, endpoint_id: UUID) -> None:
    """Give an endpoint back."""
    work.run(FREE, [endpoint_id])


def seen(work: Work, endpoint_id: UUID, *, seq: int) -> None:
    """Remember how far in the log an endpoint has been read for."""
    work.run(SEEN, {"endpoint_id": endpoint_id, "seen_seq": seq})


def waiting(work: Work, endpoint_id: UUID) -> int:
    """Return how many messages wait for an endpoint."""
    row = work.row(WAITING, [endpoint_id])
    return int(row[0]) if row else 0


def enqueue(
    work: Work, endpoint_id: UUID, messages: Sequence[tuple[int, str, str]], *, now: datetime
) -> None:
    """Add messages, as number, object and reason, to what waits; what waits already is due now."""
    if not messages:
        return
    seqs, objects, whys = (list(column) for column in zip(*messages, strict=True))
    parameters = {"endpoint_id": endpoint_id, "now": now, "seqs": seqs}
    work.run(ENQUEUE, {**parameters, "objects": objects, "whys": whys})


def due(work: Work, endpoint_id: UUID, *, now: datetime, limit: int) -> list[Row]:
    """Return what may be sent now, by number."""
    return work.rows(DUE, {"endpoint_id": endpoint_id, "now": now, "limit": limit})


def arrived(work: Work, endpoint_id: UUID, *, seq: int) -> None:
    """Let a message wait no more."""
    work.run(ARRIVED, {"endpoint_id": endpoint_id, "seq": seq})


def later(work: Work, parameters: Params) -> None:
    """Write when a message is tried again."""
    work.run(LATER, parameters)


def tried(work: Work, parameters: dict[str, object]) -> None:
    """Write a try, and let the oldest go."""
    work.run(TRIED, {**parameters, "kept": TRIES_KEPT})


def tries(work: Work, endpoint_id: UUID, *, limit: int) -> list[Row]:
    """Return the last tries, newest first."""
    return work.rows(TRIES, {"endpoint_id": endpoint_id, "limit": limit})
