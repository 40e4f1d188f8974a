"""Lives a company's days twice, once left in peace and once killed with signal 9 again and again.

Use: python -m tests.close.killing TWIN_DSN VICTIM_DSN SEED KILLS. A child is forked for each try,
so that a new process costs milliseconds; it works the clock on, which closes and seals a day, and
is killed at a random moment of the time that this took in peace, or at a named point. After each
death the books are compared with those of the twin; a document at the end tells what was found.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from types import ModuleType
from typing import NoReturn
from uuid import UUID

import psycopg
from psycopg import IsolationLevel, sql

from huoqi.close.operations import closing, computing, daily
from huoqi.close.operations.pump import pump_payments
from huoqi.close.operations.sealing import seal_until
from huoqi.close.seal.simulated import simulated_desk
from huoqi.fund.operations import place_purchases, redeem
from huoqi.fund.orders import PurchaseRequest, RedemptionRequest, Speed
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Work
from huoqi.kit.ids import SeededIds
from huoqi.ledger.queries import check_invariants
from huoqi.sandbox.time_machine import NothingUnderWay, TimeMachine
from tests.children import end_within, fork, outcome
from tests.close.world import FUND, Company, company_on, day
from tests.sandbox.books import digests

SAVERS = range(100, 112)
SECRET = bytes(range(64))
#: How many times at most a stretch is killed before it is left to come to its end.
MOST_A_LEG = 6
#: Which share of the deaths is at a named point.
NAMED = 0.5

HERE = sys.modules[__name__]

#: Where a process dies on purpose: what it calls there, and whether it dies before or after it.
POINTS: Mapping[str, tuple[ModuleType, str, bool]] = {
    "orders are with the manager and not marked": (daily, "mark_sent", False),
    "orders are marked and not committed": (daily, "mark_sent", True),
    "answers are here and not recorded": (daily, "record_confirmations", False),
    "answers are recorded and not committed": (daily, "record_confirmations", True),
    "figures are here and not recorded": (daily, "record_report", False),
    "figures are recorded and not committed": (daily, "record_report", True),
    "our side is gathered": (closing, "_opened", True),
    "the register is here": (closing, "_theirs", True),
    "the day is computed": (computing, "compute", True),
    "income is published and no book is there": (computing, "publish_day", True),
    "the day is written and the cursor stands": (computing, "write", True),
    "the day is done and not committed": (closing, "_finished", True),
    "the day is committed and nothing is tidied": (daily, "run_close", True),
    "hot accounts are folded and not committed": (daily, "fold_hot_deltas", True),
    "the day is closed and not sealed": (HERE, "seal_until", False),
    "the day is sealed": (HERE, "seal_until", True),
}

SEALS = "close_seal"
#: Tables that say what a close did; each has one row, or some, of a day.
DAY_TABLES = {
    "close_day": "close_on",
    "close_book": "close_on",
    "fund_day": "income_on",
    "fund_day_shard": "income_on",
    SEALS: "close_on",
}
#: What a death may leave another trace in: when it was tried or signed, and how often.
TRACES = {
    "public.close_step",
    "public.close_cursor",
    "public.close_seal",  # what was signed is compared apart
    "public.event",
    "public.event_head",
}
#: What is put in order after a close, and by the next one if a process dies between: where sums and
#: anchors stand, not what they come to. The ledger's own checks and the next tie-out look at that.
TIDIED = {
    "public.holding",
    "public.ledger_account",
    "public.ledger_history",
    "public.ledger_hot_delta",
    "public.ledger_shard",  # how far it is swept and indexed; its heads are compared apart
    "public.ledger_snapshot",
    "public.ledger_snapshot_day",
    "public.unit_event",
}
HEADS = "SELECT shard, seq || ' ' || encode(hash, 'hex') FROM ledger_shard"
CARDS = "SELECT customer_no, shard, card_id FROM card ORDER BY 1"
#: A day's state of each of them, by day, and of the seals.
State = dict[str, dict[date, str]]


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a day that one process works: until when, and which day it closes."""

    number: int
    until: datetime
    closes_on: date
    may_die: bool

    @property
    def name(self) -> str:
        """Return what tells it from others, for the seeds of ids."""
        return f"{self.until.isoformat()}"


def legs_of(number: int) -> tuple[Leg, Leg]:
    """Return a day's stretches: the evening and the night's close, and the morning's answers.

    When redemptions are answered, banks pay out in the morning; who dies there loses replies, which
    moves the order of postings (``test_crashes``). So that morning passes in peace.
    """
    on, tomorrow = day(number), day(number + 1)
    return (
        Leg(number, shanghai_at(tomorrow, hour=8), on, may_die=True),
        Leg(number, shanghai_at(tomorrow, hour=10), on, may_die=not sells_slowly(number)),
    )


def sells_slowly(number: int) -> bool:
    """Tell whether savers redeem on a day: on Tuesdays; a bank may keep a fast payout waiting."""
    return number % 7 == 1


@contextmanager
def company(dsn: str, *, ids: str) -> Iterator[Company]:
    """Yield the company of a database as a new process finds it, its signers included."""
    with company_on(dsn, seed=ids) as opened:
        desk = simulated_desk(SECRET, managers=opened.platform.managers, now=opened.now)
        yield replace(opened, platform=replace(opened.platform, seal=desk))


def found(dsn: str) -> None:
    """Found a company with savers who have cards."""
    with company_on(dsn, savers=SAVERS):
        pass


def order(dsn: str, *, number: int, seed: int) -> None:
    """Let some savers buy and redeem; the same in every run of a seed."""
    dice = random.Random(f"{seed} {number}")
    speed = Speed.NORMAL
    buys, sells = [], []
    with company(dsn, ids=f"orders {number}") as own:
        for saver, shard, card_id in own.database.run(lambda work: work.rows(CARDS)):
            order_id = UUID(int=dice.getrandbits(128), version=4)
            # Whole amounts: some endings in fen make the manager send money back in the morning.
            wish, fen = dice.random(), 2_000 * dice.randrange(5, 1_000)
            if wish < 0.5 or number == 0:
                buys.append(
                    PurchaseRequest(order_id, saver, shard, FUND, fen, card_id, has_agreed=True)
                )
            elif wish < 0.7 and sells_slowly(number):
                units_e2 = fen // 20
                sells.append(
                    RedemptionRequest(order_id, saver, shard, FUND, units_e2, speed, card_id)
                )
        own.database.run(lambda work: place_purchases(work, buys))
        own.database.run(lambda work: redeem(work, sells))
        pump_payments(own.platform)


def live(dsn: str, leg: Leg, *, ids: str, ready: Callable[[], None]) -> None:
    """Work the clock on to the end of a stretch, and seal the day that closed."""
    with company(dsn, ids=ids) as own:
        machine = TimeMachine(own.platform)
        ready()
        try:
            machine.resume()
        except NothingUnderWay:
            machine.advance_to(leg.until)
        seal_until(own.platform, fund=FUND, on=leg.closes_on)


def die_at(point: str) -> None:
    """Let this process die at a named point, if it comes there."""
    module, name, is_after = POINTS[point]
    call = getattr(module, name)

    def fatal(*arguments: object, **named: object) -> NoReturn:
        if is_after:
            call(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody survives this")

    setattr(module, name, fatal)


def started(dsn: str, leg: Leg, *, ids: str, point: str = "") -> int:
    """Return the number of a child that works a stretch, once it begins to."""
    reading, writing = os.pipe()

    def body() -> None:
        if point:
            die_at(point)
        live(dsn, leg, ids=ids, ready=lambda: os.close(writing))

    child = fork(body)
    os.close(writing)
    os.read(reading, 1)  # ends when the child closes its end, or dies
    os.close(reading)
    return child


def state(dsn: str) -> State:
    """Return a digest of each day in each table that says what a close did, at one moment."""
    with psycopg.connect(dsn) as conn:
        conn.isolation_level = IsolationLevel.REPEATABLE_READ
        return {table: _days(conn, table, column) for table, column in DAY_TABLES.items()}


def differing(now: State, before: State, after: State) -> list[str]:
    """Return the days of tables that are neither what they were nor what they should be."""
    return [
        f"{table} {on}"
        for table, days in now.items()
        for on in sorted({*days, *before[table], *after[table]})
        if days.get(on) not in (before[table].get(on), after[table].get(on))
    ] or ["some of the tables are of yesterday and some of today"]


def without_seals(books: State) -> State:
    """Return the tables that one transaction writes; a seal has one of its own after it."""
    return {table: days for table, days in books.items() if table != SEALS}


def _days(conn: psycopg.Connection, table: str, column: str) -> dict[date, str]:
    # A seal that came later, since somebody died before it, says the same at another hour.
    row = "(statement, signatures)" if table == SEALS else "t"
    query = sql.SQL(
        "SELECT {day}, md5(string_agg({row}::text, E'\\n' ORDER BY {row}::text))"
        " FROM {table} t GROUP BY 1"
    ).format(day=sql.Identifier(column), row=sql.SQL(row), table=sql.Identifier(table))
    return dict(conn.execute(query).fetchall())


def books(dsn: str) -> dict[str, str]:
    """Return a digest of each table that a death may not change."""
    found = digests(dsn)
    with psycopg.connect(dsn) as conn:
        heads = {f"head {shard}": head for shard, head in conn.execute(HEADS).fetchall()}
        seals = {f"seal {on}": seal for on, seal in _days(conn, SEALS, DAY_TABLES[SEALS]).items()}
    return heads | seals | {name: found[name] for name in found if name not in TRACES | TIDIED}


def unsound(dsn: str) -> list[str]:
    """Return what is wrong with a ledger, among it links of its chains."""
    with psycopg.connect(dsn) as conn:
        work = Work(conn, at=shanghai_at(day(0), hour=9), ids=SeededIds("nobody"))
        return [str(finding) for finding in check_invariants(work)]


class Trial:
    """A twin, a victim, and what was found so far."""

    def __init__(self, twin: str, victim: str, *, seed: int) -> None:
        self._twin, self._victim, self._seed = twin, victim, seed
        self._dice = random.Random(seed)
        self._points = deque(self._dice.sample(list(POINTS), len(POINTS)))
        self.deaths: Counter[str] = Counter()
        self.survived: Counter[str] = Counter()
        self.problems: list[str] = []
        for dsn in (twin, victim):
            outcome(fork(partial(found, dsn)))
        self._before = state(twin)

    def day(self, number: int) -> None:
        """Let both live through a day, the one of them dying now and then."""
        for dsn in (self._twin, self._victim):
            outcome(fork(partial(order, dsn, number=number, seed=self._seed)))
        for leg in legs_of(number):
            self._leg(leg)
        self._compare(number)

    def _leg(self, leg: Leg) -> None:
        began = time.monotonic()
        outcome(started(self._twin, leg, ids=leg.name))
        took = time.monotonic() - began
        after = state(self._twin)
        for attempt in range(MOST_A_LEG if leg.may_die else 0):
            if not self._dies(leg, attempt=attempt, took=took):
                break
            self._look(leg, after)
        else:
            outcome(started(self._victim, leg, ids=f"{leg.name} to the end"))
        self._before = after

    def _look(self, leg: Leg, after: State) -> None:
        """Note whose books the victim has now: yesterday's or today's, and nothing in between."""
        now = state(self._victim)
        seals = now.pop(SEALS), self._before[SEALS], after[SEALS]
        closed = without_seals(after)
        if now not in (without_seals(self._before), closed) or seals[0] not in seals[1:]:
            found = differing(now | {SEALS: seals[0]}, self._before, after)
            self.problems.append(f"{leg.name}: neither yesterday's books nor today's: {found}")
        self.survived["today" if now == closed else "yesterday"] += 1

    def _dies(self, leg: Leg, *, attempt: int, took: float) -> bool:
        """Let the victim try a stretch; tell whether it died there."""
        ids = f"{leg.name} {attempt}"
        point = self._points.popleft() if self._dice.random() < NAMED else ""
        child = started(self._victim, leg, ids=ids, point=point)
        if not point:
            end_within(child, seconds=self._dice.random() * took)
        died = outcome(child) != 0
        if died:
            self.deaths[point or "a random moment"] += 1
        if point:
            self._points.insert(len(self._points) if died else 2, point)
        return died

    def _compare(self, number: int) -> None:
        """Note what differs between twin and victim at the end of a day."""
        theirs, ours = books(self._twin), books(self._victim)
        different = sorted(name for name in {*theirs, *ours} if theirs.get(name) != ours.get(name))
        if different:
            self.problems.append(f"day {number}: {different} differ")
        self.problems += [f"day {number}: {each}" for each in unsound(self._victim)]


def main(twin: str, victim: str, seed: int, kills: int) -> None:
    """Kill until it is enough, and tell."""
    trial = Trial(twin, victim, seed=seed)
    number = 0
    while trial.deaths.total() < kills and not trial.problems:
        trial.day(number)
        number += 1
    told = {
        "days": number,
        "deaths": trial.deaths,
        "found": trial.survived,
        "problems": trial.problems,
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
