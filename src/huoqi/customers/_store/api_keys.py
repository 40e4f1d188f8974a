"""SQL of API keys."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from huoqi.kit.db import Row, Work

COLUMNS = """
    SELECT key_id, mode, holder, label, roles, hint, made_at, made_by, revoked_at FROM api_key
"""
ADD = """
    INSERT INTO api_key (key_id, key_sha256, mode, holder, label, roles, hint, made_at, made_by)
    VALUES (%(key_id)s, %(digest)s, %(mode)s, %(holder)s, %(label)s, %(roles)s, %(hint)s, %(at)s,
            %(made_by)s)
"""
FIND = """
    SELECT k.key_id, k.mode, k.holder, k.label, k.roles, k.revoked_at IS NOT NULL
    FROM unnest(%(digests)s::bytea[]) WITH ORDINALITY AS n (key_sha256, place)
    LEFT JOIN api_key k USING (key_sha256)
    ORDER BY n.place
"""
REVOKE = """
    UPDATE api_key SET revoked_at = %(at)s WHERE key_id = %(key_id)s AND revoked_at IS NULL
    RETURNING label
"""
# Two starts at once must not make two first operators.
LOCK = "LOCK TABLE api_key IN SHARE ROW EXCLUSIVE MODE"
ANY = "SELECT 1 FROM api_key LIMIT 1"
ALL = COLUMNS + "ORDER BY made_at, key_id"
ONE = COLUMNS + "WHERE key_id = %(key_id)s"
DECIDERS = """
    -- A handful of keys: who could approve or propose, beside one holder.
    SELECT count(DISTINCT label) FROM api_key
    WHERE revoked_at IS NULL AND holder = 'staff' AND label <> %(label)s
        AND roles && ARRAY['operator', 'approver']
"""
HANDS = """
    -- A handful of keys; those that were revoked count too.
    WITH RECURSIVE line (actor) AS (
        SELECT %(actor)s
        UNION
        SELECT k.made_by FROM line JOIN api_key k ON k.holder || ':' || k.label = line.actor
    )
    SELECT actor FROM line
"""


def add(work: Work, parameters: Mapping[str, object]) -> None:
    """Write a key's digest."""
    work.run(ADD, {**parameters, "at": work.at})


def find(work: Work, *, digests: Sequence[bytes]) -> list[Row]:
    """Return for each digest its key, in order; nulls where unknown."""
    return work.rows(FIND, {"digests": list(digests)})


def revoke(work: Work, *, key_id: UUID) -> Row | None:
    """Revoke a key; return its label, None if there was none to revoke."""
    return work.row(REVOKE, {"key_id": key_id, "at": work.at})


def lock(work: Work) -> None:
    """Let no other transaction make keys until the commit."""
    work.run(LOCK)


def is_empty(work: Work) -> bool:
    """Return whether no key was ever made."""
    return work.row(ANY) is None


def every(work: Work) -> list[Row]:
    """Return all keys, oldest first."""
    return work.rows(ALL)


def one(work: Work, *, key_id: UUID) -> Row | None:
    """Return a key by its id."""
    return work.row(ONE, {"key_id": key_id})


def deciders(work: Work, *, beside: str) -> int:
    """Return how many members of staff beside one hold a key that proposes or approves."""
    row = work.row(DECIDERS, {"label": beside})
    assert row is not None, "a count has a row"
    count: int = row[0]
    return count


def hands(work: Work, *, actor: str) -> set[str]:
    """Return a holder, who made the holder's keys, who made theirs, and so on."""
    return {row[0] for row in work.rows(HANDS, {"actor": actor})}
