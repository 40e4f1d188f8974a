"""Our policy in the payments benchmark: the platform itself, on the business clock.

One process places orders and sends them; another takes callbacks, asks about what has no answer and
reads the statements of each day. Both stand at the same instants, as two servers of one company
would. Time passes from event to event, so that nothing need be waited for.
"""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from typing import cast

from bench.payments_gate import Gate
from bench.payments_post import Post
from bench.payments_world import MIX, Plan, cards_of, open_database, peak_mb, wishes
from huoqi.kit.clock import ManualClock
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database, Work
from huoqi.kit.progress import Progress
from huoqi.payments.banks.port import Bank
from huoqi.payments.banks.simulated import SimulatedBanks
from huoqi.payments.operations import create_orders
from huoqi.payments.orders import MoneyOrder, OrderRequest
from huoqi.payments.pump import Pump
from huoqi.payments.queries import next_due_at

# A reply is late after 30 s and the first questions are asked then and after a minute.
_AFTER_A_WAVE = tuple(timedelta(seconds=seconds) for seconds in (6, 31, 61))
_AT_LEAST = timedelta(minutes=5)
_STATEMENT_HOUR = 8
# After the last order: as long as a bank may still execute, a day of return, and late statements.
DAYS_TO_PROOF = 6


@dataclass
class Side:
    """One of the two processes: its connection, its clock, its banks and its pump."""

    database: Database
    clock: ManualClock
    banks: SimulatedBanks
    gate: Gate
    pump: Pump

    @classmethod
    def opened(cls, dsn: str, plan: Plan, *, name: str) -> "Side":
        """Return a side that stands where the run begins."""
        database = open_database(dsn, at=plan.wave_at(0), ids=f"{name} {plan.seed}")
        assert isinstance(database.clock, ManualClock)
        banks = SimulatedBanks(database, seed=str(plan.seed), mix=MIX)
        gate = Gate(banks, seed=str(plan.seed))
        pump = Pump(database, cast(Bank, gate), lambda _work, _news: None, batch=plan.wave)
        return cls(database, database.clock, banks, gate, pump)

    def listen(self, at: datetime) -> int:
        """Take callbacks and ask about orders as of an instant; return how much that was."""
        self.clock.at = at
        return _all(self.pump.take_callbacks) + _all(self.pump.query_due)

    def listen_until(self, until: datetime) -> int:
        """Let time pass from one thing that is due to the next, five minutes at least."""
        done = 0
        while True:
            dues = [self.database.run(next_due_at), self.banks.next_callback_at()]
            coming = min((at for at in dues if at is not None), default=until)
            if coming >= until:
                self.clock.at = until
                return done
            done += self.listen(max(coming, min(self.clock.at + _AT_LEAST, until)))


def _all(turn: Callable[[], int]) -> int:
    done = 0
    while found := turn():
        done += found
    return done


@dataclass(frozen=True, slots=True)
class Lived:
    """What a run of ours came to, beside what stands in the database."""

    seconds: float
    heard: "Heard"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the listening process used, and what it heard."""

    cpu_s: float
    peak_mb: int
    entries: int
    callbacks_refused: int
    statements: dict[str, int]


def live(dsn: str, plan: Plan) -> Lived:
    """Let all orders of a plan come, be sent and be proven; return what it took."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    follower = context.Process(target=_follow, args=(dsn, plan, there), daemon=True)
    follower.start()
    try:
        here.recv()  # It is there; the measured time begins.
        began = time.perf_counter()
        _lead(dsn, plan, here)
        here.send(None)
        heard = here.recv()
        seconds = time.perf_counter() - began
        follower.join(60)
    finally:
        follower.terminate()
    return Lived(seconds, heard)


def _lead(dsn: str, plan: Plan, follower: Connection) -> None:
    """Place and send wave after wave; the other process listens meanwhile to what went before."""
    side = Side.opened(dsn, plan, name="leader")
    cards = cards_of(dsn)
    placed = 0
    with Progress("orders", total=plan.orders) as progress:
        for number, requests in enumerate(wishes(plan, cards)):
            if number and number % plan.waves_a_day == 0:
                follower.send(("night", number - 1))
                follower.recv()
            follower.send(("wave", number))
            side.clock.at = plan.wave_at(number)

            placed += _place(side, requests)
            _all(side.pump.send_due)
            follower.recv()
            progress(placed, plan.orders, f"{side.clock.at:%Y-%m-%d}")
        follower.send(("end", plan.waves - 1))
        follower.recv()
    side.database.close()
    assert placed == plan.orders, f"{plan.orders - placed} orders were refused"


def _place(side: Side, requests: Sequence[OrderRequest]) -> int:
    """Place a batch and return how many of it were accepted."""

    def body(work: Work) -> int:
        return sum(isinstance(answer, MoneyOrder) for answer in create_orders(work, requests))

    return side.database.run(body)


def _follow(dsn: str, plan: Plan, leader: Connection) -> None:
    side = Side.opened(dsn, plan, name="follower")
    post = Post(side.database, plan)
    leader.send("ready")
    while (told := leader.recv()) is not None:
        what, number = told
        if what == "wave":
            _after_wave(side, plan, number - 1)
        elif what == "night":
            _after_wave(side, plan, number)
            _night(side, post, _day_of(plan, number))
        else:
            _after_wave(side, plan, number)
            on = _day_of(plan, number)
            for _ in range(DAYS_TO_PROOF):
                _night(side, post, on)
                on += timedelta(days=1)
        leader.send("done")
    figures = (time.process_time(), peak_mb())
    leader.send(Heard(*figures, post.entries, side.gate.refused, dict(post.faults)))
    side.database.close()


def _day_of(plan: Plan, wave: int) -> date:
    return (plan.wave_at(wave)).date()


def _after_wave(side: Side, plan: Plan, number: int) -> None:
    """Listen to what a wave brought, until the next one begins."""
    if number < 0:
        return
    for passed in _AFTER_A_WAVE:
        side.listen(plan.wave_at(number) + passed)


def _night(side: Side, post: Post, on: date) -> None:
    """Go to the morning after a day and read the statements that are there."""
    side.listen_until(shanghai_at(on + timedelta(days=1), hour=_STATEMENT_HOUR))
    with Progress(f"statements of {on}") as progress:
        for entries in post.read_day(on):
            progress.advance(entries)
