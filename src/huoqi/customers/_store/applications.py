"""SQL of applications."""

from collections.abc import Mapping

from huoqi.kit.db import Params, Row, Work

COLUMNS = """
    SELECT shard, application_id, state, opened_at, machine_expires_at, submitted_at,
           next_try_at, expected_by, try_count, ask_count, customer_no, wrapped_key,
           sealed_phone, sealed_name, sealed_national_id
    FROM application
"""
OPEN = """
    INSERT INTO application (shard, application_id, token_sha256, state, opened_at,
                             machine_expires_at, phone_pseudonym, wrapped_key, sealed_phone)
    VALUES (%(shard)s, %(application_id)s, %(token)s, 'phone_proven', %(at)s, %(expires_at)s,
            %(phone_pseudonym)s, %(wrapped_key)s, %(sealed_phone)s)
"""
BY_TOKEN = COLUMNS + "WHERE shard = %(shard)s AND token_sha256 = %(token)s"
BY_TOKEN_LOCKED = BY_TOKEN + " FOR UPDATE"
BY_ID_LOCKED = (
    COLUMNS + "WHERE shard = %(shard)s AND application_id = %(application_id)s FOR UPDATE"
)
BY_ID = COLUMNS + "WHERE shard = ANY (%(shards)s) AND application_id = %(application_id)s"
IN_REVIEW = (
    COLUMNS
    + """
    WHERE state = 'manual_review' ORDER BY submitted_at, application_id LIMIT %(limit)s
"""
)
DUE = (
    COLUMNS
    + """
    -- application_due; another process takes others.
    WHERE next_try_at <= %(at)s ORDER BY next_try_at, shard, application_id
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
)
SUBMIT = """
    UPDATE application
    SET state = 'checking', submitted_at = coalesce(submitted_at, %(at)s), sealed_name = %(name)s,
        sealed_national_id = %(national_id)s, next_try_at = %(next_try_at)s
    WHERE shard = %(shard)s AND application_id = %(application_id)s
"""
LEASE = """
    UPDATE application SET next_try_at = %(next_try_at)s
    WHERE shard = %(shard)s AND application_id = %(application_id)s
"""
WAIT = """
    UPDATE application
    SET state = %(state)s, ask_count = ask_count + 1, next_try_at = %(next_try_at)s,
        expected_by = %(expected_by)s
    WHERE shard = %(shard)s AND application_id = %(application_id)s
"""
BACK = """
    -- The applicant may correct a slip: what was sealed is gone, the phone stays proven.
    UPDATE application
    SET state = 'phone_proven', try_count = try_count + 1, ask_count = 0, next_try_at = NULL,
        submitted_at = NULL, sealed_name = NULL, sealed_national_id = NULL
    WHERE shard = %(shard)s AND application_id = %(application_id)s
"""
END = """
    -- The key goes, and with it every sealed field.
    UPDATE application
    SET state = %(state)s, customer_no = %(customer_no)s, ended_at = %(at)s, next_try_at = NULL,
        expected_by = NULL, wrapped_key = NULL, sealed_phone = NULL, sealed_name = NULL,
        sealed_national_id = NULL
    WHERE shard = %(shard)s AND application_id = %(application_id)s
"""
NEXT_DUE = "SELECT min(next_try_at) FROM application WHERE next_try_at IS NOT NULL"
WAITING = """
    -- Uses application_due: those that wait for the authority's word.
    SELECT count(*), min(submitted_at), min(next_try_at) FROM application
    WHERE next_try_at IS NOT NULL AND state = 'waiting_authority'
"""
ABANDON = """
    UPDATE application
    SET state = 'expired', ended_at = %(at)s, wrapped_key = NULL, sealed_phone = NULL,
        sealed_name = NULL, sealed_national_id = NULL
    WHERE state = 'phone_proven' AND machine_expires_at < %(now)s
"""


def open_one(work: Work, parameters: Mapping[str, object]) -> None:
    """Write a new application."""
    work.run(OPEN, {**parameters, "at": work.at})


def by_token(work: Work, parameters: Params) -> Row | None:
    """Return the application of a token."""
    return work.row(BY_TOKEN, parameters)


def by_token_locked(work: Work, parameters: Params) -> Row | None:
    """Return the application of a token, locked."""
    return work.row(BY_TOKEN_LOCKED, parameters)


def by_id_locked(work: Work, parameters: Params) -> Row | None:
    """Return an application, locked."""
    return work.row(BY_ID_LOCKED, parameters)


def by_id(work: Work, parameters: Params) -> Row | None:
    """Return an application by its id, asking every shard."""
    return work.row(BY_ID, parameters)


def in_review(work: Work, *, limit: int) -> list[Row]:
    """Return applications that wait for people, oldest first."""
    return work.rows(IN_REVIEW, {"limit": limit})


def due(work: Work, *, limit: int) -> list[Row]:
    """Return applications to ask about again, locked."""
    return work.rows(DUE, {"at": work.at, "limit": limit})


def submit(work: Work, parameters: Mapping[str, object]) -> None:
    """Write name and ID, sealed, and lease the application to the asker."""
    work.run(SUBMIT, {**parameters, "at": work.at})


def lease(work: Work, parameters: Params) -> None:
    """Write when to ask if this asker is not heard of again."""
    work.run(LEASE, parameters)


def wait(work: Work, parameters: Params) -> None:
    """Write that the application waits, for the authority or for people."""
    work.run(WAIT, parameters)


def back(work: Work, parameters: Params) -> None:
    """Write that the applicant may try again."""
    work.run(BACK, parameters)


def end(work: Work, parameters: Mapping[str, object]) -> None:
    """Write an application's end."""
    work.run(END, {"customer_no": None, **parameters, "at": work.at})


def next_due(work: Work) -> Row | None:
    """Return when the next application is to be asked about."""
    return work.row(NEXT_DUE)


def waiting(work: Work) -> Row | None:
    """Return how many wait for the authority, since when, and when it is asked next."""
    return work.row(WAITING)


def abandon(work: Work, parameters: Mapping[str, object]) -> int:
    """End applications that were never submitted; return how many."""
    return work.run(ABANDON, {**parameters, "at": work.at})
