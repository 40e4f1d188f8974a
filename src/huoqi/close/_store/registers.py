"""SQL of the registers that closed days were compared with."""

from dataclasses import dataclass
from datetime import date

from huoqi.kit.db import Work

ADD = """
    INSERT INTO close_register (fund, close_on, source, source_sha256, files_count, holder_count,
        total_units_e2, is_in_order)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
REGISTER = """
    SELECT source, source_sha256, files_count, holder_count, total_units_e2, is_in_order
    FROM close_register WHERE fund = %s AND close_on = %s
"""
PLACE = """
    -- A search by halves in the book's column of accounts, of which only the bytes that are looked
    -- at are read: eight of them an account, the lowest first.
    WITH RECURSIVE search (low, high) AS (
        SELECT 0::bigint, holder_count FROM close_book WHERE fund = %(fund)s AND close_on = %(on)s
        UNION ALL
        SELECT CASE WHEN l.account < %(account)s THEN l.middle + 1 ELSE l.low END,
            CASE WHEN l.account < %(account)s THEN l.high ELSE l.middle END
        FROM (
            SELECT h.low, h.high, h.middle, (SELECT sum(get_byte(b.eight, n)::numeric * 256 ^ n)
                FROM generate_series(0, 7) AS n) AS account
            FROM (SELECT low, high, (low + high) / 2 AS middle FROM search WHERE low < high) AS h
            CROSS JOIN LATERAL (
                SELECT substring(k.accounts FROM (8 * h.middle + 1)::int FOR 8) AS eight
                FROM close_book k WHERE k.fund = %(fund)s AND k.close_on = %(on)s) AS b
        ) AS l
    )
    SELECT s.low FROM search s JOIN close_book k ON k.fund = %(fund)s AND k.close_on = %(on)s
    WHERE s.low = s.high AND s.low < k.holder_count
        AND (SELECT sum(get_byte(substring(k.accounts FROM (8 * s.low + 1)::int FOR 8), n)::numeric
            * 256 ^ n) FROM generate_series(0, 7) AS n) = %(account)s
"""


@dataclass(frozen=True, slots=True)
class RegisterUsed:
    """The register that a day was compared with: the first file's name, a digest over all.

    It is in order if it is one file with its records in the order of accounts.
    """

    source: str
    source_sha256: bytes | None
    files_count: int
    holder_count: int
    total_units_e2: int
    is_in_order: bool


def add_register(work: Work, used: RegisterUsed, *, fund: str, on: date) -> None:
    """Write which register a closed day was compared with."""
    files = (used.source, used.source_sha256, used.files_count)
    totals = (used.holder_count, used.total_units_e2)
    work.run(ADD, (fund, on, *files, *totals, used.is_in_order))


def register_used(work: Work, *, fund: str, on: date) -> RegisterUsed | None:
    """Return the register that a closed day was compared with, if it was written down."""
    row = work.row(REGISTER, (fund, on))
    return RegisterUsed(*row) if row else None


def place_in_book(work: Work, *, fund: str, on: date, account: int) -> int | None:
    """Return an account's place in a day's book, from nought; None where it has none or no book."""
    row = work.row(PLACE, {"fund": fund, "on": on, "account": account})
    return row[0] if row else None
