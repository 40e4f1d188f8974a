"""Money orders against banks that go wrong by a mix of faults, to the last statement.

Ours is the platform's own way of an order: placed, sent by the pump, answered or not, called
about, asked about, stated. Two naive policies go beside it, on copies of the same database.
"""

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench import machine, payments_naive, payments_ours, payments_truth
from bench import payments_world as world
from bench.payments_world import Plan
from huoqi.kit.dates import shanghai_at
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster

Figures = dict[str, object]
NAIVE = ("retry", "mark-failed")


def run(
    *,
    orders: int = 100_000,
    seed: int = 1,
    policy: str = "ours",
    compare: bool = False,
    incomplete_ppm: int = 0,
) -> Figures:
    """Return the figures of one run on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    plan = Plan(orders, seed, incomplete_ppm)
    try:
        with EmbeddedPostgres(folder) as cluster:
            status = cluster.cluster_status()
            assert status.pid is not None
            return _run_on(status.dsn, plan, [policy, *(NAIVE if compare else ())], status.pid)
    finally:
        remove_cluster(folder)  # As root it stands outside the folder.
        shutil.rmtree(folder, ignore_errors=True)


def _run_on(dsn: str, plan: Plan, policies: list[str], postmaster: int) -> Figures:
    world.found(dsn, plan)
    figures: dict[str, Figures] = {}
    for policy in dict.fromkeys(policies):
        own = world.copy_database(dsn, f"policy_{policy.replace('-', '_')}")
        before = machine.server_cpu_seconds(postmaster)
        found = _ours(own, plan) if policy == "ours" else payments_naive.live(own, plan, policy)
        world.drop_database(own)  # Its processes have ended, so that their time is counted.
        found["db_cpu_s"] = round(machine.server_cpu_seconds(postmaster) - before, 1)
        figures[policy] = found
        sys.stderr.write(f"{policy}: {json.dumps(found)}\n")  # The others take their time.
    first, *others = figures.items()
    return {
        "bench": "payments",
        "orders": plan.orders,
        "seed": plan.seed,
        "policy": first[0],
        "incomplete_statements_ppm": plan.incomplete_ppm,
        **first[1],
        **({"compared": dict(others)} if others else {}),
        "database_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "machine": machine.facts(),
    }


def _ours(dsn: str, plan: Plan) -> Figures:
    cpu = time.process_time()
    lived = payments_ours.live(dsn, plan)
    cpu_s = time.process_time() - cpu + lived.heard.cpu_s
    ends_on = plan.last_day + timedelta(days=payments_ours.DAYS_TO_PROOF)
    at = shanghai_at(ends_on, hour=8)
    database = world.open_database(dsn, at=at, ids="truth")
    began = time.perf_counter()
    try:
        found = payments_truth.compare(database, orders=plan.orders)
    finally:
        database.close()
    return {
        **found,
        "callbacks_refused": lived.heard.callbacks_refused,
        "statements": lived.heard.statements,
        "statement_entries": lived.heard.entries,
        "orders_per_s": round(plan.orders / lived.seconds),
        "seconds": round(lived.seconds, 1),
        "check_s": round(time.perf_counter() - began, 1),
        "cpu_s": round(cpu_s, 1),
        "peak_mb": world.peak_mb() + lived.heard.peak_mb,
    }
