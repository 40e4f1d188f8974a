"""Minutes of purchases at four fifths of what the server can do, with banks that misbehave.

First the maximum is measured for a short while, then the load is held at a share of it while
faults are armed again and again: replies lost, money moved late, callbacks twice. Looked at are
errors, the times of answers as they go on, and the memory of server and database. In the end the
clock is moved until the banks have been asked about everything, days are closed, and every book
has to tie.
"""

import asyncio
import os
import shutil
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench import paced
from bench.http_load import run as run_load
from bench.machine import facts, percentile_ms
from bench.memory import Memory, memory_of, slope_kib_per_min
from bench.orders import (
    buyers_of,
    durability,
    free_port,
    placed_count,
    request_of,
    served,
)
from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.platform import Platform
from huoqi.close.queries import blocked_days, closed_days
from huoqi.fund.products import HUOQIBAO
from huoqi.kit.dates import shanghai_date
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster
from huoqi.ledger.queries import check_invariants
from huoqi.sandbox.faults import FaultRequest, arm_faults
from huoqi.sandbox.time_machine import TimeMachine

ROOT = Path(__file__).resolve().parents[1]
MAXIMUM_S = 15
SHARE_PERCENT = 80
STRETCH_S = 30.0
SAMPLE_S = 5.0
FAULTS = ("reply_lost", "executed_late", "callback_duplicated")
FAULTS_EVERY_S = 5.0
STRUCK_EACH = 20
DAYS = 3


@dataclass
class Watch:
    """What is done beside the load: memory is sampled, faults are armed."""

    server: int
    postmaster: int
    platform: Platform
    stop: threading.Event = field(default_factory=threading.Event)
    samples: list[tuple[float, Memory, Memory]] = field(default_factory=list)
    armed: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Sample and arm until told to stop."""
        began = time.monotonic()
        faults_at = 0.0
        while True:
            elapsed_s = time.monotonic() - began
            own, database = memory_of(self.server), memory_of(self.postmaster, with_children=True)
            self.samples.append((elapsed_s, own, database))
            if elapsed_s >= faults_at:
                self._arm()
                faults_at = elapsed_s + FAULTS_EVERY_S
            if self.stop.wait(SAMPLE_S):
                return

    def _arm(self) -> None:
        fault = FAULTS[self.armed.total() // STRUCK_EACH % len(FAULTS)]
        self.platform.database.run(
            lambda work: arm_faults(work, [FaultRequest(work.new_id(), fault, next_n=STRUCK_EACH)])
        )
        self.armed[fault] += STRUCK_EACH


def run(*, minutes: int = 10, clients: int = 128) -> dict[str, object]:
    """Return the figures of one run on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    try:
        return _measured(folder, seconds=minutes * 60, clients=clients)
    finally:
        remove_cluster(folder)  # As root it stands outside the folder.
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, *, seconds: int, clients: int) -> dict[str, object]:
    port, load_before = free_port(), os.getloadavg()[0]
    environ = {**os.environ, "HUOQI_DATA": str(folder), "HUOQI_PORT": str(port)}
    environ |= {"HUOQI_APP": str(folder)}  # no screens are built
    environ.pop("HUOQI_DSN", None)
    settings = read_settings(environ, root=ROOT)
    with served(environ, port=port) as server, EmbeddedPostgres(folder) as cluster:
        status = cluster.cluster_status()
        assert status.pid is not None
        platform = open_platform(settings, dsn=status.dsn)
        make = request_of(buyers_of(platform, settings, count=clients))
        asyncio.run(run_load("127.0.0.1", port, make, clients=clients, seconds=1))
        best = asyncio.run(run_load("127.0.0.1", port, make, clients=clients, seconds=MAXIMUM_S))
        maximum = round(best.statuses[201] / best.seconds)
        per_s = max(1, maximum * SHARE_PERCENT // 100)
        before = placed_count(platform)
        watch = Watch(server, status.pid, platform)
        beside = threading.Thread(target=watch.run, daemon=True)
        beside.start()
        seen = asyncio.run(
            paced.run(
                port, make, clients=clients, per_s=per_s, seconds=seconds, stretch_s=STRETCH_S
            )
        )
        watch.stop.set()
        beside.join()
        waiting, placed = _waiting(platform), placed_count(platform) - before
        found, closed = _tied(platform)
        facts_of_server = durability(platform)
        platform.database.close()
    statuses: Counter[int] = sum((each.statuses for each in seen.stretches), Counter())
    if placed != statuses[201]:
        found.append(f"{placed} orders in the database, {statuses[201]} answers of 201")
    return {
        "bench": "load",
        "clients": clients,
        "minutes": seconds // 60,
        "maximum_per_s": maximum,
        "held_per_s": per_s,
        "orders": placed,
        "errors": sum(n for code, n in statuses.items() if code != 201) + seen.broken,
        "odd_answer": seen.odd_answer,
        **_times(seen),
        "not_sent_yet": waiting,
        "faults_armed": dict(watch.armed),
        **_memory(watch),
        "days_closed": closed,
        "found": found,
        **facts_of_server,
        "load_1m_before": load_before,
        "machine": facts(),
    }


def _waiting(platform: Platform) -> int:
    """Return how many orders the pump has not taken up yet."""
    with platform.database.connection() as conn:
        row = conn.execute("SELECT count(*) FROM money_order WHERE state = 'RESERVED'").fetchone()
    return int(row[0]) if row else 0


def _times(seen: paced.Paced) -> dict[str, object]:
    every = [each for stretch in seen.stretches for each in stretch.latencies_ns]
    stretches = [stretch.latencies_ns for stretch in seen.stretches if stretch.latencies_ns]
    return {
        "p50_ms": percentile_ms(every, 0.50),
        "p99_ms": percentile_ms(every, 0.99),
        "p50_ms_by_half_minute": [percentile_ms(each, 0.50) for each in stretches],
        "p99_ms_by_half_minute": [percentile_ms(each, 0.99) for each in stretches],
    }


def _memory(watch: Watch) -> dict[str, object]:
    """Return memory at the start and the end, and how it grew in the second half."""
    half = watch.samples[len(watch.samples) // 2 :]
    first, last = watch.samples[0], watch.samples[-1]
    return {
        "server_mib": [first[1].all_kib // 1024, last[1].all_kib // 1024],
        "server_kib_per_min": slope_kib_per_min([(at, own.all_kib) for at, own, _ in half]),
        "postgres_own_mib": [first[2].own_kib // 1024, last[2].own_kib // 1024],
        "postgres_own_kib_per_min": slope_kib_per_min([(at, db.own_kib) for at, _, db in half]),
        "postgres_all_mib": [first[2].all_kib // 1024, last[2].all_kib // 1024],
    }


def _tied(platform: Platform) -> tuple[list[str], int]:
    """Return what does not tie after some days, and how many of them closed."""
    journey = TimeMachine(platform).advance_days(DAYS)
    with platform.database.work(while_advancing=True) as work:
        found = [str(finding) for finding in check_invariants(work)]
        found += [f"a close is blocked: {line}" for line in sorted(blocked_days(work))]
        today = shanghai_date(work.at)
        days = closed_days(
            work, fund=HUOQIBAO.fund, first_on=today.replace(day=1), last_on=today, limit=31
        )
        row = work.row("SELECT count(*) FROM money_order WHERE state IN ('RESERVED', 'SENT')")
    if journey.stopped_by:
        found.append(f"the clock stopped: {journey.stopped_by}")
    if row is not None and row[0]:
        found.append(f"{row[0]} money orders were never answered nor asked about")
    if len(days) != DAYS:
        found.append(f"{len(days)} days closed, {DAYS} were lived through")
    return found, len(days)
