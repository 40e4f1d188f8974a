"""A company lives for months among misbehaving parties, and dies at every place at which it can.

Platform, banks, manager, customers and clock are in one process and on one database; what happens
comes from one seed alone. After each step little is checked, after each day everything.
"""

import dataclasses
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from types import TracebackType

import psycopg
from psycopg.conninfo import make_conninfo

from bench import machine
from bench.payments_world import copy_database, drop_database
from bench.simulation.checks import Checks
from bench.simulation.company import FUND, SHARDS, Company
from bench.simulation.fate import Fate
from bench.simulation.faults import MIX, Misfortune
from bench.simulation.people import People
from bench.simulation.staff import ask_for_statements, take_the_registers_figures
from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.queries import last_closed
from huoqi.fund.shelf import set_advance_line
from huoqi.kit.dates import shanghai_at, shanghai_date
from huoqi.kit.ids import SeededIds
from huoqi.kit.migrations import migrate
from huoqi.kit.postgres import EmbeddedPostgres, Profile, remove_cluster
from huoqi.kit.progress import Progress
from huoqi.payments.banks.simulated import SimulatedBanks

ROOT = Path(__file__).resolve().parents[1]
Figures = dict[str, object]
LINE_FEN = 50_000_000
_EVENINGS = ((14, 50), (15, 2), (20, 10), (22, 45), (23, 50))
_STOPS_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated; ``between`` is half the most places that are passed between two deaths."""

    seed: int
    days: int = 365
    customers: int = 2_000
    between: int = 400
    until: int = 0

    @property
    def acts(self) -> int:
        """Return how many customers do something at each of two moments of a day."""
        return max(4, self.customers // 200)

    @property
    def repeat(self) -> str:
        """Return the command that does the same once more."""
        return (
            f"huoqi bench simulate --seed {self.seed} --days {self.days}"
            f" --customers {self.customers}"
        )


class SimulationFailed(Exception):
    """Something did not hold; the text is the command that repeats it, and what it was."""


class Simulation:
    """One company of one seed."""

    def __init__(self, dsn: str, folder: Path, plan: Plan) -> None:
        self._plan = plan
        settings = read_settings(
            {"HUOQI_DATA": str(folder), "HUOQI_SHARDS": str(SHARDS)}, root=ROOT
        )
        world = open_platform(settings, dsn=dsn, ids=SeededIds(f"world {plan.seed}"))
        banks = SimulatedBanks(world.database, seed=str(plan.seed), mix=MIX)
        self._world = world = dataclasses.replace(world, banks=banks)
        world.database.run(lambda work: set_advance_line(work, fund=FUND, limit_fen=LINE_FEN))
        self._fate = Fate(Random(f"fate {plan.seed}"), between=plan.between)
        self._hours = Random(f"hours {plan.seed}")
        with self._fate.spared():
            self._company = Company(world, self._fate, plan.seed)
            self._people = People.moved_in(self._company, customers=plan.customers, seed=plan.seed)
        self._faults = Misfortune(self._company, seed=plan.seed)
        self._checks = Checks(self._company, self._people)
        self._steps = self._asked = 0

    def live(self, *, report: Callable[[int, int, str], None]) -> Figures:
        """Live all days and return what they came to; raise SimulationFailed."""
        plan = self._plan
        with self._company.database.work() as work:
            first_on = shanghai_date(work.at)
        for day in range(plan.days):
            on = first_on + timedelta(days=day)
            self._day(on, is_first=day == 0)
            report(day + 1, plan.days, f"seed {plan.seed}, {on}")
        end = first_on + timedelta(days=plan.days)
        self._step(lambda: self._go(end + timedelta(days=1), hour=10))
        self._step(self._checks.at_the_end)
        return self._figures()

    def _day(self, on: date, *, is_first: bool) -> None:
        acts, (hour, minute) = self._plan.acts, self._hours.choice(_EVENINGS)
        self._step(lambda: self._go(on, hour=10))
        if not is_first:
            self._step(lambda: self._checks.after_day(on))
        self._step(lambda: self._faults.befall(on))
        self._step(self._morning)
        self._step(lambda: self._people.act(acts))
        self._step(lambda: self._go(on, hour=hour, minute=minute))
        self._step(lambda: self._people.act(acts))

    def _morning(self) -> None:
        self._asked += ask_for_statements(self._company)
        self._people.look_at_cards()

    def _go(self, on: date, *, hour: int, minute: int = 0) -> None:
        at = shanghai_at(on, hour=hour, minute=minute)
        for _ in range(_STOPS_AT_MOST):
            if not self._company.advance_to(at):
                return
            self._look_at_what_blocks()
        raise AssertionError(f"time does not pass: {self._company.stops[-1]}")

    def _look_at_what_blocks(self) -> None:
        """Let people decide where the register was told to be off; nobody else may be wrong."""
        with self._company.database.work(while_advancing=True) as work:
            last_on = last_closed(work, fund=FUND)
        on = last_on + timedelta(days=1) if last_on else None
        if on in self._faults.holders_off:
            take_the_registers_figures(self._company, on=on)

    def _step(self, act: Callable[[], None]) -> None:
        """Do one step and look; what fails says how it is repeated."""
        self._steps += 1
        with ExitStack() as failing:
            failing.push(self._tell_failure)
            act()
            self._checks.after_step()
        if self._steps == self._plan.until:
            raise _Until

    def _tell_failure(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Say how a failure is repeated; a signal and the end of the program are none."""
        if isinstance(error, Exception):
            where = "".join(traceback.format_exception(error))
            command = f"{self._plan.repeat} --until {self._steps}"
            raise SimulationFailed(f"{command}\n{where}") from error
        return False

    def _figures(self) -> Figures:
        root, heads = self._checks.roots()
        return {
            "seed": self._plan.seed,
            "steps": self._steps,
            "places_passed": self._fate.passed,
            "deaths": self._fate.deaths.total(),
            "faults_armed": self._faults.armed,
            "closes_stopped": len(self._company.stops),
            "statements_asked_for_again": self._asked,
            "promised": len(self._people.promised),
            "answers": dict(self._people.answers.most_common()),
            "bank_and_book_differ_fen": self._checks.clearing_off_fen(),
            "last_root": root,
            "chain_heads": heads,
        }

    def close(self) -> None:
        """Close what is open."""
        self._company.close()
        self._world.database.close()


class _Until(Exception):
    """The step that was asked for is done."""


def run(
    *,
    days: int = 365,
    customers: int = 2_000,
    seed: int = 1,
    last_seed: int = 0,
    until: int = 0,
) -> Figures:
    """Return what some seeds came to, each on a database of its own that is removed afterwards."""
    seeds = range(seed, max(seed, last_seed) + 1)
    runs: list[Figures] = []
    failed: list[str] = []
    began = time.perf_counter()
    with cluster() as (template, folder, postmaster):
        for number in seeds:
            plan = Plan(number, days, customers, until=until)
            cpu, db = time.process_time(), machine.server_cpu_seconds(postmaster)
            try:
                figures = simulated(template, folder, plan)
            except SimulationFailed as failure:
                failed.append(str(failure).splitlines()[0])
                sys.stderr.write(f"{failure}\n")
                continue
            cpu_s = time.process_time() - cpu
            figures["cpu_s"] = round(cpu_s + machine.server_cpu_seconds(postmaster) - db, 1)
            runs.append(figures)
            sys.stderr.write(f"{json.dumps(figures)}\n")  # The next seeds take their time.
    return {
        "bench": "simulate",
        "days": days,
        "customers": customers,
        "seeds": len(seeds),
        "passed": len(runs),
        "failed": failed,
        "seconds": round(time.perf_counter() - began, 1),
        "runs": runs,
        "machine": machine.facts(),
    }


def simulated(template: str, folder: Path, plan: Plan) -> Figures:
    """Return what one seed came to, on a copy of an empty database that is dropped afterwards."""
    dsn = copy_database(template, f"simulated_{plan.seed}")
    simulation = Simulation(dsn, folder, plan)
    try:
        with Progress("days", total=plan.days) as progress:
            return simulation.live(report=progress)
    except _Until:
        return {"seed": plan.seed, "stopped_after": plan.until}
    finally:
        simulation.close()
        drop_database(dsn)


@contextmanager
def cluster() -> Iterator[tuple[str, Path, int]]:
    """Yield a migrated database to copy, a data folder, and the server's process id.

    The server does not wait for the disk: no death here is that of the machine.
    """
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    try:
        with EmbeddedPostgres(folder, profile=Profile.DISPOSABLE) as server:
            status = server.cluster_status()
            assert status.pid is not None
            with psycopg.connect(status.dsn, autocommit=True) as conn:
                conn.execute("CREATE DATABASE template_simulated")
            dsn = make_conninfo(status.dsn, dbname="template_simulated")
            migrate(dsn, folder=ROOT / "migrations")
            yield dsn, folder, status.pid
    finally:
        remove_cluster(folder)  # As root it stands outside the folder.
        shutil.rmtree(folder, ignore_errors=True)
