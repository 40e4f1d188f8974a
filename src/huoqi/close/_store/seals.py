"""The SQL of sealed days: one statement and three signatures a fund and day."""

from datetime import date

from huoqi.close.rules.proofs import KEY_BYTES, SIGNATURE_BYTES, Signature
from huoqi.close.rules.seal_tree import Statement, read_statement, statement_bytes
from huoqi.kit.db import Row, Work

_SIGNED = KEY_BYTES + SIGNATURE_BYTES
Kept = tuple[Statement, tuple[Signature, ...]]

UNSEALED = """
    -- Days after the last sealed one whose book is kept, with the book that they began with.
    SELECT d.close_on FROM close_day d JOIN close_book b USING (fund, close_on)
    WHERE d.fund = %(fund)s AND d.close_on <= %(until)s
        AND d.close_on > coalesce(
            (SELECT max(s.close_on) FROM close_seal s WHERE s.fund = %(fund)s), '-infinity')
        AND (EXISTS (SELECT 1 FROM close_book y
                WHERE y.fund = d.fund AND y.close_on = d.close_on - 1)
            OR NOT EXISTS (SELECT 1 FROM close_day e
                WHERE e.fund = d.fund AND e.close_on < d.close_on))
    ORDER BY d.close_on
"""
ADD = """
    INSERT INTO close_seal (fund, close_on, statement, signatures, sealed_at)
    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
SEAL = "SELECT statement, signatures FROM close_seal WHERE fund = %s AND close_on = %s"
LAST = """
    SELECT statement, signatures FROM close_seal WHERE fund = %s AND close_on < %s
    ORDER BY close_on DESC LIMIT 1
"""


def unsealed(work: Work, *, fund: str, until: date) -> list[date]:
    """Return the days up to one that can be sealed and are not, in their order."""
    return [row[0] for row in work.rows(UNSEALED, {"fund": fund, "until": until})]


def add(work: Work, *, statement: Statement, signatures: tuple[Signature, ...]) -> None:
    """Keep a seal; a day that has one keeps it."""
    signed = b"".join(each.public_key + each.signature for each in signatures)
    content = statement_bytes(statement)
    work.run(ADD, (statement.fund, statement.on, content, signed, work.at))


def seal(work: Work, *, fund: str, on: date) -> Kept | None:
    """Return the seal of a day."""
    return _kept(work.row(SEAL, (fund, on)))


def last_before(work: Work, *, fund: str, on: date) -> Kept | None:
    """Return the latest seal before a day."""
    return _kept(work.row(LAST, (fund, on)))


def _kept(row: Row | None) -> Kept | None:
    if row is None:
        return None
    signed = bytes(row[1])
    signatures = tuple(
        Signature(signed[at : at + KEY_BYTES], signed[at + KEY_BYTES : at + _SIGNED])
        for at in range(0, len(signed), _SIGNED)
    )
    return read_statement(bytes(row[0])), signatures
