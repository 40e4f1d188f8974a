"""SQL of what customers moved on a day, beside what they did before."""

from datetime import date

from huoqi.kit.db import Row, Work

_DAYS = """
    -- fund_order_day_idx for the day; fund_order_customer_idx for the few that are looked at.
    WITH moved AS (
        SELECT shard, customer_no, coalesce(sum(amount_fen), 0)::bigint AS in_fen,
            count(amount_fen)::bigint AS in_count, coalesce(max(amount_fen), 0) AS in_max_fen,
            coalesce(sum(units_e2), 0)::bigint AS out_fen
        FROM fund_order
        WHERE fund = %(fund)s AND t_day = %(on)s AND origin = 'customer'
            AND state NOT IN ('cancelled', 'failed')
        GROUP BY shard, customer_no
        HAVING coalesce(sum(amount_fen), 0) + coalesce(sum(units_e2), 0) >= %(least_fen)s
            OR sum(units_e2) > 0
    )
    SELECT m.shard, m.customer_no, m.in_fen, m.in_count, m.in_max_fen, m.out_fen,
        w.in_fen, w.out_fen, %(on)s - w.last_on
    FROM moved AS m
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum(o.amount_fen) FILTER (WHERE o.t_day > %(before)s), 0)::bigint AS in_fen,
            coalesce(sum(o.units_e2) FILTER (WHERE o.t_day > %(before)s), 0)::bigint AS out_fen,
            max(o.t_day) FILTER (WHERE o.t_day < %(on)s) AS last_on
        FROM fund_order AS o
        WHERE o.shard = m.shard AND o.customer_no = m.customer_no AND o.fund = %(fund)s
            AND o.t_day <= %(on)s AND o.origin = 'customer'
            AND o.state NOT IN ('cancelled', 'failed')
    ) AS w
    ORDER BY m.shard, m.customer_no
"""


def customer_days(work: Work, *, fund: str, on: date, before: date, least_fen: int) -> list[Row]:
    """Return what customers moved on a day, who moved much or took anything out."""
    parameters = {"fund": fund, "on": on, "before": before, "least_fen": least_fen}
    return work.rows(_DAYS, parameters)
