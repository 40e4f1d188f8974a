"""SQL of sessions, grants and codes."""

from collections.abc import Mapping

from huoqi.kit.db import Params, Row, Work

AUTHORISE = """
    -- One probe by key into each table for each request, however many there are.
    SELECT s.session_id, s.machine_expires_at, s.ended_at, g.machine_expires_at, g.scope,
           c.customer_no, c.customer_id, c.shard, c.state, c.own_frozen_at IS NOT NULL,
           c.staff_frozen_at IS NOT NULL, c.cool_down_until, g.proof, g.order_fingerprint,
           s.device_id, string_to_array(n.agreements, ',') <@ c.agreed
    FROM unnest(%(shards)s::smallint[], %(tokens)s::bytea[], %(grants)s::bytea[],
                %(agreements)s::text[])
         WITH ORDINALITY AS n (shard, token_sha256, grant_sha256, agreements, place)
    LEFT JOIN session s ON s.shard = n.shard AND s.token_sha256 = n.token_sha256
    LEFT JOIN customer c ON c.shard = s.shard AND c.customer_no = s.customer_no
    LEFT JOIN step_up_grant g ON g.shard = n.shard AND g.token_sha256 = n.grant_sha256
                             AND g.session_id = s.session_id
    ORDER BY n.place
"""
OPEN = """
    INSERT INTO session (shard, token_sha256, session_id, customer_no, opened_at,
                         machine_opened_at, machine_expires_at, sealed_device, device_id)
    SELECT shard, token_sha256, session_id, customer_no, %(at)s, %(now)s, %(expires_at)s, device,
           device_id
    FROM unnest(%(shards)s::smallint[], %(tokens)s::bytea[], %(session_ids)s::uuid[],
                %(customers)s::bigint[], %(devices)s::bytea[], %(device_ids)s::uuid[])
         AS n (shard, token_sha256, session_id, customer_no, device, device_id)
"""
LIVE = """
    -- session_of_customer; one customer's few devices.
    SELECT session_id, opened_at, machine_opened_at, machine_expires_at, sealed_device
    FROM session
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s AND ended_at IS NULL
      AND machine_expires_at > %(now)s
    ORDER BY session_id DESC
"""
END = """
    UPDATE session SET ended_at = %(now)s
    WHERE shard = ANY (%(shards)s) AND customer_no = ANY (%(customers)s) AND ended_at IS NULL
      AND (%(session_id)s::uuid IS NULL OR session_id = %(session_id)s)
    RETURNING customer_no, session_id
"""
OLDER_ON_DEVICE = """
    -- session_of_customer; one customer's few sessions.
    SELECT s.session_id FROM session AS s
    JOIN session AS fresh ON fresh.shard = s.shard AND fresh.customer_no = s.customer_no
        AND fresh.session_id = %(session_id)s AND fresh.device_id = s.device_id
    WHERE s.shard = %(shard)s AND s.customer_no = %(customer_no)s AND s.ended_at IS NULL
      AND s.session_id <> %(session_id)s AND s.machine_expires_at > %(now)s
"""
DROP_GRANTS = """
    DELETE FROM step_up_grant
    WHERE shard = ANY (%(shards)s) AND customer_no = ANY (%(customers)s)
      AND (%(session_id)s::uuid IS NULL OR session_id = %(session_id)s)
"""
GRANT = """
    INSERT INTO step_up_grant (shard, token_sha256, session_id, customer_no, scope, granted_at,
                               machine_expires_at, proof, order_fingerprint)
    VALUES (%(shard)s, %(token)s, %(session_id)s, %(customer_no)s, %(scope)s, %(at)s,
            %(expires_at)s, %(proof)s, %(order_fingerprint)s)
"""
SPEND = """
    -- A grant for one order is good once; whoever deletes the row has it.
    DELETE FROM step_up_grant g
    USING unnest(%(shards)s::smallint[], %(grants)s::bytea[]) AS n (shard, token_sha256)
    WHERE g.shard = n.shard AND g.token_sha256 = n.token_sha256
    RETURNING g.token_sha256
"""
FORGET_GRANTS = "DELETE FROM step_up_grant WHERE machine_expires_at < %(before)s"
FORGET_SESSIONS = "DELETE FROM session WHERE machine_expires_at < %(before)s"

CODE = """
    SELECT machine_sent_at, machine_window_at, sent_count, failure_count, used_at IS NOT NULL,
           code_mac
    FROM message_code
    WHERE shard = %(shard)s AND phone_pseudonym = %(pseudonym)s AND purpose = %(purpose)s
    FOR UPDATE
"""
KEEP_CODE = """
    INSERT INTO message_code (shard, phone_pseudonym, purpose, code_mac, machine_sent_at,
                              machine_window_at, sent_count)
    VALUES (%(shard)s, %(pseudonym)s, %(purpose)s, %(mac)s, %(now)s, %(window_at)s,
            %(sent_count)s)
    ON CONFLICT (shard, phone_pseudonym, purpose) DO UPDATE
    SET code_mac = EXCLUDED.code_mac, machine_sent_at = EXCLUDED.machine_sent_at,
        machine_window_at = EXCLUDED.machine_window_at, sent_count = EXCLUDED.sent_count,
        failure_count = 0, used_at = NULL
"""
FAIL_CODE = """
    UPDATE message_code SET failure_count = failure_count + 1
    WHERE shard = %(shard)s AND phone_pseudonym = %(pseudonym)s AND purpose = %(purpose)s
"""
USE_CODE = """
    UPDATE message_code SET used_at = %(now)s
    WHERE shard = %(shard)s AND phone_pseudonym = %(pseudonym)s AND purpose = %(purpose)s
"""


def authorise(work: Work, parameters: Params) -> list[Row]:
    """Return for each token its session, grant and customer, in order; nulls where unknown."""
    return work.rows(AUTHORISE, parameters)


def open_sessions(work: Work, parameters: Mapping[str, object]) -> None:
    """Write sessions."""
    work.run(OPEN, {**parameters, "at": work.at})


def live(work: Work, parameters: Params) -> list[Row]:
    """Return a customer's sessions that hold, newest first."""
    return work.rows(LIVE, parameters)


def end(work: Work, parameters: Params) -> list[Row]:
    """End one session of a customer or all of some customers, with their grants."""
    ended = work.rows(END, parameters)
    work.run(DROP_GRANTS, parameters)
    return ended


def older_on_device(work: Work, parameters: Params) -> list[Row]:
    """Return the other sessions that a session's customer has on its device."""
    return work.rows(OLDER_ON_DEVICE, parameters)


def grant(work: Work, parameters: Mapping[str, object]) -> None:
    """Write a grant."""
    work.run(GRANT, {**parameters, "at": work.at})


def spend(work: Work, parameters: Params) -> set[bytes]:
    """Delete grants and return the digests of those that were still there."""
    return {bytes(row[0]) for row in work.rows(SPEND, parameters)}


def forget(work: Work, parameters: Params) -> int:
    """Delete what expired before an instant; return how many rows that were."""
    return work.run(FORGET_GRANTS, parameters) + work.run(FORGET_SESSIONS, parameters)


def code(work: Work, parameters: Params) -> Row | None:
    """Return the last code of a number and purpose, locked."""
    return work.row(CODE, parameters)


def keep_code(work: Work, parameters: Params) -> None:
    """Write a number's new code in place of the last."""
    work.run(KEEP_CODE, parameters)


def fail_code(work: Work, parameters: Params) -> None:
    """Count a wrong try."""
    work.run(FAIL_CODE, parameters)


def use_code(work: Work, parameters: Params) -> None:
    """Mark a code as used."""
    work.run(USE_CODE, parameters)
