"""Arming, listing and cancelling faults of the simulated banks and managers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import SeededIds
from huoqi.sandbox.faults import (
    KINDS,
    Fault,
    FaultNeedsFiles,
    FaultNotFound,
    FaultParameterOutOfRange,
    FaultParameterUnknown,
    FaultRequest,
    FaultTargetUnknown,
    FaultTimeMalformed,
    FaultUnknown,
    arm_faults,
    cancel_faults,
    faults_of,
    spend_faults,
)

NINE = datetime(2015, 5, 11, 1, tzinfo=UTC)
ONE_ID = UUID("01500000-0000-7000-8000-000000000001")
#: A company that speaks with its manager in files has rows of them.
A_FILE = """
    INSERT INTO manager_file (file_id, agent, direction, day_on, file_type, name, state)
    VALUES (%s, '99', 'in', '2015-05-11', '07', 'OFD_99_H0_20150511_07.TXT', 'expected')
"""
ICBC_DOWN = FaultRequest(ONE_ID, "bank_down", target="ICBC")


@pytest.fixture
def database(database_dsn: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    clock, ids = ManualClock(NINE), SeededIds(request.node.name)
    database = Database(database_dsn, clock=clock, ids=ids)
    with database.connection() as conn:
        conn.execute("DELETE FROM simulated.fault")
    yield database
    database.close()


def arm(database: Database, request: FaultRequest) -> Fault | DomainError:
    return database.run(lambda work: arm_faults(work, [request])[0])


def armed(database: Database, request: FaultRequest) -> Fault:
    found = arm(database, request)
    assert isinstance(found, Fault)
    return found


def test_a_bank_is_down_for_an_hour_when_nothing_is_said(database: Database) -> None:
    fault = armed(database, ICBC_DOWN)

    assert fault.state == "armed"
    assert fault.active_until == NINE + timedelta(hours=1)


def test_a_lost_reply_strikes_once_when_nothing_is_said(database: Database) -> None:
    assert armed(database, FaultRequest(ONE_ID, "reply_lost")).remaining == 1


def test_a_fault_of_tomorrow_waits(database: Database) -> None:
    tomorrow = NINE + timedelta(days=1)

    assert armed(database, replace(ICBC_DOWN, at=tomorrow)).state == "waiting"


def test_arming_twice_under_one_id_arms_once(database: Database) -> None:
    first = armed(database, ICBC_DOWN)

    assert arm(database, replace(ICBC_DOWN, target="CCB")) == first
    assert database.run(faults_of) == [first]


def test_a_cancelled_fault_is_over_and_stays_listed(database: Database) -> None:
    armed(database, ICBC_DOWN)

    cancelled = database.run(lambda work: cancel_faults(work, [ONE_ID])[0])

    assert isinstance(cancelled, Fault)
    assert cancelled.state == "over"
    assert database.run(faults_of) == [cancelled]


def test_cancelling_what_was_never_armed_is_refused(database: Database) -> None:
    assert database.run(lambda work: cancel_faults(work, [ONE_ID])) == [FaultNotFound()]


IN_FILES = sorted(name for name, kind in KINDS.items() if kind.needs_files)


@pytest.mark.parametrize("name", sorted(set(KINDS) - set(IN_FILES)))
def test_every_fault_can_be_armed_without_parameters(database: Database, name: str) -> None:
    assert armed(database, FaultRequest(ONE_ID, name)).fault == name


@pytest.mark.parametrize("name", IN_FILES)
def test_a_fault_of_files_names_the_option_that_gives_a_manager_in_files(
    database: Database, name: str
) -> None:
    refusal = FaultNeedsFiles(fault=name, option="huoqi up --manager files")
    assert arm(database, FaultRequest(ONE_ID, name)) == refusal
    with database.connection() as conn:
        conn.execute(A_FILE, [ONE_ID])
    try:
        assert armed(database, FaultRequest(ONE_ID, name)).fault == name
    finally:
        with database.connection() as conn:
            conn.execute("DELETE FROM manager_file WHERE file_id = %s", [ONE_ID])


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (replace(ICBC_DOWN, fault="meteor"), FaultUnknown),
        (replace(ICBC_DOWN, target="990001"), FaultTargetUnknown),
        (FaultRequest(ONE_ID, "nav_late", target="ICBC"), FaultTargetUnknown),
        (replace(ICBC_DOWN, params={"minutes": 1}), FaultParameterUnknown),
        (replace(ICBC_DOWN, params={"hours": 0}), FaultParameterOutOfRange),
        (replace(ICBC_DOWN, params={"hours": True}), FaultParameterOutOfRange),
        (replace(ICBC_DOWN, at=NINE - timedelta(seconds=1)), FaultTimeMalformed),
        (replace(ICBC_DOWN, until=NINE), FaultTimeMalformed),
        (replace(ICBC_DOWN, next_n=0), FaultTimeMalformed),
    ],
)
def test_a_malformed_wish_is_refused_and_arms_nothing(
    database: Database, request_: FaultRequest, refusal: type[DomainError]
) -> None:
    assert isinstance(arm(database, request_), refusal)
    assert database.run(faults_of) == []


def test_a_fault_that_struck_elsewhere_as_often_as_it_may_is_over(database: Database) -> None:
    armed(database, FaultRequest(ONE_ID, "nav_late", next_n=3))
    other_id = UUID(int=ONE_ID.int + 1)
    armed(database, replace(ICBC_DOWN, fault_id=other_id))
    database.run(lambda work: spend_faults(work, [ONE_ID, other_id]))

    states = {fault.fault: (fault.remaining, fault.state) for fault in database.run(faults_of)}
    assert states == {"nav_late": (0, "over"), "bank_down": (None, "armed")}
