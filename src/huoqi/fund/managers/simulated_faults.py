"""What goes wrong with the simulated manager: faults that are armed, and how they are spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from huoqi.fund.managers.port import ManagerDown
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Work

ONE_DAY = timedelta(days=1)
NAV_LATE_HOURS = 4
CORRECTED_HOURS = 4
DOWN_HOURS = 1

_FAULTS = """
    SELECT fault_id, fault, params, active_from, active_until, remaining
    FROM simulated.fault
    WHERE target IN (%s, '', '*', 'fund-manager')
    ORDER BY active_from, fault_id
"""
_FAULT_USES = "SELECT use_on FROM simulated.manager_fault_use WHERE fault_id = %s AND fund = %s"
_USE_FAULT = "INSERT INTO simulated.manager_fault_use VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_COUNT_DOWN = "UPDATE simulated.fault SET remaining = remaining - 1 WHERE fault_id = %s"


@dataclass(frozen=True, slots=True)
class Fault:
    """An armed fault: from when to when it strikes, or how many days it still spoils."""

    fault_id: UUID
    name: str
    params: dict[str, Any]  # free JSON, read by the one fault that knows its keys
    from_at: datetime
    until_at: datetime | None
    remaining: int | None


def publishes_at(on: date) -> datetime:
    """Return when a day's figures are published."""
    return shanghai_at(on + ONE_DAY, hour=1, minute=30)


def faults_of(work: Work, name: str, *, fund: str) -> list[Fault]:
    """Return the faults of a name that are aimed at a fund, oldest first.

    A call to the manager asks for several names, so all are read once a unit of work.
    """
    known = work.buffer(_faults_buffer(fund))
    if not known:
        known.append([Fault(*row) for row in work.rows(_FAULTS, (fund,))])
    (found,) = known
    assert isinstance(found, list)
    return [fault for fault in found if fault.name == name]


def _faults_buffer(fund: str) -> str:
    return f"manager faults {fund}"


def _spend(work: Work, fault: Fault, *, fund: str, on: date) -> bool:
    """Tell whether a counted fault spoils this day, writing the use down.

    A fault with neither an end nor a count spoils one day.
    """
    used = {row[0] for row in work.rows(_FAULT_USES, (fault.fault_id, fund))}
    if on in used:
        return True
    left = fault.remaining if fault.remaining is not None else 1 - len(used)
    if left < 1:
        return False
    work.run(_USE_FAULT, (fault.fault_id, fund, on))
    work.buffer(_faults_buffer(fund)).clear()
    if fault.remaining is not None:
        work.run(_COUNT_DOWN, (fault.fault_id,))
    return True


def lateness(work: Work, *, fund: str, on: date) -> timedelta:
    """Return by how much a day's figures are late."""
    faults = faults_of(work, "nav_late", fund=fund)
    fault = strikes(work, faults, fund=fund, on=on, at=publishes_at(on))
    return timedelta(hours=int(fault.params.get("hours", NAV_LATE_HOURS))) if fault else timedelta()


def corrected_at(fault: Fault, *, on: date) -> datetime:
    """Return when a wrong total is put right: at the fault's end, else some hours later."""
    hours = timedelta(hours=int(fault.params.get("hours", CORRECTED_HOURS)))
    return fault.until_at or publishes_at(on) + hours


def down(work: Work, *, fund: str) -> ManagerDown | None:
    """Return that nobody answers now, and until when; None where somebody does."""
    for fault in faults_of(work, "manager_down", fund=fund):
        hours = timedelta(hours=int(fault.params.get("hours", DOWN_HOURS)))
        until_at = fault.until_at or fault.from_at + hours
        if fault.from_at <= work.at < until_at:
            return ManagerDown(until_at)
    return None


def covers(fault: Fault, *, at: datetime) -> bool:
    """Tell whether an instant lies within a fault's period."""
    return fault.from_at <= at and (fault.until_at is None or at < fault.until_at)


def strikes(
    work: Work, faults: Sequence[Fault], *, fund: str, on: date, at: datetime
) -> Fault | None:
    """Return the fault that spoils what is due on a day, spending a counted one."""
    for fault in faults:
        if not covers(fault, at=at):
            continue
        has_period = fault.until_at is not None and fault.remaining is None
        if has_period or _spend(work, fault, fund=fund, on=on):
            return fault
    return None
