"""The SQL that takes keys and the sessions of staff along from one branch to another.

Keys belong to programs and people, who stand outside the simulated company: going to another
branch or back in its time must not lock them out, nor give back what was taken from them.
"""

from huoqi.kit.clock import Connection

_KEYS = """
    SELECT key_id, key_sha256, mode, holder, label, roles, hint, made_at, made_by, revoked_at
    FROM api_key ORDER BY key_id
"""
_SESSIONS = """
    SELECT token_sha256, session_id, key_id, opened_at, machine_expires_at, ended_at
    FROM staff_session ORDER BY token_sha256
"""
_TAKE_KEY = """
    INSERT INTO api_key (key_id, key_sha256, mode, holder, label, roles, hint, made_at, made_by,
                         revoked_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (key_id) DO UPDATE SET revoked_at = excluded.revoked_at
    WHERE api_key.revoked_at IS NULL AND excluded.revoked_at IS NOT NULL
"""
_TAKE_SESSION = """
    INSERT INTO staff_session (token_sha256, session_id, key_id, opened_at, machine_expires_at,
                               ended_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (token_sha256) DO UPDATE SET ended_at = excluded.ended_at
    WHERE staff_session.ended_at IS NULL AND excluded.ended_at IS NOT NULL
"""


def take_along(source: Connection, *, target: Connection) -> None:
    """Make every key and staff session of one database known in another, in one transaction.

    What was revoked or ended in either of them is revoked or ended after it.
    """
    keys, sessions = source.execute(_KEYS).fetchall(), source.execute(_SESSIONS).fetchall()
    with target.transaction(), target.cursor() as cursor:
        cursor.executemany(_TAKE_KEY, keys)
        cursor.executemany(_TAKE_SESSION, sessions)
