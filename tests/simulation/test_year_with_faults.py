"""A year in which the manager goes wrong: each fault is found, and nothing else is."""

import json
import os
import random
import sys
from pathlib import Path
from uuid import UUID

import pytest

from huoqi.kit.dates import SHANGHAI, shanghai_at
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import check_invariants
from huoqi.sandbox.faults import FaultRequest, arm_faults
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import company_on, day
from tests.fund.managers.drop.meeting import agent_at, meeting_on
from tests.simulation.faulty_year import IN_DATABASE, IN_FILES, SAVERS, Struck, Year

#: 30 days in the suite; HUOQI_YEAR_DAYS=365 for the year; -s tells
#: how often each fault was found.
DAYS = int(os.environ.get("HUOQI_YEAR_DAYS", "30"))
SEED = int(os.environ.get("HUOQI_SEED", "20150511"))

#: Two orders of each on each of twenty trading days.
MANY, TRADING_DAYS = range(100, 350), 20
CLEAN_ORDERS = 2 * len(MANY) * TRADING_DAYS
NOT_CONFIRMED = "SELECT count(*) FROM fund_order WHERE state NOT IN ('confirmed', 'earning')"


@pytest.mark.timeout(300 + 4 * DAYS)
def test_every_fault_of_a_manager_in_the_database_is_found_and_no_other(dsn: str) -> None:
    dice = random.Random(SEED)
    with company_on(dsn, savers=SAVERS) as company:

        def tell(struck: Struck) -> None:
            request = FaultRequest(
                UUID(int=dice.getrandbits(128), version=4),
                struck.fault,
                at=struck.begins_at,
                until=struck.ends_at,
                params=struck.params,
            )
            (armed,) = company.database.run(lambda work: arm_faults(work, [request]))
            assert not isinstance(armed, DomainError), armed

        year = Year(company, tell, IN_DATABASE, dice)
        year.live(DAYS)
        sys.stdout.write(f"found: {dict(year.found)}\n")
        assert year.found
        assert year.missed == []
        assert year.false_alarms == []
        assert year.is_whole(DAYS) == []


@pytest.mark.timeout(300 + 4 * DAYS)
def test_every_fault_of_a_manager_in_files_is_found_and_no_other(dsn: str, tmp_path: Path) -> None:
    with meeting_on(dsn, tmp_path, savers=SAVERS) as meeting, agent_at(tmp_path):

        def tell(struck: Struck) -> None:
            told = {
                "fault": struck.fault,
                "from": struck.begins_at.astimezone(SHANGHAI).isoformat(),
                "until": struck.ends_at.astimezone(SHANGHAI).isoformat(),
                "params": dict(struck.params),
            }
            meeting.faults.append(json.dumps(told))

        year = Year(meeting.company, tell, IN_FILES, random.Random(SEED))
        year.live(DAYS)
        sys.stdout.write(f"found: {dict(year.found)}\n")
        assert year.found
        assert year.missed == []
        assert year.false_alarms == []
        assert year.is_whole(DAYS) == []


def test_ten_thousand_clean_orders_give_no_break(dsn: str) -> None:
    placed = number = 0
    with company_on(dsn, savers=MANY) as company:
        machine = TimeMachine(company.platform)
        while placed < CLEAN_ORDERS or number % 7 != 4:
            if placed < CLEAN_ORDERS and company.platform.calendar.is_trading_day(day(number)):
                for fen in (10_000, 20_000):
                    orders = company.buy({no: fen + 100 * (no + number) for no in MANY})
                    placed += len(orders)
            number += 1
            assert machine.advance_to(shanghai_at(day(number), hour=10)).state == "ready"
        with company.database.work() as work:
            breaks = work.rows("SELECT * FROM close_break")
            waiting = work.row(NOT_CONFIRMED)
            assert check_invariants(work) == []
        days = company.days()

    assert (placed, breaks, waiting) == (CLEAN_ORDERS, [], (0,))
    assert [closed.sealed.on for closed in days] == [day(n) for n in range(number)]
    assert {closed.closed_at.astimezone(SHANGHAI).hour for closed in days} == {2}
    assert {closed.flags for closed in days} == {()}
