"""Killed at any transaction and run again, a close ends with the same root."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from huoqi.close.queries import ClosedDay
from huoqi.fund.orders import Speed
from huoqi.kit.clock import TableClock
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database, Work
from huoqi.kit.ids import SeededIds
from huoqi.sandbox.time_machine import NothingUnderWay, TimeMachine
from tests.close.world import Company, company_on, day

if TYPE_CHECKING:
    from tests.databases import Cluster

SAVERS = range(100, 108)
UNTIL = shanghai_at(day(6), hour=10)


class Killed(BaseException):
    """The process ends here."""


class MortalDatabase(Database):
    """A database whose process dies after so many units of work, before or after a commit."""

    lives = 10**9
    dies_after_commit = False

    @contextmanager
    def work(self, *, actor: str = "system", while_advancing: bool = False) -> Iterator[Work]:
        """Yield a unit of work, or die."""
        if self.lives <= 0:
            raise Killed  # a dead process writes nothing more
        self.lives -= 1
        with super().work(actor=actor, while_advancing=while_advancing) as work:
            yield work
            if self.lives == 0 and not self.dies_after_commit:
                raise Killed
        if self.lives == 0:
            raise Killed


def quiet_history(company: Company) -> None:
    """Let savers buy, take out fast, and buy again: nothing is left for the banks to do."""
    company.buy({no: 100_000 + 100 * no for no in SAVERS})
    TimeMachine(company.platform).advance_to(shanghai_at(day(2), hour=10))
    company.sell(100, 50_000, speed=Speed.FAST)
    company.buy({102: 77_700})


def busy_history(company: Company) -> None:
    """Let savers also sell the slow way, so that the banks pay out while the clock moves."""
    quiet_history(company)
    company.sell(101, None, speed=Speed.NORMAL)
    company.sell(103, 20_000, speed=Speed.NORMAL)


def uninterrupted(dsn: str, history: Callable[[Company], None]) -> list[ClosedDay]:
    """Return the days of a run that nothing interrupts."""
    with company_on(dsn, savers=SAVERS) as company:
        history(company)
        TimeMachine(company.platform).advance_to(UNTIL)
        return company.days()


def killed_often(
    dsn: str, history: Callable[[Company], None], *, seed: int
) -> tuple[int, list[ClosedDay]]:
    """Return how often a run was killed, and its days once it came to its end."""
    chance = random.Random(seed)
    deaths = 0
    with company_on(dsn, savers=SAVERS) as company:
        history(company)
        database, again = mortal(company)
        machine = TimeMachine(again.platform)
        database.lives = 7
        while not live_until_killed(machine, first=deaths == 0):
            deaths += 1
            assert deaths < 500, "no death may undo what was done before it"
            database.dies_after_commit = chance.random() < 0.5
            database.lives = chance.randrange(5, 10)
        database.lives = 10**9
        days = again.days()
        database.close()
    return deaths, days


def mortal(company: Company) -> tuple[MortalDatabase, Company]:
    """Return the company again, on a database that can die."""
    database = MortalDatabase(company.database.dsn, clock=TableClock(), ids=SeededIds("later"))
    return database, Company(
        replace(company.platform, database=database), company.manager, company.cards
    )


def live_until_killed(machine: TimeMachine, *, first: bool) -> bool:
    """Move on until the process dies; return whether it came to the end instead."""
    try:
        if first:
            machine.advance_to(UNTIL)
        else:
            machine.resume()
    except Killed:
        return False
    except NothingUnderWay:
        return True
    return True


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_number_of_deaths_ends_in_the_same_roots(
    seed: int, postgres_cluster: "Cluster"
) -> None:
    with postgres_cluster.database() as dsn:
        expected = uninterrupted(dsn, quiet_history)
    with postgres_cluster.database() as dsn:
        deaths, days = killed_often(dsn, quiet_history, seed=seed)

    assert deaths > 10
    assert [closed.root for closed in days] == [closed.root for closed in expected]


@pytest.mark.parametrize("seed", [4, 5])
def test_a_lost_reply_of_a_bank_moves_the_chain_and_not_the_books(
    seed: int, postgres_cluster: "Cluster"
) -> None:
    with postgres_cluster.database() as dsn:
        expected = uninterrupted(dsn, busy_history)
    with postgres_cluster.database() as dsn:
        deaths, days = killed_often(dsn, busy_history, seed=seed)

    assert deaths > 10
    books = [closed.sealed.book_sha256 for closed in expected]
    assert [closed.sealed.book_sha256 for closed in days] == books
