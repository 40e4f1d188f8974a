"""The policy's only SQL."""

from collections.abc import Sequence
from uuid import UUID

from huoqi.kit.db import Params, Row, Work

TOKEN = "SELECT token FROM policy_version"
LOCK = "SELECT token FROM policy_version FOR UPDATE"
RENEW = "UPDATE policy_version SET token = gen_random_uuid()"
ALL = """
    -- A few hundred rows at most: read whole, once a change.
    SELECT rule, effective_from, value, source, effective_to, fund, distributor, jurisdiction,
           status
    FROM policy ORDER BY rule, fund, distributor, jurisdiction, effective_from
"""
ADD = """
    INSERT INTO policy (rule, fund, distributor, jurisdiction, effective_from, effective_to,
                        value, source, status, added_at)
    VALUES (%(rule)s, %(fund)s, %(distributor)s, %(jurisdiction)s, %(effective_from)s,
            %(effective_to)s, %(value)s, %(source)s, %(status)s, %(at)s)
"""
END = """
    UPDATE policy SET effective_to = %(effective_to)s
    WHERE rule = %(rule)s AND fund = %(fund)s AND distributor = %(distributor)s
      AND jurisdiction = %(jurisdiction)s AND effective_from = %(effective_from)s
"""


def token(work: Work) -> UUID:
    """Return what changes whenever a row does."""
    return _token(work.row(TOKEN))


def lock(work: Work) -> None:
    """Wait until no other transaction changes rules."""
    work.row(LOCK)


def all_rows(work: Work) -> list[Row]:
    """Return every row in the order of PolicyRow's fields."""
    return work.rows(ALL)


def add(work: Work, many: Sequence[Params]) -> None:
    """Write rows and renew the token."""
    work.run_many(ADD, many)
    work.run(RENEW)


def end(work: Work, parameters: Params) -> None:
    """Set a row's upper end and renew the token."""
    work.run(END, parameters)
    work.run(RENEW)


def _token(row: Row | None) -> UUID:
    assert row is not None, "migration 0022 writes the only row"
    found: UUID = row[0]
    return found
