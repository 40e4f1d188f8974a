"""What the simulated manager and custodian have at the end of days, for those who sign them.

The manager looks into its register. The custodian takes what it held the evening before, adds the
cash that the manager settled and the income of the day, and knows nothing of holders; it can be
away, as the injector says (``custodian_away``). Days are asked for together: seals come in batches.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from huoqi.fund.managers import simulated_store as store
from huoqi.fund.managers.simulated_fault_store import faults_of
from huoqi.fund.managers.simulated_faults import down
from huoqi.kit.db import Database, Work

AWAY = "custodian_away"
AWAY_HOURS = 1
_DAY = timedelta(days=1)
#: Units and income of a fund's day; None while nobody answers or knows.
Totals = tuple[int, int] | None


class SimulatedSigners:
    """Answers for a fund's days with units and income, from the sandbox's own tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def in_register(self, fund: str, days: Sequence[date], at: datetime) -> list[Totals]:
        """Return what the manager's register has at the end of each day."""
        with self._database.connection() as conn:
            work = Work(conn, at=at, ids=self._database.ids, actor="fund manager")
            if down(work, fund=fund):
                return [None] * len(days)
            known = _known(work, fund=fund, first_on=days[0], last_on=days[-1])
        return [known[on][:2] if on in known else None for on in days]

    def in_custody(self, fund: str, days: Sequence[date], at: datetime) -> list[Totals]:
        """Return what the assets in custody bear out at the end of each day."""
        first_on, last_on = days[0], days[-1]
        with self._database.connection() as conn:
            work = Work(conn, at=at, ids=self._database.ids, actor="custodian")
            if _is_away(work, fund=fund):
                return [None] * len(days)
            known = _known(work, fund=fund, first_on=first_on - _DAY, last_on=last_on)
            cash = store.settlements_between(work, fund=fund, first_on=first_on, last_on=last_on)
        found: list[Totals] = []
        for on in days:
            units_e2, _, waiting_fen = known.get(on - _DAY, (0, 0, 0))
            # A unit is a yuan, and income that waits is money as well.
            assets_fen = units_e2 + waiting_fen + cash.get(on, 0)
            day = known.get(on)
            found.append((assets_fen + day[1] - day[2], day[1]) if day else None)
        return found


def _known(
    work: Work, *, fund: str, first_on: date, last_on: date
) -> dict[date, tuple[int, int, int]]:
    """Return units, income and income that waits of days; nothing of all before any order."""
    begun_on = store.first_order_on(work, fund=fund) or last_on + _DAY
    before = (begun_on - first_on).days if begun_on <= last_on else (last_on - first_on).days + 1
    nothing = {first_on + n * _DAY: (0, 0, 0) for n in range(before)}
    return nothing | store.totals_between(work, fund=fund, first_on=first_on, last_on=last_on)


def _is_away(work: Work, *, fund: str) -> bool:
    for fault in faults_of(work, AWAY, fund=fund):
        hours = timedelta(hours=int(fault.params.get("hours", AWAY_HOURS)))
        if fault.from_at <= work.at < (fault.until_at or fault.from_at + hours):
            return True
    return False
