"""SQL of what banks called about, and of the line that they are spoken to over."""

from collections.abc import Sequence
from datetime import date, datetime

from huoqi.kit.db import Row, Work

ADD = """
    INSERT INTO bank_callback (bank, event_id, bank_ref, code, amount_fen, currency, received_at)
    SELECT b.code, %(event_id)s, %(bank_ref)s, %(code)s, %(amount_fen)s, %(currency)s, %(at)s
    FROM bank b WHERE b.code = %(bank)s
    ON CONFLICT (bank, event_id) DO NOTHING
"""
WAITING = """
    -- Uses bank_callback_waiting.
    SELECT event_id, bank, bank_ref, code, amount_fen, currency
    FROM bank_callback WHERE NOT taken ORDER BY received_at, bank, event_id LIMIT %s
"""
TAKE = """
    UPDATE bank_callback AS c SET taken = true
    FROM unnest(%s::text[], %s::text[]) AS n (bank, event_id)
    WHERE c.bank = n.bank AND c.event_id = n.event_id
"""
KIND = "SELECT kind FROM bank_line"
TELL = """
    INSERT INTO bank_line (kind, told_at) VALUES (%(kind)s, %(at)s)
    ON CONFLICT (only_row) DO UPDATE SET told_at = excluded.told_at
"""
DESKS = """
    -- One row a bank: our account there, and its hours on a date.
    SELECT a.bank, a.account, p.ready_at, p.cut_off
    FROM bank_account a
    JOIN LATERAL (
        SELECT max(statement_ready_at) AS ready_at, max(cut_off) AS cut_off
        FROM bank_profile WHERE bank = a.bank AND effective_from <= %(on)s
            AND %(on)s < effective_until
    ) p ON p.ready_at IS NOT NULL
    ORDER BY a.bank
"""
KNOWN_INSIDE = "SELECT EXISTS (SELECT FROM simulated.bank_card)"


def add(work: Work, row: dict[str, object]) -> bool:
    """Store a call; return whether it is new. One of a bank that there is not is none."""
    return bool(work.run(ADD, row))


def waiting(work: Work, *, limit: int) -> list[Row]:
    """Return calls that nobody has taken yet, in the order in which they came."""
    return work.rows(WAITING, (limit,))


def take(work: Work, keys: Sequence[tuple[str, str]]) -> None:
    """Mark calls as taken, by bank and id."""
    work.run(TAKE, ([bank for bank, _ in keys], [event_id for _, event_id in keys]))


def kind(work: Work) -> str | None:
    """Return how banks outside are spoken to, None where they are inside."""
    row = work.row(KIND)
    return row[0] if row else None


def tell(work: Work, *, kind: str, at: datetime) -> None:
    """Write down that banks outside are being told something."""
    work.run(TELL, {"kind": kind, "at": at})


def desks(work: Work, *, on: date) -> list[Row]:
    """Return our account at each bank, when its statement is ready, and when its day ends."""
    return work.rows(DESKS, {"on": on})


def known_inside(work: Work) -> bool:
    """Tell whether the banks in the database know any card."""
    row = work.row(KNOWN_INSIDE)
    return bool(row and row[0])
