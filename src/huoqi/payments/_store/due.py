"""SQL of what the pump has to do next, all kinds in one statement."""

from datetime import datetime

from huoqi.kit.db import Work

DUE = """
    -- Three index ends, and a row a bank.
    SELECT (SELECT min(next_at) FROM money_order WHERE state = 'RESERVED'),
        (SELECT min(next_at) FROM money_order WHERE state IN ('SENT', 'UNKNOWN')),
        (SELECT min(next_at) FROM card WHERE next_at IS NOT NULL),
        (SELECT min(next_at) FROM bank_statement_cursor)
"""


def due(
    work: Work,
) -> tuple[datetime | None, datetime | None, datetime | None, datetime | None]:
    """Return when the next order, question, card and statement are due."""
    row = work.row(DUE)
    assert row is not None
    return row[0], row[1], row[2], row[3]
