"""What goes wrong with the simulated manager: when its faults strike, and what they do."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from huoqi.fund.managers.port import ManagerDown
from huoqi.fund.managers.simulated_fault_store import Fault, faults_of, spend
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Work

ONE_DAY = timedelta(days=1)
NAV_LATE_HOURS = 4
CORRECTED_HOURS = 4
DOWN_HOURS = 1


def publishes_at(on: date) -> datetime:
    """Return when a day's figures are published."""
    return shanghai_at(on + ONE_DAY, hour=1, minute=30)


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
        if has_period or spend(work, fault, fund=fund, on=on):
            return fault
    return None
