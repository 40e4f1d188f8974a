"""SQL of the simulated manager's faults: which are armed, and how they are spent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huoqi.kit.db import Work

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


def spend(work: Work, fault: Fault, *, fund: str, on: date) -> bool:
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
