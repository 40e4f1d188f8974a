"""SQL of cards; each statement serves a whole batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from huoqi.kit.db import Row, Work
from huoqi.payments.cards import Card, CardKey, CardState

_COLUMNS = """
    c.shard, c.card_id, c.customer_no, c.bank, c.last_four, c.state, c.is_default, c.blocked,
    c.reason, c.wrong_codes, c.queries, c.next_at, c.requested_at, c.bound_at, c.ended_at
"""

ATTEMPTS = """
    -- Every attempt that reached a bank that day, by customer, by number and by device.
    SELECT n.place,
        (SELECT count(*) FROM card c WHERE c.shard = n.shard AND c.customer_no = n.customer_no
            AND c.requested_on = %(on)s),
        (SELECT count(*) FROM card c WHERE c.shard = n.shard AND c.number_key = n.number_key
            AND c.requested_on = %(on)s),
        (SELECT count(*) FROM card c WHERE c.shard = n.shard AND c.device_key = n.device_key
            AND c.requested_on = %(on)s),
        (SELECT c.card_id FROM card c WHERE c.shard = n.shard AND c.customer_no = n.customer_no
            AND c.number_key = n.number_key
            AND c.state IN ('CHECKING', 'SMS_SENT', 'UNKNOWN', 'BOUND'))
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(numbers)s::bytea[],
        %(devices)s::bytea[])
        WITH ORDINALITY AS n (shard, customer_no, number_key, device_key, place)
    ORDER BY n.place
"""

INSERT = """
    INSERT INTO card (shard, card_id, customer_no, bank, last_four, state, next_at, requested_at,
        requested_on, number_key, device_key, sealed_number, sealed_mobile)
    SELECT n.shard, n.card_id, n.customer_no, n.bank, n.last_four, 'CHECKING', %(next_at)s,
        %(at)s, %(on)s, n.number_key, n.device_key, n.sealed_number, n.sealed_mobile
    FROM unnest(%(shards)s::smallint[], %(cards)s::uuid[], %(customers)s::bigint[],
        %(banks)s::text[], %(tails)s::text[], %(numbers)s::bytea[], %(devices)s::bytea[],
        %(sealed_numbers)s::bytea[], %(sealed_mobiles)s::bytea[])
        AS n (shard, card_id, customer_no, bank, last_four, number_key, device_key,
            sealed_number, sealed_mobile)
    ON CONFLICT DO NOTHING
    RETURNING shard, card_id
"""


def _select(rest: str) -> str:
    return " ".join(("SELECT", _COLUMNS, rest))


_OF_KEYS = _select(
    """
    FROM card c WHERE (c.shard, c.card_id) IN (
        SELECT * FROM unnest(%(shards)s::smallint[], %(cards)s::uuid[])
    )
"""
)
FIND = _OF_KEYS
LOCK = _OF_KEYS + " ORDER BY c.shard, c.card_id FOR UPDATE"

OF_CUSTOMER = _select(
    """
    -- Uses card_customer.
    FROM card c WHERE c.shard = %(shard)s AND c.customer_no = %(customer)s
    ORDER BY c.requested_at, c.card_id
"""
)
CLAIM_DUE = _select(
    """
    -- Uses card_due.
    FROM card c WHERE c.next_at <= %(at)s
    ORDER BY c.next_at, c.shard, c.card_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
)

SAVE = """
    UPDATE card c SET state = n.state, is_default = n.is_default, blocked = n.blocked,
        reason = n.reason, wrong_codes = n.wrong_codes, queries = n.queries, next_at = n.next_at,
        bound_at = n.bound_at, ended_at = n.ended_at
    FROM unnest(%(shards)s::smallint[], %(cards)s::uuid[], %(states)s::text[],
        %(defaults)s::boolean[], %(blockeds)s::boolean[], %(reasons)s::text[],
        %(wrongs)s::smallint[], %(queries)s::smallint[], %(nexts)s::timestamptz[],
        %(bounds)s::timestamptz[], %(endeds)s::timestamptz[])
        AS n (shard, card_id, state, is_default, blocked, reason, wrong_codes, queries, next_at,
            bound_at, ended_at)
    WHERE c.shard = n.shard AND c.card_id = n.card_id
"""

BLOCK = """
    UPDATE card SET blocked = true WHERE NOT blocked AND (shard, card_id) IN (
        SELECT * FROM unnest(%(shards)s::smallint[], %(cards)s::uuid[])
    )
"""

DROP_DEFAULTS = """
    -- Before another is set: the index allows one default a customer at any moment.
    UPDATE card c SET is_default = false
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[]) AS n (shard, customer_no)
    WHERE c.shard = n.shard AND c.customer_no = n.customer_no AND c.is_default
"""

DEFAULTS = """
    SELECT c.shard, c.customer_no FROM card c
    JOIN unnest(%(shards)s::smallint[], %(customers)s::bigint[]) AS n (shard, customer_no)
        ON c.shard = n.shard AND c.customer_no = n.customer_no
    WHERE c.is_default
"""

IN_FLIGHT = """
    -- Uses money_order_customer; a customer has few orders that are open.
    SELECT DISTINCT ON (o.shard, o.card_id) o.shard, o.card_id, o.order_id FROM money_order o
    JOIN unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(cards)s::uuid[])
        AS n (shard, customer_no, card_id)
        ON o.shard = n.shard AND o.customer_no = n.customer_no AND o.card_id = n.card_id
    WHERE o.state IN ('CREATED', 'RESERVED', 'SENT', 'UNKNOWN', 'DISPUTED')
    ORDER BY o.shard, o.card_id, o.order_id
"""


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card about to be checked, with its secrets sealed."""

    shard: int
    card_id: UUID
    customer_no: int
    bank: str
    last_four: str
    number_key: bytes = field(repr=False)
    device_key: bytes | None = field(repr=False)
    sealed_number: bytes = field(repr=False)
    sealed_mobile: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often a card was tried on a day, and whether the customer has it already."""

    by_customer: int
    by_number: int
    by_device: int
    live_card: UUID | None


def attempts(
    work: Work,
    wanted: Sequence[tuple[int, int, bytes, bytes | None]],
    *,
    on: date,
) -> list[Attempts]:
    """Return the day's attempts for each (shard, customer, number key, device key)."""
    params = {
        "on": on,
        "shards": [item[0] for item in wanted],
        "customers": [item[1] for item in wanted],
        "numbers": [item[2] for item in wanted],
        "devices": [item[3] for item in wanted],
    }
    return [Attempts(*row[1:]) for row in work.rows(ATTEMPTS, params)]


def insert(work: Work, new: Sequence[NewCard], *, on: date, next_at: datetime) -> set[CardKey]:
    """Write cards that are being checked and return the keys of those not beaten by another."""
    if not new:
        return set()
    params = {
        "at": work.at,
        "on": on,
        "next_at": next_at,
        "shards": [n.shard for n in new],
        "cards": [n.card_id for n in new],
        "customers": [n.customer_no for n in new],
        "banks": [n.bank for n in new],
        "tails": [n.last_four for n in new],
        "numbers": [n.number_key for n in new],
        "devices": [n.device_key for n in new],
        "sealed_numbers": [n.sealed_number for n in new],
        "sealed_mobiles": [n.sealed_mobile for n in new],
    }
    return {(row[0], row[1]) for row in work.rows(INSERT, params)}


def find(work: Work, keys: Sequence[CardKey]) -> dict[CardKey, Card]:
    """Return the cards of some keys."""
    return _by_key(work.rows(FIND, _keys(keys))) if keys else {}


def lock(work: Work, keys: Sequence[CardKey]) -> dict[CardKey, Card]:
    """Return the cards of some keys, locked: no order can be placed on them meanwhile."""
    return _by_key(work.rows(LOCK, _keys(keys))) if keys else {}


def of_customer(work: Work, *, shard: int, customer_no: int) -> list[Card]:
    """Return every card a customer ever asked to bind, oldest first."""
    rows = work.rows(OF_CUSTOMER, {"shard": shard, "customer": customer_no})
    return [_card(row) for row in rows]


def claim_due(work: Work, *, limit: int) -> list[Card]:
    """Return cards whose check or code waits too long, locked; other workers pass them by."""
    return [_card(row) for row in work.rows(CLAIM_DUE, {"at": work.at, "limit": limit})]


def save(work: Work, changed: Sequence[Card]) -> None:
    """Write what may change of cards that are locked."""
    if not changed:
        return
    params = {
        **_keys([c.key for c in changed]),
        "states": [str(c.state) for c in changed],
        "defaults": [c.is_default for c in changed],
        "blockeds": [c.blocked for c in changed],
        "reasons": [c.reason for c in changed],
        "wrongs": [c.wrong_codes for c in changed],
        "queries": [c.queries for c in changed],
        "nexts": [c.next_at for c in changed],
        "bounds": [c.bound_at for c in changed],
        "endeds": [c.ended_at for c in changed],
    }
    work.run(SAVE, params)


def block(work: Work, keys: Sequence[CardKey]) -> None:
    """Mark cards that their bank reported lost."""
    if keys:
        work.run(BLOCK, _keys(keys))


def drop_defaults(work: Work, customers: Sequence[tuple[int, int]]) -> None:
    """Leave some customers, by (shard, customer), without a default card for the moment."""
    if customers:
        work.run(DROP_DEFAULTS, _customers(customers))


def with_default(work: Work, customers: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return which of some customers have a default card."""
    return {(row[0], row[1]) for row in work.rows(DEFAULTS, _customers(customers))}


def in_flight(work: Work, cards: Sequence[Card]) -> dict[CardKey, UUID]:
    """Return, for cards with an order that may still move, the oldest such order."""
    params = {
        **_keys([c.key for c in cards]),
        "customers": [c.customer_no for c in cards],
    }
    return {(row[0], row[1]): row[2] for row in work.rows(IN_FLIGHT, params)}


def _keys(keys: Sequence[CardKey]) -> dict[str, object]:
    return {"shards": [shard for shard, _ in keys], "cards": [card for _, card in keys]}


def _customers(customers: Sequence[tuple[int, int]]) -> dict[str, object]:
    unique = sorted(set(customers))
    return {"shards": [shard for shard, _ in unique], "customers": [no for _, no in unique]}


def _by_key(rows: Sequence[Row]) -> dict[CardKey, Card]:
    return {card.key: card for card in map(_card, rows)}


def _card(row: Row) -> Card:
    return Card(
        shard=row[0],
        card_id=row[1],
        customer_no=row[2],
        bank=row[3],
        last_four=row[4],
        state=CardState(row[5]),
        is_default=row[6],
        blocked=row[7],
        reason=row[8],
        wrong_codes=row[9],
        queries=row[10],
        next_at=row[11],
        requested_at=row[12],
        bound_at=row[13],
        ended_at=row[14],
    )
