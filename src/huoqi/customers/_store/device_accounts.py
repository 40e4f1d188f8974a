"""SQL of device makers' accounts and the flows that lead to them."""

from collections.abc import Mapping

from huoqi.kit.db import Params, Row, Work

BEGIN = """
    INSERT INTO device_account_flow (shard, state_sha256, browser_sha256, purpose, return_to,
                                     customer_no, session_id, pseudonym, machine_expires_at)
    VALUES (%(shard)s, %(state_sha256)s, %(browser_sha256)s, %(purpose)s, %(return_to)s,
            %(customer_no)s, %(session_id)s, %(pseudonym)s, %(expires_at)s)
"""
TAKE = """
    -- Gone with the first answer, whoever brings it.
    DELETE FROM device_account_flow
    WHERE shard = %(shard)s AND state_sha256 = %(state_sha256)s
    RETURNING browser_sha256, purpose, return_to, customer_no, session_id, pseudonym,
              machine_expires_at
"""
FORGET = """
    -- device_account_flow_expiry; a few at a time, so that beginning stays cheap.
    DELETE FROM device_account_flow
    WHERE (shard, state_sha256) IN (
        SELECT shard, state_sha256 FROM device_account_flow
        WHERE machine_expires_at < %(before)s
        ORDER BY machine_expires_at LIMIT 10 FOR UPDATE SKIP LOCKED
    )
"""
SESSION_HOLDS = """
    -- session_of_customer
    SELECT device_id FROM session
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s AND session_id = %(session_id)s
      AND ended_at IS NULL AND machine_expires_at > %(now)s
"""
LINK = """
    INSERT INTO device_account (shard, account_id, customer_no, pseudonym, device_id, linked_at)
    VALUES (%(shard)s, %(account_id)s, %(customer_no)s, %(pseudonym)s, %(device_id)s, %(at)s)
    ON CONFLICT (shard, customer_no, pseudonym) DO NOTHING
"""
USE = """
    UPDATE device_account SET last_used_at = %(at)s
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s AND pseudonym = %(pseudonym)s
"""
OF_CUSTOMER = """
    -- A prefix of the unique key; a customer has one or two.
    SELECT a.account_id, a.linked_at, a.last_used_at, a.device_id, d.sealed_name
    FROM device_account a
    LEFT JOIN customer_device d ON d.shard = a.shard AND d.device_id = a.device_id
    WHERE a.shard = %(shard)s AND a.customer_no = %(customer_no)s ORDER BY a.account_id
"""
UNLINK = """
    DELETE FROM device_account
    WHERE shard = ANY (%(shards)s) AND customer_no = ANY (%(customers)s)
      AND (%(account_id)s::uuid IS NULL OR account_id = %(account_id)s)
    RETURNING customer_no, account_id, pseudonym
"""


def begin(work: Work, parameters: Params) -> None:
    """Write a flow."""
    work.run(BEGIN, parameters)


def take(work: Work, parameters: Params) -> Row | None:
    """Use a flow up and return what it was for."""
    return work.row(TAKE, parameters)


def forget(work: Work, parameters: Params) -> int:
    """Delete a few flows that nobody finished in time; return how many."""
    return work.run(FORGET, parameters)


def session(work: Work, parameters: Params) -> Row | None:
    """Return the device of a customer's session that holds, None if it does not."""
    return work.row(SESSION_HOLDS, parameters)


def link(work: Work, parameters: Mapping[str, object]) -> bool:
    """Write an account of a customer; False if it is there."""
    return work.run(LINK, {**parameters, "at": work.at}) == 1


def use(work: Work, parameters: Mapping[str, object]) -> None:
    """Write that an account signed in."""
    work.run(USE, {**parameters, "at": work.at})


def of_customer(work: Work, parameters: Params) -> list[Row]:
    """Return a customer's accounts, oldest first, with the devices that they were linked on."""
    return work.rows(OF_CUSTOMER, parameters)


def unlink(work: Work, parameters: Params) -> list[Row]:
    """Delete one account of a customer, or all of some customers; return which."""
    return work.rows(UNLINK, parameters)
