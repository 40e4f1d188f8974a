"""The background loop works when told, at one desk, and outlives what goes wrong."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from psycopg.errors import AdminShutdown

from huoqi.jobs.loop import JobsLoop, pause_ms
from huoqi.kit.clock import ClockAdvancing
from huoqi.kit.db import Database
from huoqi.kit.desk import Desk


@dataclass
class Company:
    """As much of a platform as the loop itself looks at."""

    database: Database


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company on a database of its own."""
    database = Database(dsn, size=1)
    yield Company(database)
    database.close()


def loop_of(company: Company, work_off: Callable[[object], int]) -> JobsLoop:
    """Return a loop that only looks when it is woken."""
    return JobsLoop(company, work_off=work_off, idle_ms=60_000)  # type: ignore[arg-type]  # a part


def test_a_turn_reports_what_it_did(company: Company) -> None:
    loop = loop_of(company, lambda _: 3)

    assert (loop.turn(), loop.counts.done, loop.counts.turns) == (3, 3, 1)
    loop.stop()


def test_who_does_not_have_the_desk_looks_on(company: Company) -> None:
    loop, other = loop_of(company, lambda _: 3), Desk(company.database.dsn)
    with other.held():
        assert loop.turn() == 0
    assert loop.counts.not_at_desk == 1
    assert loop.turn() == 3
    loop.stop()
    other.close()


def test_waking_it_makes_it_look_at_once(company: Company) -> None:
    looked = threading.Semaphore(0)

    def work_off(_: object) -> int:
        looked.release()
        return 0

    loop = loop_of(company, work_off)
    loop.start()
    assert looked.acquire(timeout=10)
    loop.wake()
    assert looked.acquire(timeout=10)
    loop.stop()
    assert loop.counts.turns >= 2


def test_a_failure_is_counted_and_the_loop_goes_on(company: Company) -> None:
    looked = threading.Semaphore(0)
    answers: list[Exception | int] = [ValueError("lost"), ClockAdvancing(), 1, 0]

    def work_off(_: object) -> int:
        answer = answers.pop(0) if answers else 0
        looked.release()
        if isinstance(answer, Exception):
            raise answer
        return answer

    loop = loop_of(company, work_off)
    loop.start()
    for _ in range(4):
        assert looked.acquire(timeout=10)
        loop.wake()
    loop.stop()
    assert (loop.counts.failed, loop.counts.done) == (1, 1)
    assert loop.counts.failures_in_a_row == 0


def test_a_database_that_is_away_is_told_in_one_line(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    looked = threading.Event()

    def work_off(_: object) -> int:
        looked.set()
        raise AdminShutdown("terminating connection")

    loop = loop_of(company, work_off)
    loop.start()
    assert looked.wait(10)
    loop.stop()

    assert loop.counts.failed >= 1
    assert {record.getMessage() for record in caplog.records if record.name == "huoqi.jobs"} == {
        "the database is away for a moment: AdminShutdown"
    }
    assert all(record.exc_info is None for record in caplog.records if record.name == "huoqi.jobs")


def test_the_pause_doubles_up_to_half_a_minute() -> None:
    assert [pause_ms(n) for n in (1, 2, 8, 9, 60)] == [200, 400, 25_600, 30_000, 30_000]
