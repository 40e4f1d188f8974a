"""The event log's only SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from huoqi.kit.db import Params, Row, Work

_OWN_LAST = "events.own_last"
APPEND = """
    -- One statement for all events of a transaction. The head row's lock is held from here to the
    -- commit, so numbers follow the order of commits and a rollback leaves no gap. One JSON text
    -- costs the client a third of what eight arrays do, and the server the same.
    WITH head AS (
        UPDATE event_head SET seq = seq + %(count)s WHERE shard = 0
        RETURNING seq - %(count)s AS base, seq
    ), added AS (
    INSERT INTO event (shard, seq, event_id, type, api_version, created_at, business_time,
                       request_id, idempotency_key, object_id, customer_no, transfer_ids, data)
    SELECT 0, head.base + n.place, n.event_id, n.type, %(api_version)s, clock_timestamp(), %(at)s,
           n.request_id, n.idempotency_key, n.object_id, n.customer_no, n.transfer_ids, n.data
    FROM head,
         ROWS FROM (json_to_recordset(%(events)s::json)
                    AS (event_id uuid, type text, request_id text, idempotency_key text,
                        object_id text, customer_no bigint, transfer_ids uuid[], data jsonb))
         WITH ORDINALITY AS n (event_id, type, request_id, idempotency_key, object_id,
                               customer_no, transfer_ids, data, place)
    )
    SELECT seq FROM head
"""
COLUMNS = """
    SELECT event_id, seq, type, api_version, created_at, business_time, request_id,
           idempotency_key, transfer_ids, object_id, customer_no, data
    FROM event
"""
AFTER = (
    COLUMNS
    + """
    -- Primary key, in order; a filter by type reads on until it has enough.
    WHERE shard = 0 AND seq > %(seq)s AND (%(types)s::text[] IS NULL OR type = ANY (%(types)s))
    ORDER BY seq LIMIT %(limit)s
"""
)
_NEWEST_HEAD = (
    COLUMNS
    + """
    -- Primary key, backwards; a filter looks through the last of them only.
    WHERE shard = 0 AND seq < %(before)s AND seq > %(least)s
"""
)
_NEWEST_FILTERS = {
    "type": " AND (type = %(type)s OR type LIKE %(type)s || '.%%')",
    "object_id": " AND object_id = %(object_id)s",
}
_NEWEST_TAIL = " ORDER BY seq DESC LIMIT %(limit)s"
OF_CUSTOMER = (
    COLUMNS
    + """
    -- event_of_customer, in order.
    WHERE shard = 0 AND customer_no = %(customer_no)s AND seq > %(seq)s
    ORDER BY seq LIMIT %(limit)s
"""
)
NOTICES = (
    COLUMNS
    + """
    -- event_of_customer, backwards from the cursor; nearly all of a customer's events are notices.
    WHERE shard = 0 AND customer_no = %(customer_no)s AND seq < %(before)s
        AND type LIKE ANY (%(patterns)s)
    ORDER BY seq DESC LIMIT %(limit)s
"""
)
ORIGINS = """
    -- event_of_customer: the first event of each object that a request caused. For the few objects
    -- whose later events are worth a trace.
    SELECT DISTINCT ON (asked.object_id) asked.object_id, told.request_id, told.idempotency_key
    FROM unnest(%(customers)s::bigint[], %(objects)s::text[]) AS asked (customer_no, object_id)
    JOIN event AS told ON told.shard = 0 AND told.customer_no = asked.customer_no
        AND told.object_id = asked.object_id AND told.request_id <> ''
    ORDER BY asked.object_id, told.seq
"""
ONE = COLUMNS + "WHERE shard = 0 AND event_id = %(event_id)s"
TRACED = (
    COLUMNS
    + """
    -- event_trace_brin: the block ranges that may hold the text, and what was added since.
    WHERE shard = 0 AND (request_id = %(text)s OR idempotency_key = %(text)s)
    ORDER BY seq LIMIT %(limit)s
"""
)
OF_OBJECTS = (
    COLUMNS
    + """
    -- event_of_customer: a customer's events are few.
    WHERE shard = 0 AND customer_no = %(customer_no)s
        AND (object_id = ANY (%(objects)s) OR data ->> 'intent_id' = ANY (%(objects)s))
    ORDER BY seq LIMIT %(limit)s
"""
)
OF_TRANSFER = (
    COLUMNS
    + """
    -- event_of_customer, once a customer asked for.
    WHERE shard = 0 AND customer_no = ANY (%(customers)s) AND %(transfer_id)s = ANY (transfer_ids)
    ORDER BY seq LIMIT 1
"""
)
_OF_STAFF_HEAD = (
    COLUMNS
    + """
    -- event_of_staff or event_of_actor, backwards from the cursor; event_of_act for rare kinds.
    WHERE shard = 0 AND split_part(data ->> 'actor', ':', 1) IN ('staff', 'program')
        AND business_time >= %(since)s AND business_time < %(until)s
        AND (business_time, seq) < (%(before_at)s, %(before_seq)s)
"""
)
_OF_STAFF_TAIL = " ORDER BY business_time DESC, seq DESC LIMIT %(limit)s"
_STAFF_FILTERS = {
    "actor": " AND data ->> 'actor' = %(actor)s",
    "type": " AND (type = %(type)s OR type LIKE %(type)s || '.%%')",
    "object_id": " AND object_id = %(object_id)s",
}
HEAD = "SELECT seq FROM event_head WHERE shard = 0"
TRANSACTION = """
    -- Business time never goes back along the log, so the search ends near the instant.
    SELECT xmin::text::bigint, business_time FROM event
    WHERE shard = 0 AND business_time <= %s ORDER BY seq DESC LIMIT 1
"""

_TAKE = """
    -- Numbers for so many events; the row's lock is held from here to the commit.
    UPDATE event_head SET seq = seq + %s WHERE shard = 0
    RETURNING seq - %s, seq, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
"""
_COPY = """
    COPY event (shard, seq, event_id, type, api_version, created_at, business_time, request_id,
        idempotency_key, object_id, customer_no, transfer_ids, data) FROM STDIN (FORMAT binary)
"""


def take_numbers(work: Work, *, count: int) -> tuple[int, int]:
    """Return the number before the next ones, which are ours now, and the machine's instant."""
    row = work.row(_TAKE, (count, count))
    assert row is not None, "migration 0021 writes the head row"
    work.buffer(_OWN_LAST)[:] = [row[1]]
    return row[0], row[2]


def copy_rows(work: Work, rows: bytes) -> None:
    """Write events that stand ready in the binary form of COPY."""
    work.copy_in(_COPY, rows)


def append(work: Work, parameters: Params) -> None:
    """Write the events of a transaction."""
    row = work.row(APPEND, parameters)
    assert row is not None, "migration 0021 writes the head row"
    work.buffer(_OWN_LAST)[:] = [row[0]]


def after(work: Work, *, seq: int, limit: int, types: Sequence[str]) -> list[Row]:
    """Return events that follow a number."""
    parameters = {"seq": seq, "limit": limit, "types": list(types) or None}
    return work.rows(AFTER, parameters)


def newest(work: Work, parameters: Mapping[str, object]) -> list[Row]:
    """Return events between two numbers, newest first; absent filters do not filter."""
    named = [text for name, text in _NEWEST_FILTERS.items() if name in parameters]
    return work.rows("".join((_NEWEST_HEAD, *named, _NEWEST_TAIL)), parameters)


def of_customer(work: Work, *, customer_no: int, seq: int, limit: int) -> list[Row]:
    """Return a customer's events that follow a number."""
    return work.rows(OF_CUSTOMER, {"customer_no": customer_no, "seq": seq, "limit": limit})


def notices(
    work: Work, *, customer_no: int, before: int, prefixes: Sequence[str], limit: int
) -> list[Row]:
    """Return a customer's events of some types, newest first, before a number."""
    patterns = [f"{prefix}%" for prefix in prefixes]
    parameters = {"customer_no": customer_no, "before": before, "limit": limit}
    return work.rows(NOTICES, {**parameters, "patterns": patterns})


def origins(work: Work, *, customers: list[int], objects: list[str]) -> list[Row]:
    """Return request id and idempotency key by object."""
    return work.rows(ORIGINS, {"customers": customers, "objects": objects})


def one(work: Work, event_id: object) -> Row | None:
    """Return an event by its id."""
    return work.row(ONE, {"event_id": event_id})


def traced(work: Work, *, text: str, limit: int) -> list[Row]:
    """Return the events of a request, or of an idempotency key."""
    return work.rows(TRACED, {"text": text, "limit": limit})


def of_objects(work: Work, *, customer_no: int, objects: list[str], limit: int) -> list[Row]:
    """Return a customer's events of some objects, oldest first."""
    params = {"customer_no": customer_no, "objects": objects, "limit": limit}
    return work.rows(OF_OBJECTS, params)


def of_transfer(work: Work, transfer_id: object, *, customers: list[int]) -> Row | None:
    """Return the event of some customers that names a ledger transfer."""
    return work.row(OF_TRANSFER, {"customers": customers, "transfer_id": transfer_id})


def of_staff(work: Work, parameters: Mapping[str, object]) -> list[Row]:
    """Return what staff did, newest first; filters that are not in the parameters do not filter."""
    named = [text for name, text in _STAFF_FILTERS.items() if name in parameters]
    work.run("SET LOCAL plan_cache_mode = force_custom_plan")
    return work.rows("".join((_OF_STAFF_HEAD, *named, _OF_STAFF_TAIL)), parameters)


def head(work: Work) -> int:
    """Return the number of the last event; who appended holds the head, so nobody came after."""
    for seq in work.buffer(_OWN_LAST):
        assert isinstance(seq, int)
        return seq
    row = work.row(HEAD)
    assert row is not None, "migration 0021 writes the head row"
    number: int = row[0]
    return number


def transaction_up_to(work: Work, *, at: datetime) -> Row | None:
    """Return the transaction that told the last event up to an instant, and that event's time."""
    return work.row(TRANSACTION, (at,))
