"""The SQL of sealed days: one statement and three signatures a fund and day, and who is missing."""

from dataclasses import dataclass
from datetime import date, datetime

from huoqi.close.rules.due import Kind
from huoqi.close.rules.proofs import KEY_BYTES, SIGNATURE_BYTES, Signature
from huoqi.close.rules.seal_tree import Statement, read_statement, statement_bytes
from huoqi.kit.db import Row, Work

_SIGNED = KEY_BYTES + SIGNATURE_BYTES
_SEAL = Kind.SEAL.value

UNSEALED = """
    -- Days after the last sealed one whose book is kept, with the book that they began with.
    SELECT d.close_on, d.total_units_e2, d.total_income_fen, d.root
    FROM close_day d JOIN close_book b USING (fund, close_on)
    WHERE d.fund = %(fund)s AND d.close_on <= %(until)s
        AND d.close_on > coalesce(
            (SELECT max(s.close_on) FROM close_seal s WHERE s.fund = %(fund)s), '-infinity')
        AND (EXISTS (SELECT 1 FROM close_book y
                WHERE y.fund = d.fund AND y.close_on = d.close_on - 1)
            OR NOT EXISTS (SELECT 1 FROM close_day e
                WHERE e.fund = d.fund AND e.close_on < d.close_on))
    ORDER BY d.close_on LIMIT %(limit)s
"""
ADD = """
    INSERT INTO close_seal (fund, close_on, statement, signatures, sealed_at)
    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_COLUMNS = "SELECT statement, signatures, sealed_at FROM close_seal "
SEAL = _COLUMNS + "WHERE fund = %s AND close_on = %s"
LAST = _COLUMNS + "WHERE fund = %s AND close_on <= %s ORDER BY close_on DESC LIMIT 1"
SEALS = (
    _COLUMNS
    + """
    WHERE fund = %(fund)s AND close_on < %(before)s ORDER BY close_on DESC LIMIT %(limit)s
"""
)
CLOSED_FUNDS = "SELECT fund, max(close_on) FROM close_day GROUP BY fund ORDER BY fund"
MISSING = """
    -- A row as long as a seal waits: done_on is the day before the first that lacks it.
    INSERT INTO close_cursor AS c (fund, kind, done_on, again_at, tries, note)
    VALUES (%(fund)s, %(kind)s, %(done_on)s, %(again_at)s, 1, %(note)s)
    ON CONFLICT (fund, kind) DO UPDATE SET done_on = excluded.done_on,
        again_at = excluded.again_at, note = excluded.note,
        tries = CASE WHEN c.done_on = excluded.done_on THEN c.tries + 1 ELSE 1 END
"""
NOT_MISSING = "DELETE FROM close_cursor WHERE fund = %s AND kind = %s"
WAIT = "SELECT done_on, again_at, tries, note FROM close_cursor WHERE fund = %s AND kind = %s"
TRANSACTION = "SELECT max(xmin::text::bigint) FROM close_seal WHERE close_on = %s"
WAKE = "UPDATE close_cursor SET again_at = %s WHERE fund = %s AND kind = %s"


@dataclass(frozen=True, slots=True)
class Kept:
    """A sealed day: what was signed, the three signatures, and when that was done."""

    statement: Statement
    signatures: tuple[Signature, ...]
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A closed day without a seal, with what its close came to."""

    on: date
    total_units_e2: int
    total_income_fen: int
    root: bytes


@dataclass(frozen=True, slots=True)
class SealWait:
    """Why the day after ``done_on`` is not sealed, and when that is tried again by itself."""

    done_on: date
    again_at: datetime | None
    tries: int
    note: str


def unsealed(work: Work, *, fund: str, until: date, limit: int) -> list[Unsealed]:
    """Return the first days up to one that can be sealed and are not, in their order."""
    parameters = {"fund": fund, "until": until, "limit": limit}
    return [Unsealed(*row) for row in work.rows(UNSEALED, parameters)]


def add(work: Work, *, statement: Statement, signatures: tuple[Signature, ...]) -> bool:
    """Keep a seal and tell whether it is new; a day that has one keeps it."""
    signed = b"".join(each.public_key + each.signature for each in signatures)
    content = statement_bytes(statement)
    return work.run(ADD, (statement.fund, statement.on, content, signed, work.at)) == 1


def seal(work: Work, *, fund: str, on: date) -> Kept | None:
    """Return the seal of a day."""
    return _kept(work.row(SEAL, (fund, on)))


def last_seal(work: Work, *, fund: str, until: date = date.max) -> Kept | None:
    """Return the latest seal, up to a day."""
    return _kept(work.row(LAST, (fund, until)))


def seals(work: Work, *, fund: str, before: date, limit: int) -> list[Kept]:
    """Return the seals before a day, latest first."""
    rows = work.rows(SEALS, {"fund": fund, "before": before, "limit": limit})
    return [kept for row in rows if (kept := _kept(row)) is not None]


def transaction_of(work: Work, *, on: date) -> int | None:
    """Return the transaction that wrote the last seal of a day, for a recovery to stop at."""
    row = work.row(TRANSACTION, (on,))
    return row[0] if row else None


def closed_funds(work: Work) -> list[str]:
    """Return the funds that have closed a day."""
    return [row[0] for row in work.rows(CLOSED_FUNDS)]


def wait_of(work: Work, *, fund: str) -> SealWait | None:
    """Return what the next seal waits for; None where nothing is missing."""
    row = work.row(WAIT, (fund, _SEAL))
    return SealWait(*row) if row else None


def tell_missing(
    work: Work, *, fund: str, done_on: date, again_at: datetime | None, note: str
) -> None:
    """Write down that the day after one lacks a signer."""
    parameters = {"fund": fund, "kind": _SEAL, "done_on": done_on, "note": note}
    work.run(MISSING, parameters | {"again_at": again_at})


def tell_complete(work: Work, *, fund: str) -> None:
    """Say that no seal waits for a signer."""
    work.run(NOT_MISSING, (fund, _SEAL))


def wake(work: Work, *, fund: str) -> None:
    """Let a seal that waits be tried now."""
    work.run(WAKE, (work.at, fund, _SEAL))


def _kept(row: Row | None) -> Kept | None:
    if row is None:
        return None
    signed = bytes(row[1])
    signatures = tuple(
        Signature(signed[at : at + KEY_BYTES], signed[at + KEY_BYTES : at + _SIGNED])
        for at in range(0, len(signed), _SIGNED)
    )
    return Kept(read_statement(bytes(row[0])), signatures, row[2])
