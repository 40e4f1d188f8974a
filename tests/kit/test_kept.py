"""Terms that hardly ever change are read once, and again as soon as somebody has changed them."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database, Work

AT = datetime(2015, 5, 11, 1, tzinfo=UTC)


class Terms:
    """Terms that count how often they are read."""

    def __init__(self) -> None:
        self.reads = 0

    def of(self, work: Work) -> int:
        """Return how often they have been read, this time included unless they were kept."""
        return work.kept("terms", self._read)

    def _read(self) -> int:
        self.reads += 1
        return self.reads


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    """Yield a database with a clock that stands still."""
    opened = Database(dsn, clock=ManualClock(AT), size=2)
    yield opened
    opened.close()


def test_a_unit_of_work_reads_terms_once_and_the_next_one_again(database: Database) -> None:
    terms = Terms()
    with database.work() as work:
        assert [terms.of(work), terms.of(work)] == [1, 1]
    with database.work() as work:
        assert terms.of(work) == 2


def test_a_journey_keeps_terms_over_its_own_units_of_work(database: Database) -> None:
    terms = Terms()
    with database.flushing_late():
        database.tell_time(AT)
        for _ in range(3):
            with database.work(while_advancing=True) as work:
                assert terms.of(work) == 1
        with database.work() as work:
            assert terms.of(work) == 2  # not one of its own
    with database.work(while_advancing=True) as work:
        assert terms.of(work) == 3  # it is over


def test_who_changes_terms_reads_them_again_and_so_does_everybody_after(
    database: Database,
) -> None:
    terms = Terms()
    with database.flushing_late():
        database.tell_time(AT)
        with database.work(while_advancing=True) as work:
            assert terms.of(work) == 1
            work.forget()
            assert [terms.of(work), terms.of(work)] == [2, 2]
        with database.work(while_advancing=True) as work:
            assert terms.of(work) == 3  # what the change left, committed or undone


def test_a_journey_forgets_when_somebody_acted_on_its_way(database: Database) -> None:
    terms = Terms()
    with database.flushing_late():
        database.tell_time(AT)
        with database.work(while_advancing=True) as work:
            assert terms.of(work) == 1
        database.forget()
        with database.work(while_advancing=True) as work:
            assert terms.of(work) == 2


def test_another_thread_reads_for_itself(database: Database) -> None:
    terms = Terms()
    seen: list[int] = []

    def look() -> None:
        with database.work(while_advancing=True) as work:
            seen.append(terms.of(work))

    with database.flushing_late():
        database.tell_time(AT)
        with database.work(while_advancing=True) as work:
            assert terms.of(work) == 1
        looker = threading.Thread(target=look)
        looker.start()
        looker.join()
        with database.work(while_advancing=True) as work:
            assert terms.of(work) == 1
    assert seen == [2]
