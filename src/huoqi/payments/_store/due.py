"""SQL of what the pump has to do next, all kinds in one statement."""

from datetime import datetime

from huoqi.kit.db import Work

DUE = """
    -- Four index ends, and a row a bank.
    SELECT (SELECT min(next_at) FROM money_order WHERE state = 'RESERVED'
            AND (direction = 'COLLECT' OR NOT EXISTS (SELECT FROM payout_stop))),
        (SELECT min(next_at) FROM money_order WHERE state IN ('SENT', 'UNKNOWN')),
        (SELECT min(next_at) FROM card WHERE next_at IS NOT NULL),
        (SELECT min(next_at) FROM bank_statement_cursor),
        (SELECT min(next_at) FROM cash_handover WHERE state = 'held')
"""


def due(work: Work) -> tuple[datetime | None, ...]:
    """Return when the next order, question, card, statement and handover of cash are due."""
    row = work.row(DUE)
    assert row is not None
    return tuple(row)
