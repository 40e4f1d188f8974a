"""SQL of cash handed from one customer to another; each statement serves a whole batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from huoqi.kit.db import Row, Work
from huoqi.payments.handovers import Arrival, Handover, HandoverKey, HandoverState

_COLUMNS = """
    h.shard, h.handover_id, h.giver_no, h.receiver_shard, h.receiver_no, h.amount_fen, h.state,
    h.created_at, h.order_id, h.fund, h.reason, h.ended_at
"""
ADD = """
    INSERT INTO cash_handover (shard, handover_id, giver_no, receiver_shard, receiver_no,
        amount_fen, state, created_at, next_at, order_id, fund)
    SELECT n.shard, n.handover_id, n.giver_no, n.receiver_shard, n.receiver_no, n.amount_fen,
        'held', %(at)s, %(at)s, n.order_id, n.fund
    FROM unnest(%(shards)s::smallint[], %(ids)s::uuid[], %(givers)s::bigint[],
        %(receiver_shards)s::smallint[], %(receivers)s::bigint[], %(amounts)s::bigint[],
        %(orders)s::uuid[], %(funds)s::text[])
        AS n (shard, handover_id, giver_no, receiver_shard, receiver_no, amount_fen, order_id, fund)
"""
_KEYS = "SELECT * FROM unnest(%(shards)s::smallint[], %(ids)s::uuid[])"
FIND = " ".join((
    "SELECT", _COLUMNS, "FROM cash_handover h WHERE (h.shard, h.handover_id) IN (", _KEYS, ")",
))  # fmt: skip
# Ascending keys: two workers meet in one order.
LOCK_HELD = " ".join((
    "SELECT", _COLUMNS, "FROM cash_handover h WHERE (h.shard, h.handover_id) IN (", _KEYS, ")",
    "AND h.state = 'held' ORDER BY h.shard, h.handover_id FOR UPDATE",
))  # fmt: skip
DUE = " ".join((
    "-- Uses cash_handover_held.\n SELECT", _COLUMNS,
    "FROM cash_handover h WHERE h.state = 'held' AND h.next_at <= %(at)s",
    "ORDER BY h.next_at, h.shard, h.handover_id LIMIT %(limit)s",
))  # fmt: skip
OF_GIVER = " ".join((
    "-- Uses cash_handover_giver; newest first.\n SELECT", _COLUMNS,
    "FROM cash_handover h WHERE h.shard = %(shard)s AND h.giver_no = %(customer)s",
    "ORDER BY h.handover_id DESC LIMIT %(limit)s",
))  # fmt: skip
ARRIVE = """
    INSERT INTO cash_arrival (shard, handover_id, giver_shard, giver_no, receiver_no, amount_fen,
        decided_at, refusal)
    SELECT n.shard, n.handover_id, n.giver_shard, n.giver_no, n.receiver_no, n.amount_fen, %(at)s,
        n.refusal
    FROM unnest(%(shards)s::smallint[], %(ids)s::uuid[], %(giver_shards)s::smallint[],
        %(givers)s::bigint[], %(receivers)s::bigint[], %(amounts)s::bigint[], %(refusals)s::text[])
        AS n (shard, handover_id, giver_shard, giver_no, receiver_no, amount_fen, refusal)
    ON CONFLICT DO NOTHING RETURNING shard, handover_id
"""
REFUSE = """
    -- Only arrivals that this very transaction wrote and the ledger then refused.
    UPDATE cash_arrival a SET refusal = n.refusal
    FROM unnest(%(shards)s::smallint[], %(ids)s::uuid[], %(refusals)s::text[])
        AS n (shard, handover_id, refusal)
    WHERE a.shard = n.shard AND a.handover_id = n.handover_id
"""
_ARRIVAL = """
    SELECT a.shard, a.handover_id, a.giver_shard, a.giver_no, a.receiver_no, a.amount_fen,
        a.refusal, a.decided_at FROM cash_arrival a
"""
ARRIVALS = " ".join((_ARRIVAL, "WHERE (a.shard, a.handover_id) IN (", _KEYS, ")"))
OF_RECEIVER = " ".join((
    _ARRIVAL,
    "WHERE a.shard = %(shard)s AND a.receiver_no = %(customer)s AND a.refusal = ''",
    "ORDER BY a.handover_id DESC LIMIT %(limit)s",
))  # fmt: skip
END = """
    UPDATE cash_handover h SET state = n.state, reason = n.reason, ended_at = %(at)s, next_at = NULL
    FROM unnest(%(shards)s::smallint[], %(ids)s::uuid[], %(states)s::text[], %(reasons)s::text[])
        AS n (shard, handover_id, state, reason)
    WHERE h.shard = n.shard AND h.handover_id = n.handover_id
"""


def add(work: Work, new: Sequence[Handover]) -> None:
    """Write handovers whose cash is set aside."""
    work.run(
        ADD,
        {
            **_keys([h.key for h in new]),
            "at": work.at,
            "givers": [h.giver_no for h in new],
            "receiver_shards": [h.receiver_shard for h in new],
            "receivers": [h.receiver_no for h in new],
            "amounts": [h.amount_fen for h in new],
            "orders": [h.order_id for h in new],
            "funds": [h.fund for h in new],
        },
    )


def find(work: Work, keys: Sequence[HandoverKey]) -> dict[HandoverKey, Handover]:
    """Return the handovers of some keys."""
    return {h.key: h for h in map(_handover, work.rows(FIND, _keys(keys)))} if keys else {}


def lock_held(work: Work, keys: Sequence[HandoverKey]) -> list[Handover]:
    """Return those of some handovers that are still held, locked."""
    return [_handover(row) for row in work.rows(LOCK_HELD, _keys(keys))]


def due(work: Work, *, limit: int) -> list[Handover]:
    """Return handovers whose cash waits to be handed on."""
    return [_handover(row) for row in work.rows(DUE, {"at": work.at, "limit": limit})]


def of_giver(work: Work, *, shard: int, customer_no: int, limit: int) -> list[Handover]:
    """Return what a customer gave, newest first."""
    params = {"shard": shard, "customer": customer_no, "limit": limit}
    return [_handover(row) for row in work.rows(OF_GIVER, params)]


def of_receiver(work: Work, *, shard: int, customer_no: int, limit: int) -> list[Arrival]:
    """Return what a customer received, newest first."""
    params = {"shard": shard, "customer": customer_no, "limit": limit}
    return [Arrival(*row) for row in work.rows(OF_RECEIVER, params)]


def arrive(work: Work, decided: Sequence[tuple[Handover, str]]) -> set[HandoverKey]:
    """Write how handovers end at their receivers; return those that were not decided before."""
    rows = work.rows(
        ARRIVE,
        {
            "at": work.at,
            "shards": [h.receiver_shard for h, _ in decided],
            "ids": [h.handover_id for h, _ in decided],
            "giver_shards": [h.shard for h, _ in decided],
            "givers": [h.giver_no for h, _ in decided],
            "receivers": [h.receiver_no for h, _ in decided],
            "amounts": [h.amount_fen for h, _ in decided],
            "refusals": [refusal for _, refusal in decided],
        },
    )
    return {(row[0], row[1]) for row in rows}


def refuse(work: Work, refused: Sequence[tuple[HandoverKey, str]]) -> None:
    """Turn arrivals of this transaction into refusals."""
    keys = _keys([key for key, _ in refused])
    work.run(REFUSE, {**keys, "refusals": [refusal for _, refusal in refused]})


def arrivals(work: Work, keys: Sequence[HandoverKey]) -> dict[UUID, Arrival]:
    """Return how handovers ended at their receivers, by the receiver's shard and handover."""
    found = [Arrival(*row) for row in work.rows(ARRIVALS, _keys(keys))]
    return {arrival.handover_id: arrival for arrival in found}


def end(work: Work, ended: Sequence[Handover]) -> None:
    """Write how handovers ended."""
    columns = {
        "at": work.at,
        "states": [h.state.value for h in ended],
        "reasons": [h.reason for h in ended],
    }
    work.run(END, {**_keys([h.key for h in ended]), **columns})


def next_at(work: Work) -> datetime | None:
    """Return when the next handover waits to be handed on."""
    row = work.row("SELECT min(next_at) FROM cash_handover WHERE state = 'held'")
    found: datetime | None = row[0] if row else None
    return found


def _keys(keys: Sequence[HandoverKey]) -> dict[str, object]:
    return {"shards": [shard for shard, _ in keys], "ids": [each for _, each in keys]}


def _handover(row: Row) -> Handover:
    return Handover(
        shard=row[0],
        handover_id=row[1],
        giver_no=row[2],
        receiver_shard=row[3],
        receiver_no=row[4],
        amount_fen=row[5],
        state=HandoverState(row[6]),
        created_at=row[7],
        order_id=row[8],
        fund=row[9],
        reason=row[10],
        ended_at=row[11],
    )
