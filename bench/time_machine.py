"""How fast months of a small company pass: real orders, real closes, books tied every day."""

import os
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench import machine
from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.platform import Platform
from huoqi.close.queries import blocked_days, closed_days
from huoqi.fund.products import HUOQIBAO
from huoqi.kit.dates import shanghai_date
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster
from huoqi.kit.progress import Progress
from huoqi.sandbox.opening import first_morning
from huoqi.sandbox.orders import ACCEPTED
from huoqi.sandbox.world import World, WorldPlan, build_world

ROOT = Path(__file__).resolve().parents[1]
SEED = 20150511
_TICKS = os.sysconf("SC_CLK_TCK")


def run(*, days: int = 365, customers: int = 1_000) -> dict[str, object]:
    """Return the figures of one run on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    settings = read_settings({"HUOQI_DATA": str(folder)}, root=ROOT)
    try:
        with EmbeddedPostgres(folder) as cluster:
            status = cluster.cluster_status()
            assert status.pid is not None
            platform = open_platform(settings, dsn=status.dsn)
            try:
                plan = WorldPlan(seed=SEED, customers=customers, days=days)
                return _measured(platform, plan, postmaster=status.pid)
            finally:
                platform.database.close()
    finally:
        remove_cluster(folder)  # As root it stands outside the folder.
        shutil.rmtree(folder, ignore_errors=True)


def _measured(platform: Platform, plan: WorldPlan, *, postmaster: int) -> dict[str, object]:
    """Return what the days of a plan cost; personas are there before the clock starts."""
    days = plan.days or 0
    first_morning(platform, seed=plan.seed)
    database_s, app_s = _database_seconds(postmaster), time.process_time()
    began = time.perf_counter()
    with Progress("days", total=days) as progress:
        world = build_world(platform, plan, report=progress)
    seconds = time.perf_counter() - began
    return {
        "seconds": round(seconds, 2),
        "days": days,
        "customers": plan.customers,
        **_books(platform, world, days=days),
        "app_cpu_s": round(time.process_time() - app_s, 2),
        "db_cpu_s": round(_database_seconds(postmaster) - database_s, 2),
        "machine": machine.facts(),
    }


def _books(platform: Platform, world: World, *, days: int) -> dict[str, object]:
    with platform.database.work(while_advancing=True) as work:
        last_on = shanghai_date(work.at)
        first_on = last_on - timedelta(days=days)
        closed = closed_days(
            work, fund=HUOQIBAO.fund, first_on=first_on, last_on=last_on, limit=days + 1
        )
        blocked = blocked_days(work)
        row = work.row("SELECT current_setting('fsync')")
    assert row is not None
    return {
        "closed_days": len(closed),
        "tied": len(closed) == days and not blocked,
        "last_root": closed[0].root.hex() if closed else "",
        "orders": world.answers.total(),
        "orders_accepted": world.answers[ACCEPTED],
        "answers": dict(world.answers.most_common()),
        "fsync": row[0] == "on",
    }


def _database_seconds(postmaster: int) -> float:
    """Return CPU time of a server's processes, those that have ended since its start included."""
    stat = Path(f"/proc/{postmaster}/stat").read_text(encoding="ascii")
    fields = stat.rsplit(")", 1)[1].split()
    ended_s = (int(fields[13]) + int(fields[14])) / _TICKS
    return machine.tree_cpu_seconds(postmaster) + ended_s
