"""SQL of passkeys and their challenges."""

from collections.abc import Mapping

from huoqi.kit.db import Params, Row, Work

COLUMNS = """
    SELECT passkey_id, customer_no, credential_id, public_key, sign_count, transports, is_synced,
    sealed_label, device_id, added_at, last_used_at, suspended_at
    FROM passkey
"""
OF_CUSTOMER = (
    COLUMNS
    + """
    -- passkey_of_customer; twenty at most.
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s ORDER BY passkey_id
"""
)
LOCKED = (
    COLUMNS
    + """
    WHERE shard = %(shard)s AND credential_sha256 = %(credential_sha256)s
      AND customer_no = %(customer_no)s FOR UPDATE
"""
)
ADD = """
    INSERT INTO passkey (shard, passkey_id, customer_no, credential_sha256, credential_id,
                         public_key, sign_count, transports, is_synced, sealed_label, device_id,
                         added_at, machine_added_at)
    VALUES (%(shard)s, %(passkey_id)s, %(customer_no)s, %(credential_sha256)s, %(credential_id)s,
            %(public_key)s, %(sign_count)s, %(transports)s, %(is_synced)s, %(sealed_label)s,
            %(device_id)s, %(at)s, %(now)s)
    ON CONFLICT (shard, credential_sha256) DO NOTHING
"""
USE = """
    UPDATE passkey SET sign_count = %(sign_count)s, last_used_at = %(at)s
    WHERE shard = %(shard)s AND passkey_id = %(passkey_id)s
"""
SUSPEND = """
    UPDATE passkey SET suspended_at = %(at)s
    WHERE shard = %(shard)s AND passkey_id = %(passkey_id)s
"""
REMOVE = """
    DELETE FROM passkey
    WHERE shard = ANY (%(shards)s) AND customer_no = ANY (%(customers)s)
      AND (%(passkey_id)s::uuid IS NULL OR passkey_id = %(passkey_id)s)
    RETURNING customer_no, passkey_id
"""
ASK = """
    INSERT INTO passkey_challenge (shard, challenge, purpose, session_id, order_fingerprint,
                                   machine_expires_at)
    VALUES (%(shard)s, %(challenge)s, %(purpose)s, %(session_id)s, %(order_fingerprint)s,
            %(expires_at)s)
"""
TAKE = """
    -- Gone with the first answer, right or wrong.
    DELETE FROM passkey_challenge
    WHERE shard = %(shard)s AND challenge = %(challenge)s AND purpose = %(purpose)s
      AND session_id IS NOT DISTINCT FROM %(session_id)s::uuid
    RETURNING order_fingerprint, machine_expires_at
"""
FORGET = """
    -- passkey_challenge_expiry; a few at a time, so that asking stays cheap.
    DELETE FROM passkey_challenge
    WHERE (shard, challenge) IN (
        SELECT shard, challenge FROM passkey_challenge WHERE machine_expires_at < %(before)s
        ORDER BY machine_expires_at LIMIT 10 FOR UPDATE SKIP LOCKED
    )
"""


def of_customer(work: Work, parameters: Params) -> list[Row]:
    """Return a customer's passkeys, oldest first."""
    return work.rows(OF_CUSTOMER, parameters)


def locked(work: Work, parameters: Params) -> Row | None:
    """Return a customer's passkey by its credential, locked, so that counters queue."""
    return work.row(LOCKED, parameters)


def add(work: Work, parameters: Mapping[str, object]) -> bool:
    """Write a passkey; False if its credential is known."""
    return work.run(ADD, {**parameters, "at": work.at}) == 1


def use(work: Work, parameters: Mapping[str, object]) -> None:
    """Write a passkey's counter and that it was used."""
    work.run(USE, {**parameters, "at": work.at})


def suspend(work: Work, parameters: Mapping[str, object]) -> None:
    """Let a passkey open nothing any more."""
    work.run(SUSPEND, {**parameters, "at": work.at})


def remove(work: Work, parameters: Params) -> list[Row]:
    """Delete one passkey of a customer, or all of some customers; return which."""
    return work.rows(REMOVE, parameters)


def ask(work: Work, parameters: Params) -> None:
    """Write a challenge."""
    work.run(ASK, parameters)


def take(work: Work, parameters: Params) -> Row | None:
    """Use a challenge up and return what it was for."""
    return work.row(TAKE, parameters)


def forget(work: Work, parameters: Params) -> int:
    """Delete a few challenges that expired before an instant; return how many."""
    return work.run(FORGET, parameters)
