"""The time machine: one clock, event by event, never back, never beyond the calendar."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from huoqi.close.operations import run_due
from huoqi.customers.rules.api_keys import SandboxOnly
from huoqi.fund.orders import Speed
from huoqi.fund.rules.trading_days import CalendarHorizon
from huoqi.kit.clock import ClockAdvancing
from huoqi.kit.dates import SHANGHAI, shanghai_at
from huoqi.kit.desk import Desk, DeskBusy
from huoqi.sandbox.branches import Branches
from huoqi.sandbox.opening import go_on, open_sandbox
from huoqi.sandbox.time_machine import (
    ClockGoesForward,
    Leave,
    NothingUnderWay,
    TimeMachine,
    months_later,
)
from tests.close.world import MONDAY, Company, company_on, day

if TYPE_CHECKING:
    from tests.databases import Cluster

SAVERS = range(100, 106)


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company with savers, and drop what was copied from it."""
    with company_on(dsn, savers=SAVERS) as opened:
        yield opened
    name = conninfo_to_dict(dsn)["dbname"]
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as admin:
        copies = admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{name}\\_%",)
        ).fetchall()
        for (copy,) in copies:
            admin.execute(f'DROP DATABASE "{copy}" WITH (FORCE)'.encode())


def local(at: datetime) -> str:
    """Return an instant as Shanghai's wall clock shows it."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def test_events_come_one_by_one_in_order(company: Company) -> None:
    machine = TimeMachine(company.platform)

    stops = [local(machine.to_next_event().at) for _ in range(9)]

    assert stops == [
        "05-11 15:00",
        "05-11 15:05",
        "05-12 00:00",
        "05-12 00:05",
        "05-12 01:30",
        "05-12 02:00",
        "05-12 08:00",
        "05-12 09:00",
        "05-12 15:00",
    ]


def test_days_months_and_closes_are_counted(company: Company) -> None:
    machine = TimeMachine(company.platform)

    assert local(machine.advance_days(1).at) == "05-12 09:00"
    assert local(machine.advance_months(1).at) == "06-12 09:00"
    before = len(company.days())
    journey = machine.run_closes(3)
    assert (local(journey.at), journey.state) == ("06-15 02:00", "ready")
    assert len(company.days()) == before + 3
    assert machine.state().state == "ready"
    assert machine.state().target is None


def test_run_closes_counts_the_close_that_is_still_to_come_tonight(company: Company) -> None:
    machine = TimeMachine(company.platform)
    machine.advance_to(shanghai_at(day(1), hour=1))

    assert local(machine.run_closes(1).at) == "05-12 02:00"


def test_the_clock_never_goes_back_nor_beyond_the_calendar(company: Company) -> None:
    machine = TimeMachine(company.platform)

    with pytest.raises(ClockGoesForward):
        machine.advance_to(shanghai_at(MONDAY, hour=8))
    with pytest.raises(CalendarHorizon) as refused:
        machine.advance_to(shanghai_at(date(2027, 1, 1), hour=0))
    assert refused.value.code == "calendar.beyond_horizon"
    assert machine.state().state == "ready"


def test_money_waits_while_the_clock_moves(company: Company) -> None:
    seen: list[str] = []

    def ask(done: int, total: int, note: str) -> None:
        try:
            company.buy({100: 10_000})
        except ClockAdvancing as refusal:
            seen.append(refusal.code)

    TimeMachine(company.platform).advance_days(1, report=ask)

    assert seen
    assert set(seen) == {"clock.advancing"}
    assert company.buy({100: 10_000})


def test_it_waits_for_work_that_has_read_the_clock(company: Company) -> None:
    machine = TimeMachine(company.platform)
    moved = threading.Event()

    def move() -> None:
        machine.advance_days(1)
        moved.set()

    mover = threading.Thread(target=move)
    with company.database.work() as work:
        before = work.at
        mover.start()
        assert not moved.wait(0.3)
        row = work.row("SELECT at FROM business_clock")
        assert row is not None
        assert row[0] == before
    mover.join()
    assert moved.is_set()


def test_there_is_one_mover_at_a_time(company: Company) -> None:
    desk = Desk(company.database.dsn)
    with desk.held(), pytest.raises(DeskBusy):
        TimeMachine(company.platform, patience_s=1).advance_days(1)
    desk.close()


def test_a_live_platform_has_no_time_machine(company: Company) -> None:
    with pytest.raises(SandboxOnly):
        TimeMachine(replace(company.platform, mode="live"))


def test_without_a_journey_there_is_nothing_to_resume(company: Company) -> None:
    with pytest.raises(NothingUnderWay):
        TimeMachine(company.platform).resume()


def test_a_failed_journey_says_so_and_goes_on_where_it_stood(company: Company) -> None:
    machine = TimeMachine(company.platform)

    def fail(done: int, total: int, note: str) -> None:
        if done == 2:
            raise ValueError("the watcher fell over")

    target = shanghai_at(day(5), hour=9)
    with pytest.raises(ValueError, match="watcher"):
        machine.advance_to(target, report=fail)
    state = machine.state()
    assert (state.state, state.stopped_by, state.target) == ("failed", "ValueError", target)

    assert machine.resume().at == target
    assert len(company.days()) == 5


@pytest.mark.parametrize("leaving", [SystemExit(143), KeyboardInterrupt(), Leave()])
def test_a_journey_that_is_left_stays_on_its_way(company: Company, leaving: BaseException) -> None:
    machine = TimeMachine(company.platform)

    def leave(done: int, total: int, note: str) -> None:
        if done == 2:
            raise leaving

    target = shanghai_at(day(5), hour=9)
    with pytest.raises(type(leaving)):
        machine.advance_to(target, report=leave)
    state = machine.state()
    assert (state.state, state.stopped_by, state.target) == ("advancing", "", target)

    assert machine.resume().at == target
    assert machine.state().state == "ready"
    assert len(company.days()) == 5


def test_a_start_goes_on_with_a_journey_only_after_it_is_open(company: Company) -> None:
    said: list[str] = []
    target = shanghai_at(day(3), hour=9)

    def leave(done: int, total: int, note: str) -> None:
        raise Leave

    machine = TimeMachine(company.platform)
    with pytest.raises(Leave):
        machine.advance_to(target, report=leave)

    assert open_sandbox(company.platform, say=said.append)
    assert said == []
    assert machine.state().state == "advancing"
    go_on(company.platform, say=said.append, report=leave)
    go_on(company.platform, say=said.append)
    assert [line.split(";")[-1] for line in said[1:]] == [
        " the next start goes on with it",
        " it goes on to 2015-05-14 09:00 in the background",
        "the clock has reached 2015-05-14 09:00",
    ]
    assert not open_sandbox(company.platform, say=said.append)


def commands(company: Company, machine: TimeMachine) -> list[str]:
    """Do the same things as always and return the roots of all closed days."""
    company.buy({no: 100_000 + 37 * no for no in SAVERS})
    machine.advance_days(3)
    company.sell(100, 50_000, speed=Speed.FAST)
    company.sell(101, None, speed=Speed.NORMAL)
    machine.advance_days(4)
    return company.roots()


def test_the_same_commands_after_a_rewind_give_the_same_bytes(company: Company) -> None:
    branches = Branches(company.database)
    branches.set_up()
    machine = TimeMachine(company.platform, branches=branches)
    branches.branch("base")
    first = commands(company, machine)

    branches.rewind("base")
    assert company.roots() == []
    again = commands(company, machine)

    assert len(first) == 7
    assert again == first


def test_every_move_leaves_a_checkpoint_and_a_close_can_be_gone_back_to(company: Company) -> None:
    branches = Branches(company.database)
    branches.set_up()
    machine = TimeMachine(company.platform, branches=branches)
    company.buy({no: 100_000 + 37 * no for no in SAVERS})
    machine.advance_days(2)
    machine.advance_days(3)
    roots = company.roots()

    notes = [s.note for s in branches.listed() if s.kind == "checkpoint"]
    assert notes == ["before the move to 2015-05-13 09:00", "before the move to 2015-05-16 09:00"]

    branches.rewind((MONDAY + timedelta(days=1)).isoformat())
    assert company.roots() == roots[:2]
    machine.advance_days(3)
    assert company.roots() == roots


def test_two_companies_with_one_seed_have_the_same_roots(postgres_cluster: "Cluster") -> None:
    found = []
    for _ in range(2):
        with postgres_cluster.database() as fresh, company_on(fresh, savers=SAVERS) as company:
            found.append(commands(company, TimeMachine(company.platform)))

    assert found[0] == found[1]


def test_nothing_is_left_to_do_where_the_clock_stands(company: Company) -> None:
    TimeMachine(company.platform).advance_days(2)

    assert run_due(company.platform) == 0


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2015, 5, 31), 1, date(2015, 6, 30)),
        (date(2015, 12, 31), 2, date(2016, 2, 29)),
        (date(2015, 11, 30), 1, date(2015, 12, 30)),
        (date(2015, 1, 1), 24, date(2017, 1, 1)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(start: date, months: int, end: date) -> None:
    assert months_later(shanghai_at(start, hour=7), months=months) == shanghai_at(end, hour=7)
