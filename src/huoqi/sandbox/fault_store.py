"""The SQL of faults on demand: the table that the simulated banks and managers read."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from huoqi.kit.db import Row, Work

ADD = """
    INSERT INTO simulated.fault (fault_id, fault, target, active_from, active_until, remaining,
        params)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (fault_id) DO NOTHING
"""
ALL = """
    SELECT fault_id, fault, target, active_from, active_until, remaining, params
    FROM simulated.fault ORDER BY active_from, fault_id
"""
FIND = """
    SELECT fault_id, fault, target, active_from, active_until, remaining, params
    FROM simulated.fault WHERE fault_id = ANY(%s) FOR UPDATE
"""
END = """
    -- A period that is over strikes nobody; both simulators look at it first.
    UPDATE simulated.fault SET active_until = greatest(active_from, %s),
        remaining = CASE WHEN remaining IS NOT NULL THEN 0 END
    WHERE fault_id = ANY(%s)
"""
SPEND = """
    -- Its uses were counted elsewhere; a period ends by itself.
    UPDATE simulated.fault SET remaining = 0 WHERE fault_id = ANY(%s) AND remaining > 0
"""
BANKS = "SELECT code FROM bank"
FUNDS = "SELECT DISTINCT fund FROM fund_product"


def add(
    work: Work, row: tuple[UUID, str, str, datetime, datetime | None, int | None, Mapping[str, int]]
) -> None:
    """Arm a fault; one that is armed already stays as it is."""
    work.run(ADD, (*row[:6], Jsonb(dict(row[6]))))


def all_rows(work: Work) -> list[Row]:
    """Return every fault, the first to strike first."""
    return work.rows(ALL)


def lock(work: Work, fault_ids: list[UUID]) -> dict[UUID, Row]:
    """Return faults by their id, locked."""
    return {row[0]: row for row in work.rows(FIND, (fault_ids,))}


def end(work: Work, fault_ids: list[UUID]) -> None:
    """Let faults strike no more."""
    work.run(END, (work.at, fault_ids))


def spend(work: Work, fault_ids: list[UUID]) -> None:
    """Let counted faults have struck as often as they may."""
    work.run(SPEND, (fault_ids,))


def banks(work: Work) -> set[str]:
    """Return the banks that a fault can be aimed at."""
    return {row[0] for row in work.rows(BANKS)}


def funds(work: Work) -> set[str]:
    """Return the funds that a fault can be aimed at."""
    return {row[0] for row in work.rows(FUNDS)}
