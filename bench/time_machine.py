"""How fast months of a small company pass: real orders, real closes, books tied every day."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bench import machine
from huoqi.close.platform import Platform
from huoqi.close.queries import blocked_days, closed_days
from huoqi.fund.products import HUOQIBAO
from huoqi.kit.dates import shanghai_date
from huoqi.kit.progress import Reporter, say_nothing
from huoqi.sandbox.opening import first_morning
from huoqi.sandbox.orders import ACCEPTED
from huoqi.sandbox.world import World, WorldPlan, build_world

DATABASE = "huoqi_bench_time_machine"
SEED = 20150511
OpenAt = Callable[[str], Platform]


def run(
    dsn: str,
    *,
    open_at: OpenAt,
    days: int = 365,
    customers: int = 1_000,
    report: Reporter = say_nothing,
) -> dict[str, object]:
    """Return the figures of one run on a database of its own, which is dropped afterwards.

    ``dsn`` leads to any database of the server, ``open_at`` founds a company on an empty one.
    """
    with psycopg.connect(dsn, autocommit=True) as admin:
        _drop(admin)
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        try:
            with closing(_Company(open_at, dsn)) as company:
                return company.figures(days, customers=customers, report=report)
        finally:
            _drop(admin)


class _Company:
    """A company that lives on the benchmark's own database, and what its life costs."""

    def __init__(self, open_at: OpenAt, dsn: str) -> None:
        self.platform = open_at(make_conninfo(dsn, dbname=DATABASE))
        with self.platform.database.connection() as conn:
            row = conn.execute("SELECT pg_backend_pid(), current_setting('fsync')").fetchone()
        assert row is not None
        self.postmaster, self.fsync = _parent(row[0]), row[1] == "on"

    def close(self) -> None:
        """Close the database's connections."""
        self.platform.database.close()

    def figures(self, days: int, *, customers: int, report: Reporter) -> dict[str, object]:
        """Let the days pass and return what is told about it."""
        first_morning(self.platform, seed=SEED)
        plan = WorldPlan(seed=SEED, customers=customers, days=days)
        database_s, app_s = machine.tree_cpu_seconds(self.postmaster), time.process_time()
        began = time.perf_counter()
        world = build_world(self.platform, plan, report=report)
        seconds = time.perf_counter() - began
        app_s = time.process_time() - app_s
        # A backend that ends hands its time to the postmaster, which is counted without children.
        database_s = machine.tree_cpu_seconds(self.postmaster) - database_s
        return {
            "seconds": round(seconds, 2),
            "days": days,
            "customers": customers,
            **self._books(days, world=world),
            "app_cpu_s": round(app_s, 2),
            "db_cpu_s": round(database_s, 2),
            "fsync": self.fsync,
            "machine": machine.facts(),
        }

    def _books(self, days: int, *, world: World) -> dict[str, object]:
        with self.platform.database.work(while_advancing=True) as work:
            last_on = shanghai_date(work.at)
            period = {"first_on": last_on - timedelta(days=days), "last_on": last_on}
            closed = closed_days(work, fund=HUOQIBAO.fund, limit=days + 1, **period)
            blocked = blocked_days(work)
        return {
            "closed_days": len(closed),
            "tied": len(closed) == days and not blocked,
            "last_root": closed[0].root.hex() if closed else "",
            "orders": world.answers.total(),
            "orders_accepted": world.answers[ACCEPTED],
            "answers": dict(world.answers.most_common()),
        }


def _parent(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    return int(stat.rsplit(")", 1)[1].split()[1])


def _drop(admin: psycopg.Connection) -> None:
    admin.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
    )
