"""SQL for holdings, unit events and overrides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huoqi.kit.db import Row, Work

Key = tuple[int, str, int]  # shard, fund, customer number

_OPEN = """
    INSERT INTO holding (shard, fund, customer_no, opened_on, as_of_on, units_e2)
    SELECT k.shard, k.fund, k.customer_no, %(on)s, %(on)s, 0
    FROM unnest(%(shards)s::smallint[], %(funds)s::text[], %(customers)s::bigint[])
        AS k (shard, fund, customer_no)
    ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING
"""
_SELECT = """
    SELECT h.shard, h.fund, h.customer_no, h.opened_on, h.as_of_on, h.units_e2, h.accrued_e2,
        h.ordered_e2, h.frozen_e2
    FROM holding AS h
    JOIN unnest(%(shards)s::smallint[], %(funds)s::text[], %(customers)s::bigint[])
        AS k (shard, fund, customer_no)
        ON h.shard = k.shard AND h.fund = k.fund AND h.customer_no = k.customer_no
    ORDER BY h.shard, h.fund, h.customer_no
"""
# In key order, so that two batches over the same holdings wait and never block each other.
_LOCK = _SELECT + " FOR UPDATE OF h"
_OF_CUSTOMER = """
    SELECT shard, fund, customer_no, opened_on, as_of_on, units_e2, accrued_e2, ordered_e2,
        frozen_e2
    FROM holding WHERE shard = %s AND customer_no = %s ORDER BY fund
"""
_OF_CUSTOMERS = """
    SELECT h.shard, h.fund, h.customer_no, h.opened_on, h.as_of_on, h.units_e2, h.accrued_e2,
        h.ordered_e2, h.frozen_e2
    FROM holding AS h
    JOIN unnest(%s::smallint[], %s::bigint[]) AS k (shard, customer_no)
        ON h.shard = k.shard AND h.customer_no = k.customer_no
    ORDER BY h.shard, h.fund, h.customer_no
"""
_EVENTS = """
    -- Uses unit_event_holding_idx: only what is not part of the anchor yet.
    SELECT e.shard, e.fund, e.customer_no, e.event_id, e.effective_on, e.delta_e2, e.kind,
        e.order_id, e.income_fen
    FROM unnest(%(shards)s::smallint[], %(funds)s::text[], %(customers)s::bigint[],
        %(since)s::date[]) AS k (shard, fund, customer_no, since_on)
    JOIN unit_event AS e ON e.shard = k.shard AND e.fund = k.fund
        AND e.customer_no = k.customer_no AND e.effective_on >= k.since_on
    ORDER BY e.effective_on, e.event_id
"""
_ADD_EVENTS = """
    INSERT INTO unit_event (shard, fund, customer_no, event_id, effective_on, delta_e2, kind,
        order_id, income_fen)
    SELECT * FROM unnest(%s::smallint[], %s::text[], %s::bigint[], %s::uuid[], %s::date[],
        %s::bigint[], %s::text[], %s::uuid[], %s::bigint[])
    ON CONFLICT DO NOTHING
"""
_MOVE_ORDERED = """
    UPDATE holding AS h SET ordered_e2 = h.ordered_e2 + m.delta_e2
    FROM (SELECT shard, fund, customer_no, sum(delta_e2)::bigint AS delta_e2
          FROM unnest(%s::smallint[], %s::text[], %s::bigint[], %s::bigint[])
              AS u (shard, fund, customer_no, delta_e2)
          GROUP BY shard, fund, customer_no) AS m
    WHERE h.shard = m.shard AND h.fund = m.fund AND h.customer_no = m.customer_no
"""
_MOVE_FROZEN = """
    UPDATE holding SET frozen_e2 = frozen_e2 + %s
    WHERE shard = %s AND fund = %s AND customer_no = %s
"""
_ALL = """
    SELECT shard, customer_no, as_of_on, units_e2, opened_on, accrued_e2 FROM holding
    WHERE fund = %s AND opened_on <= %s ORDER BY customer_no
"""
_ALL_EVENTS = """
    -- Uses unit_event_day_idx; events before a holding's anchor are part of it.
    SELECT e.customer_no, e.effective_on, e.delta_e2, e.income_fen
    FROM unit_event AS e
    JOIN holding AS h ON h.shard = e.shard AND h.fund = e.fund AND h.customer_no = e.customer_no
    WHERE e.fund = %s AND e.effective_on BETWEEN %s AND %s AND e.effective_on >= h.as_of_on
"""
_JOURNAL = """
    -- Uses unit_event_day_idx: every event of a period.
    SELECT customer_no, effective_on, delta_e2, income_fen FROM unit_event
    WHERE fund = %s AND effective_on BETWEEN %s AND %s
"""
_EVENTS_OF_DAY = """
    SELECT shard, fund, customer_no, event_id, effective_on, delta_e2, kind, order_id, income_fen
    FROM unit_event WHERE fund = %s AND effective_on = %s ORDER BY customer_no, event_id
"""
_STALE = """
    -- A job's batch: rows that somebody works on are left for the next batch.
    SELECT shard, fund, customer_no, opened_on, as_of_on, units_e2, accrued_e2, ordered_e2,
        frozen_e2
    FROM holding WHERE fund = %s AND as_of_on < %s
    ORDER BY as_of_on, shard, customer_no LIMIT %s FOR UPDATE SKIP LOCKED
"""
_FOLD = """
    UPDATE holding AS h SET as_of_on = n.as_of_on, units_e2 = n.units_e2,
        accrued_e2 = n.accrued_e2
    FROM unnest(%s::smallint[], %s::text[], %s::bigint[], %s::date[], %s::bigint[], %s::bigint[])
        AS n (shard, fund, customer_no, as_of_on, units_e2, accrued_e2)
    WHERE h.shard = n.shard AND h.fund = n.fund AND h.customer_no = n.customer_no
"""
_OVERRIDES = """
    SELECT o.shard, o.fund, o.customer_no, o.income_on, o.income_fen
    FROM unnest(%(shards)s::smallint[], %(funds)s::text[], %(customers)s::bigint[],
        %(since)s::date[]) AS k (shard, fund, customer_no, since_on)
    JOIN income_override AS o ON o.shard = k.shard AND o.fund = k.fund
        AND o.customer_no = k.customer_no AND o.income_on >= k.since_on
"""
_ALL_OVERRIDES = """
    SELECT customer_no, income_on, income_fen FROM income_override
    WHERE fund = %s AND income_on BETWEEN %s AND %s
"""


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A stored holding: so many units at the start of ``as_of_on``, and what is spoken for."""

    shard: int
    fund: str
    customer_no: int
    opened_on: date
    as_of_on: date
    units_e2: int
    accrued_e2: int
    ordered_e2: int
    frozen_e2: int

    @property
    def key(self) -> Key:
        """Return what finds the holding."""
        return self.shard, self.fund, self.customer_no


@dataclass(frozen=True, slots=True)
class EventRow:
    """Units that come or go on a date; ``event_id`` is derived from what caused them.

    ``income_fen`` is what the register paid of the accrued income with them (monthly carry).
    """

    shard: int
    fund: str
    customer_no: int
    event_id: UUID
    effective_on: date
    delta_e2: int
    kind: str
    order_id: UUID
    income_fen: int = 0

    @property
    def key(self) -> Key:
        """Return the holding that it changes."""
        return self.shard, self.fund, self.customer_no


def _columns(keys: Sequence[Key]) -> dict[str, object]:
    return {
        "shards": [key[0] for key in keys],
        "funds": [key[1] for key in keys],
        "customers": [key[2] for key in keys],
    }


def open_holdings(work: Work, keys: Sequence[Key], *, on: date) -> None:
    """Open holdings that do not exist, empty from a date on."""
    if keys:
        work.run(_OPEN, _columns(sorted(set(keys))) | {"on": on})


def holdings(work: Work, keys: Sequence[Key]) -> dict[Key, HoldingRow]:
    """Return holdings by key; those that do not exist are left out."""
    return _by_key(work.rows(_SELECT, _columns(sorted(set(keys)))))


def lock_holdings(work: Work, keys: Sequence[Key]) -> dict[Key, HoldingRow]:
    """Return holdings by key, held until the commit."""
    return _by_key(work.rows(_LOCK, _columns(sorted(set(keys)))))


def holdings_of(work: Work, *, shard: int, customer_no: int) -> list[HoldingRow]:
    """Return a customer's holdings."""
    return [HoldingRow(*row) for row in work.rows(_OF_CUSTOMER, (shard, customer_no))]


def holdings_of_all(work: Work, owners: Sequence[tuple[int, int]]) -> list[HoldingRow]:
    """Return the holdings of customers, given as shard and number."""
    columns = ([owner[0] for owner in owners], [owner[1] for owner in owners])
    return [HoldingRow(*row) for row in work.rows(_OF_CUSTOMERS, columns)]


def _by_key(rows: Sequence[Row]) -> dict[Key, HoldingRow]:
    found = [HoldingRow(*row) for row in rows]
    return {holding.key: holding for holding in found}


def events_since(work: Work, since: dict[Key, date]) -> dict[Key, list[EventRow]]:
    """Return each holding's events from a date on, oldest first."""
    found: dict[Key, list[EventRow]] = {key: [] for key in since}
    if since:
        for row in work.rows(_EVENTS, _columns(list(since)) | {"since": list(since.values())}):
            event = EventRow(*row)
            found[event.key].append(event)
    return found


def overrides_since(work: Work, since: dict[Key, date]) -> dict[Key, dict[date, int]]:
    """Return each holding's accepted figures from a date on."""
    found: dict[Key, dict[date, int]] = {key: {} for key in since}
    if since:
        for row in work.rows(_OVERRIDES, _columns(list(since)) | {"since": list(since.values())}):
            found[row[0], row[1], row[2]][row[3]] = row[4]
    return found


def add_events(work: Work, events: Sequence[EventRow]) -> None:
    """Write unit events; one that is there already stays as it is."""
    if events:
        work.run(
            _ADD_EVENTS,
            (
                [event.shard for event in events],
                [event.fund for event in events],
                [event.customer_no for event in events],
                [event.event_id for event in events],
                [event.effective_on for event in events],
                [event.delta_e2 for event in events],
                [event.kind for event in events],
                [event.order_id for event in events],
                [event.income_fen for event in events],
            ),
        )


def move_ordered(work: Work, moves: Sequence[tuple[Key, int]]) -> None:
    """Put units under order, or free them with a negative figure."""
    moves = [move for move in moves if move[1]]
    if moves:
        columns = _columns([key for key, _ in moves])
        work.run(_MOVE_ORDERED, (*columns.values(), [delta for _, delta in moves]))


def move_frozen(work: Work, key: Key, *, by_e2: int) -> None:
    """Freeze units, or free them with a negative figure."""
    work.run(_MOVE_FROZEN, (by_e2, *key))


def anchors(work: Work, *, fund: str, until: date) -> list[Row]:
    """Return the holdings opened by a date.

    Shard, customer, anchor date, units at its start, opening date, income accrued by then.
    """
    return work.rows(_ALL, (fund, until))


def events_between(work: Work, *, fund: str, first_on: date, last_on: date) -> list[Row]:
    """Return customer, date, change, income paid of every event that no anchor has in it."""
    return work.rows(_ALL_EVENTS, (fund, first_on, last_on))


def journal_between(work: Work, *, fund: str, first_on: date, last_on: date) -> list[Row]:
    """Return customer, date, change and income paid of every event of a period."""
    return work.rows(_JOURNAL, (fund, first_on, last_on))


def events_of_day(work: Work, *, fund: str, on: date) -> list[EventRow]:
    """Return the events that take effect on a date, in customer order."""
    return [EventRow(*row) for row in work.rows(_EVENTS_OF_DAY, (fund, on))]


def overrides_between(work: Work, *, fund: str, first_on: date, last_on: date) -> list[Row]:
    """Return customer, date and accepted income of a period."""
    return work.rows(_ALL_OVERRIDES, (fund, first_on, last_on))


def stale(work: Work, *, fund: str, before: date, limit: int) -> list[HoldingRow]:
    """Return some holdings anchored before a date, oldest first, held until the commit."""
    return [HoldingRow(*row) for row in work.rows(_STALE, (fund, before, limit))]


def fold(work: Work, anchored: Sequence[tuple[Key, date, int, int]]) -> None:
    """Move anchors to a later date with the units and the accrued income at its start."""
    if anchored:
        columns = _columns([row[0] for row in anchored])
        figures = [[row[place] for row in anchored] for place in (1, 2, 3)]
        work.run(_FOLD, (*columns.values(), *figures))
