"""SQL of customers' devices."""

from collections.abc import Mapping

from huoqi.kit.db import Params, Row, Work

SEE = """
    -- A known device keeps its id, its name and its trust. xmax is 0 in a row that is new.
    INSERT INTO customer_device (shard, device_id, customer_no, key_sha256, sealed_name,
                                 first_seen_at, last_seen_at, trusted_at)
    SELECT shard, device_id, customer_no, key_sha256, sealed_name, %(at)s, %(at)s,
           CASE WHEN is_trusted THEN %(at)s::timestamptz END
    FROM unnest(%(shards)s::smallint[], %(device_ids)s::uuid[], %(customers)s::bigint[],
                %(keys)s::bytea[], %(names)s::bytea[], %(trusted)s::boolean[])
         AS n (shard, device_id, customer_no, key_sha256, sealed_name, is_trusted)
    ON CONFLICT (shard, customer_no, key_sha256) DO UPDATE
    SET last_seen_at = greatest(customer_device.last_seen_at, EXCLUDED.last_seen_at)
    RETURNING customer_no, key_sha256, device_id, xmax = 0
"""
OF_CUSTOMER = """
    -- A prefix of the unique key; one customer's few devices.
    SELECT device_id, sealed_name, first_seen_at, last_seen_at, trusted_at
    FROM customer_device
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s
    ORDER BY last_seen_at DESC, device_id DESC
"""
IS_TRUSTED = """
    SELECT 1 FROM customer_device
    WHERE shard = %(shard)s AND device_id = %(device_id)s AND customer_no = %(customer_no)s
      AND trusted_at IS NOT NULL
"""
TRUST = """
    UPDATE customer_device SET trusted_at = %(at)s
    WHERE shard = %(shard)s AND device_id = %(device_id)s AND customer_no = %(customer_no)s
      AND trusted_at IS NULL
"""
REMOVE = """
    DELETE FROM customer_device
    WHERE shard = %(shard)s AND device_id = %(device_id)s AND customer_no = %(customer_no)s
"""
DETACH = """
    -- Passkeys made on a device that is gone vouch for no other device any more.
    UPDATE passkey SET device_id = NULL
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s AND device_id = %(device_id)s
"""
SESSIONS = """
    SELECT session_id FROM session
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s AND device_id = %(device_id)s
      AND ended_at IS NULL
"""


def see(work: Work, parameters: Mapping[str, object]) -> list[Row]:
    """Write devices or that they were seen again: customer, key, device, whether it is new."""
    return work.rows(SEE, {**parameters, "at": work.at})


def of_customer(work: Work, parameters: Params) -> list[Row]:
    """Return a customer's devices, last seen first."""
    return work.rows(OF_CUSTOMER, parameters)


def is_trusted(work: Work, parameters: Params) -> bool:
    """Return whether a customer's device proved itself."""
    return work.row(IS_TRUSTED, parameters) is not None


def trust(work: Work, parameters: Mapping[str, object]) -> bool:
    """Write that a device proved itself; False if it did before, or is none."""
    return work.run(TRUST, {**parameters, "at": work.at}) == 1


def remove(work: Work, parameters: Params) -> bool:
    """Delete a device; False if there is none such."""
    work.run(DETACH, parameters)
    return work.run(REMOVE, parameters) == 1


def sessions(work: Work, parameters: Params) -> list[Row]:
    """Return the sessions of a device that have not ended."""
    return work.rows(SESSIONS, parameters)
