"""SQL for what customers used of a day's quotas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from huoqi.fund._store.columns import HoldingKey, holding_columns
from huoqi.fund.products import DISTRIBUTOR
from huoqi.kit.db import Work

_OPEN_USE = """
    INSERT INTO fund_day_use (shard, fund, customer_no, distributor, use_on)
    SELECT k.shard, k.fund, k.customer_no, %s, %s
    FROM unnest(%s::smallint[], %s::text[], %s::bigint[]) AS k (shard, fund, customer_no)
    ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING
"""
_LOCK_USE = """
    SELECT u.shard, u.fund, u.customer_no, u.fast_count, u.fast_fen, u.bought_fen
    FROM fund_day_use AS u
    JOIN unnest(%s::smallint[], %s::text[], %s::bigint[]) AS k (shard, fund, customer_no)
        ON u.shard = k.shard AND u.fund = k.fund AND u.customer_no = k.customer_no
    WHERE u.distributor = %s AND u.use_on = %s
    ORDER BY u.shard, u.fund, u.customer_no FOR UPDATE OF u
"""
_READ_USE = """
    SELECT fast_count, fast_fen, bought_fen FROM fund_day_use
    WHERE shard = %s AND fund = %s AND customer_no = %s AND distributor = %s AND use_on = %s
"""
_MOVE_USE = """
    UPDATE fund_day_use AS u SET fast_count = u.fast_count + m.fast_count,
        fast_fen = u.fast_fen + m.fast_fen, bought_fen = greatest(u.bought_fen + m.bought_fen, 0)
    FROM (SELECT shard, fund, customer_no, use_on, sum(fast_count)::int AS fast_count,
              sum(fast_fen)::bigint AS fast_fen, sum(bought_fen)::bigint AS bought_fen
          FROM unnest(%s::smallint[], %s::text[], %s::bigint[], %s::date[], %s::int[],
              %s::bigint[], %s::bigint[])
              AS d (shard, fund, customer_no, use_on, fast_count, fast_fen, bought_fen)
          GROUP BY 1, 2, 3, 4) AS m
    WHERE u.shard = m.shard AND u.fund = m.fund AND u.customer_no = m.customer_no
        AND u.use_on = m.use_on AND u.distributor = %s
"""


@dataclass(frozen=True, slots=True)
class DayUse:
    """What a customer used of a fund's quotas on a day."""

    fast_count: int = 0
    fast_fen: int = 0
    bought_fen: int = 0


@dataclass(frozen=True, slots=True)
class UseMove:
    """A change of what a customer used on a day; negative figures give back."""

    key: HoldingKey
    use_on: date
    fast_count: int = 0
    fast_fen: int = 0
    bought_fen: int = 0


def lock_use(work: Work, keys: Iterable[HoldingKey], *, on: date) -> dict[HoldingKey, DayUse]:
    """Return what customers used of a day, held until the commit."""
    columns = holding_columns(sorted(set(keys)))
    work.run(_OPEN_USE, (DISTRIBUTOR, on, *columns))
    rows = work.rows(_LOCK_USE, (*columns, DISTRIBUTOR, on))
    return {(row[0], row[1], row[2]): DayUse(row[3], row[4], row[5]) for row in rows}


def use_of(work: Work, key: HoldingKey, *, on: date) -> DayUse:
    """Return what a customer used of a day."""
    row = work.row(_READ_USE, (*key, DISTRIBUTOR, on))
    return DayUse(*row) if row else DayUse()


def move_use(work: Work, moves: Sequence[UseMove]) -> None:
    """Take from quotas, or give back."""
    if moves:
        columns = holding_columns([move.key for move in moves])
        figures = [[m.use_on for m in moves], [m.fast_count for m in moves]]
        sums = [[m.fast_fen for m in moves], [m.bought_fen for m in moves]]
        work.run(_MOVE_USE, (*columns, *figures, *sums, DISTRIBUTOR))
