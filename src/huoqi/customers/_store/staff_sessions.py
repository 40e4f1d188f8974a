"""SQL of the sessions of staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from huoqi.kit.db import Row, Work

OPEN = """
    INSERT INTO staff_session (token_sha256, session_id, key_id, opened_at, machine_expires_at)
    VALUES (%(token)s, %(session_id)s, %(key_id)s, %(at)s, %(expires_at)s)
"""
FIND = """
    SELECT s.session_id, k.key_id, k.mode, k.holder, k.label, k.roles
    FROM unnest(%(tokens)s::bytea[]) WITH ORDINALITY AS n (token_sha256, place)
    LEFT JOIN staff_session s ON s.token_sha256 = n.token_sha256 AND s.ended_at IS NULL
                             AND s.machine_expires_at > %(now)s
    LEFT JOIN api_key k ON k.key_id = s.key_id AND k.revoked_at IS NULL
    ORDER BY n.place
"""
END = """
    UPDATE staff_session s SET ended_at = %(now)s
    FROM api_key k
    WHERE s.token_sha256 = %(token)s AND s.ended_at IS NULL AND k.key_id = s.key_id
    RETURNING s.session_id, k.label
"""
FORGET = "DELETE FROM staff_session WHERE machine_expires_at < %(before)s"
# Keys that the sandbox made for its simulated staff; whoever asks has locked the table.
SIMULATED = """
    SELECT key_id FROM api_key
    WHERE made_by = %(made_by)s AND label = %(label)s AND revoked_at IS NULL
    ORDER BY made_at, key_id LIMIT 1
"""


def open_session(work: Work, parameters: Mapping[str, object]) -> None:
    """Write a session."""
    work.run(OPEN, {**parameters, "at": work.at})


def find(work: Work, *, tokens: Sequence[bytes], now: datetime) -> list[Row]:
    """Return for each digest its session and key, in order; nulls where it does not hold."""
    return work.rows(FIND, {"tokens": list(tokens), "now": now})


def end(work: Work, *, token: bytes, now: datetime) -> Row | None:
    """End a session; return its id and its key's label, None if it holds no more."""
    return work.row(END, {"token": token, "now": now})


def forget(work: Work, *, before: datetime) -> None:
    """Delete what expired before an instant."""
    work.run(FORGET, {"before": before})


def simulated_key(work: Work, *, made_by: str, label: str) -> UUID | None:
    """Return the key of a simulated person, None if there is none yet."""
    row = work.row(SIMULATED, {"made_by": made_by, "label": label})
    return row[0] if row else None
