"""The SQL of what operators watch of the close: blocked days, and closed days without a seal."""

from huoqi.kit.db import Work

BLOCKED = """
    SELECT c.fund, count(DISTINCT s.close_on) FILTER (WHERE s.state = 'blocked')
    FROM (SELECT DISTINCT fund FROM close_cursor) c
    LEFT JOIN close_step s ON s.fund = c.fund AND s.state = 'blocked'
    GROUP BY c.fund ORDER BY c.fund
"""
UNSEALED = """
    SELECT d.fund, count(*) FILTER (WHERE d.close_on > coalesce(l.last_on, '-infinity'))
    FROM close_day d LEFT JOIN
        (SELECT fund, max(close_on) AS last_on FROM close_seal GROUP BY fund) l USING (fund)
    GROUP BY d.fund ORDER BY d.fund
"""


def blocked_counts(work: Work) -> dict[str, int]:
    """Return of each fund how many days are blocked."""
    return dict(work.rows(BLOCKED))


def unsealed_counts(work: Work) -> dict[str, int]:
    """Return of each fund how many closed days come after the last sealed one."""
    return dict(work.rows(UNSEALED))
