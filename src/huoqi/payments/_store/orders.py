"""SQL of money orders and their evidence; each statement serves a whole batch."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from huoqi.kit.db import Row, Work
from huoqi.payments.orders import Evidence, MoneyOrder, OrderKey, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import Case, State

# One index probe each for the card, the order itself, a live attempt and an open case. The key
# share keeps a card from being unbound before this transaction's order is there to be seen.
_ASKED = """
    WITH asked AS (
        SELECT * FROM unnest(
            %(shards)s::smallint[], %(orders)s::uuid[], %(intents)s::uuid[], %(cards)s::uuid[]
        ) WITH ORDINALITY AS a (shard, order_id, intent_id, card_id, place)
    ), face AS MATERIALIZED (
        SELECT c.shard, c.card_id, c.customer_no, c.bank, c.state, c.blocked
        FROM card c WHERE (c.shard, c.card_id) IN (SELECT shard, card_id FROM asked)
        FOR KEY SHARE OF c
    )
"""
CONTEXT = " ".join((
    _ASKED,
    """
    SELECT face.customer_no, face.bank, face.state, face.blocked, o.order_id, live.order_id,
        dead.order_id
    FROM asked a
    LEFT JOIN face ON face.shard = a.shard AND face.card_id = a.card_id
    LEFT JOIN money_order o ON o.shard = a.shard AND o.order_id = a.order_id
    LEFT JOIN money_order live ON live.shard = a.shard AND live.intent_id = a.intent_id
        AND live.state NOT IN ('REJECTED', 'CANCELLED')
    LEFT JOIN LATERAL (
        SELECT d.order_id FROM money_order d
        WHERE d.shard = a.shard AND d.intent_id = a.intent_id AND d.cases <> '{}' LIMIT 1
    ) dead ON true
    ORDER BY a.place
""",
))
# Of new orders only the card is asked for.
CONTEXT_OF_NEW = " ".join((
    _ASKED,
    """
    SELECT face.customer_no, face.bank, face.state, face.blocked, NULL, NULL, NULL
    FROM asked a LEFT JOIN face ON face.shard = a.shard AND face.card_id = a.card_id
    ORDER BY a.place
""",
))

INSERT = """
    INSERT INTO money_order (shard, order_id, customer_no, intent_id, attempt, direction, purpose,
        amount_fen, card_id, bank, channel, state, limit_on, created_at, next_at,
        original_order_id, route)
    SELECT n.shard, n.order_id, n.customer_no, n.intent_id, n.attempt, n.direction, n.purpose,
        n.amount_fen, n.card_id, n.bank, n.channel, 'RESERVED', %(on)s, %(at)s, n.next_at,
        n.original_order_id, n.route::jsonb
    FROM unnest(%(shards)s::smallint[], %(orders)s::uuid[], %(customers)s::bigint[],
        %(intents)s::uuid[], %(attempts)s::smallint[], %(directions)s::text[],
        %(purposes)s::text[], %(amounts)s::bigint[], %(cards)s::uuid[], %(banks)s::text[],
        %(channels)s::text[], %(nexts)s::timestamptz[], %(originals)s::uuid[], %(routes)s::text[])
        AS n (shard, order_id, customer_no, intent_id, attempt, direction, purpose, amount_fen,
            card_id, bank, channel, next_at, original_order_id, route)
    ON CONFLICT DO NOTHING
    RETURNING shard, order_id
"""

_COLUMNS = """
    o.shard, o.order_id, o.customer_no, o.intent_id, o.attempt, o.direction, o.purpose,
    o.amount_fen, o.card_id, o.bank, o.channel, o.state, o.cases, o.returned, o.reason, o.queries,
    o.limit_on, o.created_at, o.bank_ref, o.sent_at, o.decided_at, o.next_at, o.original_order_id
"""


def _select(rest: str) -> str:
    return " ".join(("SELECT", _COLUMNS, rest))


_OF_KEYS = _select(
    """
    FROM money_order o
    WHERE (o.shard, o.order_id) IN (
        SELECT * FROM unnest(%(shards)s::smallint[], %(orders)s::uuid[])
    )
"""
)
FIND = _OF_KEYS
# Ascending keys: two batches that share orders must lock them in one order.
LOCK = _OF_KEYS + " ORDER BY o.shard, o.order_id FOR UPDATE"

CLAIM_TO_SEND = _select(
    """
    -- Uses money_order_to_send; at most :limit rows, locked until they are SENT.
    -- While payouts are stopped they stay where they are.
    FROM money_order o WHERE o.state = 'RESERVED' AND o.next_at <= %(at)s
        AND (o.direction = 'COLLECT' OR NOT EXISTS (SELECT FROM payout_stop))
    ORDER BY o.next_at, o.shard, o.order_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
)
CLAIM_TO_QUERY = _select(
    """
    -- Uses money_order_to_query.
    FROM money_order o WHERE o.state IN ('SENT', 'UNKNOWN') AND o.next_at <= %(at)s
    ORDER BY o.next_at, o.shard, o.order_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
)
OF_CUSTOMER = _select(
    """
    -- Uses money_order_customer; newest first.
    FROM money_order o WHERE o.shard = %(shard)s AND o.customer_no = %(customer)s
        AND (%(before)s::uuid IS NULL OR o.order_id < %(before)s)
    ORDER BY o.order_id DESC LIMIT %(limit)s
"""
)
OF_REFERENCES = _select(
    """
    -- A reference holds the order's id but not its shard: one probe a shard.
    FROM money_order o WHERE o.order_id = ANY(%(orders)s) AND o.shard = ANY(%(shards)s::smallint[])
"""
)

OF_INTENTS = _select(
    """
    -- Uses money_order_customer: every try, refused ones too; a customer's orders are few.
    FROM money_order o WHERE o.shard = %(shard)s AND o.customer_no = %(customer)s
        AND o.intent_id = ANY (%(intents)s)
    ORDER BY o.order_id
"""
)
UNPROVEN = """
    -- Uses money_order_to_query and money_order_open_case.
    SELECT shard, intent_id FROM money_order WHERE state = 'UNKNOWN' AND direction = 'COLLECT'
    UNION
    SELECT shard, intent_id FROM money_order
    WHERE cases <> '{}' AND state = 'DISPUTED' AND direction = 'COLLECT'
    ORDER BY 2 DESC LIMIT %(limit)s
"""

SAVE = """
    UPDATE money_order o SET state = n.state, cases = string_to_array(n.cases, ','),
        returned = n.returned, reason = n.reason, queries = n.queries, bank_ref = n.bank_ref,
        sent_at = n.sent_at, decided_at = n.decided_at, next_at = n.next_at
    FROM unnest(%(shards)s::smallint[], %(orders)s::uuid[], %(states)s::text[], %(cases)s::text[],
        %(returneds)s::boolean[], %(reasons)s::text[], %(queries)s::smallint[], %(refs)s::text[],
        %(sents)s::timestamptz[], %(decideds)s::timestamptz[], %(nexts)s::timestamptz[])
        AS n (shard, order_id, state, cases, returned, reason, queries, bank_ref, sent_at,
            decided_at, next_at)
    WHERE o.shard = n.shard AND o.order_id = n.order_id
"""

FORGET = """
    -- Only rows that this very transaction wrote: nobody has seen them.
    DELETE FROM money_order o
    WHERE (o.shard, o.order_id) IN (
        SELECT * FROM unnest(%(shards)s::smallint[], %(orders)s::uuid[])
    )
"""

ADD_EVIDENCE = """
    INSERT INTO payment_evidence (shard, order_id, evidence_id, source, event, code, amount_fen,
        received_at)
    SELECT n.shard, n.order_id, n.evidence_id, n.source, n.event, n.code, n.amount_fen, %(at)s
    FROM unnest(%(shards)s::smallint[], %(orders)s::uuid[], %(ids)s::text[], %(sources)s::text[],
        %(events)s::text[], %(codes)s::text[], %(amounts)s::bigint[])
        AS n (shard, order_id, evidence_id, source, event, code, amount_fen)
    ON CONFLICT DO NOTHING
    RETURNING shard, order_id, evidence_id
"""

REFUNDED = """
    -- The row lock of the collection holds back other refunds of it.
    SELECT o.shard, o.order_id, coalesce((
        SELECT sum(r.amount_fen)::bigint FROM money_order r
        WHERE r.shard = o.shard AND r.original_order_id = o.order_id
            AND r.state NOT IN ('REJECTED', 'CANCELLED')
    ), 0)
    FROM money_order o WHERE (o.shard, o.order_id) IN (
        SELECT * FROM unnest(%(shards)s::smallint[], %(orders)s::uuid[])
    )
"""

EVIDENCE_OF = """
    SELECT evidence_id, source, event, code, amount_fen, received_at FROM payment_evidence
    WHERE shard = %(shard)s AND order_id = %(order)s ORDER BY received_at, evidence_id
"""


# A look-up costs a fifth of calling the type, and every order is read three times.
_DIRECTIONS = {direction.value: direction for direction in Direction}
_STATES = {state.value: state for state in State}
_NO_CASES: frozenset[Case] = frozenset()


def context_of(work: Work, requests: Sequence[OrderRequest]) -> list[Row]:
    """Return, request by request, the card's facts and the orders that stand in its way."""
    return work.rows(
        CONTEXT_OF_NEW if all(r.is_new for r in requests) else CONTEXT,
        {
            "shards": [r.shard for r in requests],
            "orders": [r.order_id for r in requests],
            "intents": [r.intent_id for r in requests],
            "cards": [r.card_id for r in requests],
        },
    )


def insert(
    work: Work, orders: Sequence[MoneyOrder], *, routes: Mapping[OrderKey, str]
) -> set[OrderKey]:
    """Write reserved orders and return the keys of those that no other order stood against.

    ``routes`` has what was known where there was a choice of channels.
    """
    if not orders:
        return set()
    rows = work.rows(
        INSERT,
        {
            "on": orders[0].limit_on,
            "at": orders[0].created_at,
            "shards": [o.shard for o in orders],
            "orders": [o.order_id for o in orders],
            "customers": [o.customer_no for o in orders],
            "intents": [o.intent_id for o in orders],
            "attempts": [o.attempt for o in orders],
            "directions": [str(o.direction) for o in orders],
            "purposes": [o.purpose for o in orders],
            "amounts": [o.amount_fen for o in orders],
            "cards": [o.card_id for o in orders],
            "banks": [o.bank for o in orders],
            "channels": [o.channel for o in orders],
            "nexts": [o.next_at for o in orders],
            "originals": [o.original_order_id for o in orders],
            "routes": [routes.get(o.key) for o in orders],
        },
    )
    return {(row[0], row[1]) for row in rows}


def find(work: Work, keys: Sequence[OrderKey]) -> dict[OrderKey, MoneyOrder]:
    """Return the orders of some keys."""
    return _by_key(work.rows(FIND, _keys(keys))) if keys else {}


def lock(work: Work, keys: Sequence[OrderKey]) -> dict[OrderKey, MoneyOrder]:
    """Return the orders of some keys, locked until the transaction ends."""
    return _by_key(work.rows(LOCK, _keys(keys))) if keys else {}


def claim_to_send(work: Work, *, limit: int) -> list[MoneyOrder]:
    """Return reserved orders whose time has come, locked; other workers pass them by."""
    return [_order(row) for row in work.rows(CLAIM_TO_SEND, {"at": work.at, "limit": limit})]


def claim_to_query(work: Work, *, limit: int) -> list[MoneyOrder]:
    """Return sent orders that wait for an answer too long, locked; other workers pass them by."""
    return [_order(row) for row in work.rows(CLAIM_TO_QUERY, {"at": work.at, "limit": limit})]


def of_customer(
    work: Work, *, shard: int, customer_no: int, before: UUID | None, limit: int
) -> list[MoneyOrder]:
    """Return a customer's orders, newest first."""
    params = {"shard": shard, "customer": customer_no, "before": before, "limit": limit}
    return [_order(row) for row in work.rows(OF_CUSTOMER, params)]


def of_order_ids(
    work: Work, order_ids: Sequence[UUID], *, shards: Sequence[int]
) -> dict[UUID, MoneyOrder]:
    """Return orders by id alone, whichever of some shards they live on."""
    rows = work.rows(OF_REFERENCES, {"orders": list(order_ids), "shards": list(shards)})
    return {order.order_id: order for order in map(_order, rows)}


def of_intents(
    work: Work, intents: Sequence[UUID], *, shard: int, customer_no: int
) -> list[MoneyOrder]:
    """Return every try of some of a customer's intents, oldest first."""
    params = {"shard": shard, "customer": customer_no, "intents": list(intents)}
    return [_order(row) for row in work.rows(OF_INTENTS, params)]


def unproven(work: Work, *, limit: int) -> list[OrderKey]:
    """Return shard and intent of collections whose outcome nobody knows for certain."""
    return [(row[0], row[1]) for row in work.rows(UNPROVEN, {"limit": limit})]


def save(work: Work, orders: Sequence[MoneyOrder]) -> None:
    """Write what may change of orders that are locked."""
    if not orders:
        return
    work.run(
        SAVE,
        {
            **_keys([o.key for o in orders]),
            "states": [str(o.state) for o in orders],
            "cases": [",".join(sorted(o.cases)) for o in orders],
            "returneds": [o.returned for o in orders],
            "reasons": [o.reason for o in orders],
            "queries": [o.queries for o in orders],
            "refs": [o.bank_ref for o in orders],
            "sents": [o.sent_at for o in orders],
            "decideds": [o.decided_at for o in orders],
            "nexts": [o.next_at for o in orders],
        },
    )


def forget(work: Work, keys: Sequence[OrderKey]) -> None:
    """Take back orders that this transaction wrote and then could not reserve."""
    if keys:
        work.run(FORGET, _keys(keys))


def add_evidence(work: Work, batch: Sequence[Evidence]) -> set[tuple[int, UUID, str]]:
    """Append evidence and return the keys of what was not known before."""
    if not batch:
        return set()
    rows = work.rows(
        ADD_EVIDENCE,
        {
            **_keys([e.key for e in batch]),
            "at": work.at,
            "ids": [e.evidence_id for e in batch],
            "sources": [e.source for e in batch],
            "events": [str(e.event) for e in batch],
            "codes": [e.code for e in batch],
            "amounts": [e.amount_fen for e in batch],
        },
    )
    return {(row[0], row[1], row[2]) for row in rows}


def evidence_of(work: Work, key: OrderKey) -> list[Row]:
    """Return an order's evidence as it came in."""
    return work.rows(EVIDENCE_OF, {"shard": key[0], "order": key[1]})


def refunded_fen(work: Work, keys: Sequence[OrderKey]) -> dict[OrderKey, int]:
    """Return what was given back of each collection, refunds under way included."""
    return {(row[0], row[1]): row[2] for row in work.rows(REFUNDED, _keys(keys))}


def _keys(keys: Sequence[OrderKey]) -> dict[str, object]:
    return {
        "shards": [shard for shard, _ in keys],
        "orders": [order for _, order in keys],
    }


def _by_key(rows: Sequence[Row]) -> dict[OrderKey, MoneyOrder]:
    return {order.key: order for order in map(_order, rows)}


def _order(row: Row) -> MoneyOrder:
    return MoneyOrder(
        shard=row[0],
        order_id=row[1],
        customer_no=row[2],
        intent_id=row[3],
        attempt=row[4],
        direction=_DIRECTIONS[row[5]],
        purpose=row[6],
        amount_fen=row[7],
        card_id=row[8],
        bank=row[9],
        channel=row[10],
        state=_STATES[row[11]],
        cases=frozenset(map(Case, row[12])) if row[12] else _NO_CASES,
        returned=row[13],
        reason=row[14],
        queries=row[15],
        limit_on=row[16],
        created_at=row[17],
        bank_ref=row[18],
        sent_at=row[19],
        decided_at=row[20],
        next_at=row[21],
        original_order_id=row[22],
    )
