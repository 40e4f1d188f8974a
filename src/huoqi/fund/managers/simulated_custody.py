"""The simulated custodian: what it holds for a fund at a day's end, by figures of its own.

It takes what it held the evening before, adds the cash that the manager settled and the income of
the day, and knows nothing of holders. It can be away, as the injector says (``custodian_away``).
"""

from datetime import date, datetime, timedelta

from huoqi.fund.managers import simulated_store as store
from huoqi.fund.managers.simulated_fault_store import faults_of
from huoqi.kit.db import Database, Work

AWAY = "custodian_away"
AWAY_HOURS = 1
_DAY = timedelta(days=1)


class SimulatedCustodian:
    """Answers for a fund's day with units and income, or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def totals(self, fund: str, on: date, at: datetime) -> tuple[int, int] | None:
        """Return units and income that the kept assets bear out; None while nobody answers."""
        with self._database.connection() as conn:
            work = Work(conn, at=at, ids=self._database.ids, actor="custodian")
            if _is_away(work, fund=fund):
                return None
            day = store.stored_day(work, fund=fund, on=on)
            if day is None:
                return None
            before = store.stored_day(work, fund=fund, on=on - _DAY)
            in_fen, out_fen = store.settlement(work, fund=fund, on=on)
        assets_fen = _assets(before) + in_fen - out_fen + day.total_income_fen
        waiting_fen = sum(day.accrued_fen.values())
        return assets_fen - waiting_fen, day.total_income_fen


def _assets(day: store.StoredDay | None) -> int:
    """Return what a day ended with; a unit is a yuan, and income that waits is money as well."""
    return day.total_units_e2 + sum(day.accrued_fen.values()) if day else 0


def _is_away(work: Work, *, fund: str) -> bool:
    for fault in faults_of(work, AWAY, fund=fund):
        hours = timedelta(hours=int(fault.params.get("hours", AWAY_HOURS)))
        if fault.from_at <= work.at < (fault.until_at or fault.from_at + hours):
            return True
    return False
