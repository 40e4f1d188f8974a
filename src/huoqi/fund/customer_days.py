"""What customers moved with a fund on a day, for whoever looks for what is unusual."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from huoqi.fund._store import customer_days as store
from huoqi.kit.db import Work


@dataclass(frozen=True, slots=True)
class Moved:
    """A customer's orders of one T day, and those of the days before; own wishes only, in fen.

    Units count at one yuan. ``idle_days`` is how long ago the last order before was; None for the
    first. Cancelled and failed orders do not count.
    """

    shard: int
    customer_no: int
    in_fen: int
    in_count: int
    in_max_fen: int
    out_fen: int
    window_in_fen: int
    window_out_fen: int
    idle_days: int | None


def moved_on(work: Work, *, fund: str, on: date, days: int, least_fen: int) -> Iterator[Moved]:
    """Yield who moved at least a sum on a day, or took anything out; ``days`` make the window."""
    rows = store.customer_days(
        work, fund=fund, on=on, before=on - timedelta(days=days), least_fen=least_fen
    )
    return (Moved(*row) for row in rows)
