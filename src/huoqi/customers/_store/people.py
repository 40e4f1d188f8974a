"""SQL of customers: numbers, directory, rows."""

from collections.abc import Mapping, Sequence

from huoqi.kit.db import Params, Row, Work

ID_KIND, PHONE_KIND, DEVICE_ACCOUNT_KIND = 1, 2, 3

TAKE_NUMBERS = """
    -- Ascending shard: two registrations lock the counters in one order.
    INSERT INTO customer_counter (shard, last)
    SELECT shard, reserved + taken
    FROM unnest(%(shards)s::smallint[], %(reserved)s::bigint[], %(taken)s::bigint[])
         AS n (shard, reserved, taken)
    ORDER BY shard
    ON CONFLICT (shard) DO UPDATE
    SET last = customer_counter.last + (
        SELECT taken FROM unnest(%(shards)s::smallint[], %(taken)s::bigint[]) AS n (shard, taken)
        WHERE n.shard = customer_counter.shard
    )
    RETURNING shard, last
"""
OWNERS = """
    SELECT d.customer_no
    FROM unnest(%(shards)s::smallint[], %(kinds)s::smallint[], %(pseudonyms)s::bytea[])
         WITH ORDINALITY AS n (shard, kind, pseudonym, place)
    LEFT JOIN customer_directory d USING (shard, kind, pseudonym)
    ORDER BY n.place
"""
CLAIM = """
    -- Waits for another transaction that claims the same, then leaves the row to it.
    INSERT INTO customer_directory (shard, kind, pseudonym, customer_no)
    SELECT shard, kind, pseudonym, customer_no
    FROM unnest(%(shards)s::smallint[], %(kinds)s::smallint[], %(pseudonyms)s::bytea[],
                %(customers)s::bigint[]) AS n (shard, kind, pseudonym, customer_no)
    ORDER BY shard, kind, pseudonym
    ON CONFLICT (shard, kind, pseudonym) DO NOTHING
    RETURNING customer_no, kind
"""
RELEASE = """
    DELETE FROM customer_directory
    WHERE shard = ANY (%(shards)s) AND pseudonym = ANY (%(pseudonyms)s)
      AND kind = ANY (%(kinds)s) AND customer_no = ANY (%(customers)s)
"""
ADD = """
    INSERT INTO customer (shard, customer_no, customer_id, state, simulated, registered_at,
                          id_pseudonym, phone_pseudonym, phone_tail, sealed_name,
                          sealed_national_id, sealed_phone)
    SELECT shard, customer_no, customer_id, 'active', simulated, %(at)s, id_pseudonym,
           phone_pseudonym, phone_tail, sealed_name, sealed_national_id, sealed_phone
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(ids)s::uuid[],
                %(simulated)s::boolean[], %(id_pseudonyms)s::bytea[],
                %(phone_pseudonyms)s::bytea[], %(phone_tails)s::bytea[], %(names)s::bytea[],
                %(national_ids)s::bytea[], %(phones)s::bytea[])
         AS n (shard, customer_no, customer_id, simulated, id_pseudonym, phone_pseudonym,
               phone_tail, sealed_name, sealed_national_id, sealed_phone)
"""
COLUMNS = """
    SELECT shard, customer_no, customer_id, state, simulated, registered_at, closing_at,
           closed_at, own_frozen_at, staff_frozen_at, staff_freeze_reason, cool_down_until
    FROM customer
"""
SOME = COLUMNS + "WHERE shard = ANY (%(shards)s) AND customer_no = ANY (%(customers)s)"
LOCKED = SOME + " ORDER BY shard, customer_no FOR UPDATE"
BY_ID = COLUMNS + "WHERE customer_id = %(customer_id)s"
BY_HANDLE = COLUMNS + "WHERE shard = %(shard)s AND customer_id = %(customer_id)s"
CLOSING = (
    COLUMNS
    + """
    -- Uses customer_closing.
    WHERE state = 'closing' AND (shard, customer_no) > (%(shard)s, %(customer_no)s)
    ORDER BY shard, customer_no LIMIT %(limit)s
"""
)
BUYERS = """
    SELECT c.shard, c.customer_no, c.state = 'active', c.own_frozen_at IS NULL
           AND c.staff_frozen_at IS NULL, string_to_array(%(agreements)s, ',') <@ c.agreed
    FROM customer AS c
    JOIN unnest(%(shards)s::smallint[], %(customers)s::bigint[]) AS n (shard, customer_no)
        ON c.shard = n.shard AND c.customer_no = n.customer_no
"""
PRIVATE = """
    SELECT c.customer_no, c.sealed_name, c.sealed_national_id, c.sealed_phone, c.id_pseudonym,
           c.phone_pseudonym
    FROM customer c WHERE c.shard = ANY (%(shards)s) AND c.customer_no = ANY (%(customers)s)
"""
SET_STATE = """
    UPDATE customer
    SET state = %(state)s,
        closing_at = CASE %(state)s WHEN 'active' THEN NULL ELSE coalesce(closing_at, %(at)s) END,
        closed_at = CASE %(state)s WHEN 'closed' THEN %(at)s::timestamptz END
    WHERE shard = ANY (%(shards)s) AND customer_no = ANY (%(customers)s)
"""
SET_OWN_FREEZE = """
    UPDATE customer SET own_frozen_at = %(frozen_at)s
    WHERE shard = ANY (%(shards)s) AND customer_no = ANY (%(customers)s)
"""
SET_STAFF_FREEZE = """
    UPDATE customer SET staff_frozen_at = %(frozen_at)s, staff_freeze_reason = %(reason)s
    WHERE shard = ANY (%(shards)s) AND customer_no = ANY (%(customers)s)
"""
SET_COOL_DOWN = """
    -- A later end already set stays.
    UPDATE customer SET cool_down_until = greatest(cool_down_until, %(until)s)
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s
"""
SET_PHONE = """
    UPDATE customer SET phone_pseudonym = %(phone_pseudonym)s, phone_tail = %(phone_tail)s,
        sealed_phone = %(sealed_phone)s
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s
"""


def take_numbers(work: Work, parameters: Params) -> list[Row]:
    """Take numbers of some shards; return (shard, place of the last one taken)."""
    return work.rows(TAKE_NUMBERS, parameters)


def owners(work: Work, parameters: Params) -> list[int | None]:
    """Return for each directory key who holds it, in order."""
    return [row[0] for row in work.rows(OWNERS, parameters)]


def claim(work: Work, parameters: Params) -> set[tuple[int, int]]:
    """Claim directory keys; return the (customer_no, kind) that are ours now."""
    return {(row[0], row[1]) for row in work.rows(CLAIM, parameters)}


def release(work: Work, parameters: Params) -> None:
    """Give directory keys back."""
    work.run(RELEASE, parameters)


def add(work: Work, parameters: Mapping[str, object]) -> None:
    """Write customers."""
    work.run(ADD, {**parameters, "at": work.at})


def some(work: Work, *, shards: Sequence[int], customers: Sequence[int]) -> list[Row]:
    """Return customers' rows."""
    return work.rows(SOME, {"shards": list(shards), "customers": list(customers)})


def locked(work: Work, *, shards: Sequence[int], customers: Sequence[int]) -> list[Row]:
    """Return customers' rows, locked."""
    return work.rows(LOCKED, {"shards": list(shards), "customers": list(customers)})


def by_handle(work: Work, parameters: Params) -> Row | None:
    """Return a customer by shard and outside id."""
    return work.row(BY_HANDLE, parameters)


def by_id(work: Work, customer_id: object) -> Row | None:
    """Return a customer's row by the outside id; asks every shard."""
    return work.row(BY_ID, {"customer_id": customer_id})


def closing(work: Work, *, after: tuple[int, int], limit: int) -> list[Row]:
    """Return customers whose accounts are being closed, those after a shard and number."""
    shard, customer_no = after
    return work.rows(CLOSING, {"shard": shard, "customer_no": customer_no, "limit": limit})


def buyers(work: Work, parameters: Params) -> list[Row]:
    """Return of customers whether they are active, not frozen, and have agreed to some keys."""
    return work.rows(BUYERS, parameters)


def private(work: Work, *, shards: Sequence[int], customers: Sequence[int]) -> list[Row]:
    """Return customers' sealed fields and pseudonyms."""
    return work.rows(PRIVATE, {"shards": list(shards), "customers": list(customers)})


def set_state(work: Work, parameters: Mapping[str, object]) -> None:
    """Write customers' state."""
    work.run(SET_STATE, {**parameters, "at": work.at})


def set_own_freeze(work: Work, parameters: Params) -> None:
    """Write or clear customers' own freeze."""
    work.run(SET_OWN_FREEZE, parameters)


def set_staff_freeze(work: Work, parameters: Params) -> None:
    """Write or clear the staff's freeze."""
    work.run(SET_STAFF_FREEZE, parameters)


def set_cool_down(work: Work, parameters: Params) -> None:
    """Write a cool-down's end."""
    work.run(SET_COOL_DOWN, parameters)


def set_phone(work: Work, parameters: Params) -> None:
    """Write a customer's new number."""
    work.run(SET_PHONE, parameters)
