"""SQL of the simulated message sender."""

from huoqi.kit.db import Work

KEEP = """
    INSERT INTO simulated.message (phone_pseudonym, code, sent_at)
    VALUES (%(pseudonym)s, %(code)s, %(at)s)
    ON CONFLICT (phone_pseudonym) DO UPDATE SET code = EXCLUDED.code, sent_at = EXCLUDED.sent_at
"""
LAST = "SELECT code FROM simulated.message WHERE phone_pseudonym = %(pseudonym)s"


def keep(work: Work, *, pseudonym: bytes, code: str) -> None:
    """Write a phone's last code."""
    work.run(KEEP, {"pseudonym": pseudonym, "code": code, "at": work.at})


def last(work: Work, *, pseudonym: bytes) -> str | None:
    """Return a phone's last code."""
    row = work.row(LAST, {"pseudonym": pseudonym})
    return row[0] if row else None
