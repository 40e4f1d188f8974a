"""How fast a day's confirmation files become durable: read, matched to orders, posted, told.

The platform's own path (``clear_answers``) on its own tables with all their indexes, constraints,
control accounts and hash chain; fsync and synchronous_commit as in production. The floors are what
the machine needs for the same count of rows in one bare table, measured in the same run.
"""

import os
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

from bench.clear_world import CONFIRMED_ON, FUND, SHARDS, T_DAY, fill, found, write_files
from bench.ledger import MIGRATIONS, Measured, Meter
from huoqi.fund.answer_columns import AnswerColumns, joined
from huoqi.fund.clearing import Cleared, Pace, clear_answers, sent_orders
from huoqi.fund.managers.files.rules.confirmations import NEEDED
from huoqi.fund.managers.files.rules.matching import Serials, matched
from huoqi.fund.ofd.reading import read_columns, read_header
from huoqi.fund.ofd.sources import opened
from huoqi.fund.postings import control_accounts
from huoqi.kit.clock import ManualClock
from huoqi.kit.copying import Cells, binary_rows
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database
from huoqi.kit.migrations import migrate
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster
from huoqi.kit.stopwatch import Stopwatch
from huoqi.ledger.queries import balances, check_invariants, verify_chain

FILES = 10
THREADS = 4


def run(*, trades: int = 1_000_000) -> dict[str, object]:
    """Return the figures of one run on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    try:
        with EmbeddedPostgres(folder / "database") as cluster:
            return run_on(cluster.cluster_status().dsn, folder=folder, trades=trades)
    finally:
        remove_cluster(folder / "database")
        shutil.rmtree(folder, ignore_errors=True)


def run_on(dsn: str, *, folder: Path, trades: int) -> dict[str, object]:
    """Return the figures of one run on an empty database of a server on this machine."""
    migrate(dsn, folder=MIGRATIONS)
    clock = ManualClock(shanghai_at(T_DAY, hour=9))
    with (
        closing(Database(dsn, clock=clock, size=THREADS + 1)) as database,
        closing(Meter(dsn)) as meter,
    ):
        database.run(found)
        orders = fill(database, trades=trades, placed_at=clock.at)
        paths = write_files(folder, orders, files=FILES)
        clock.at = shanghai_at(CONFIRMED_ON, hour=9)
        _settle(database)
        watch, cleared = Stopwatch(), Cleared()

        def body(seen: Measured) -> None:
            nonlocal cleared
            cleared = _cleared(database, paths, watch=watch)
            seen.transfers = trades

        seen = meter.measure(body)
        _check(database, cleared, trades=trades, total_e2=int(orders.amounts_fen.sum()))
        floor_s, floor_wal = _floor(database, meter, trades=trades)
        return {
            "bench": "clear",
            "trades": trades,
            "trades_per_s": seen.per_s,
            "seconds": round(seen.seconds, 2),
            "files": FILES,
            "threads": THREADS,
            "steps_s": {name: round(spent, 2) for name, spent in watch.seconds.items()},
            "cpu_s": round(seen.app_cpu_s + seen.db_cpu_s, 2),
            "app_cpu_us_per_trade": round(seen.app_cpu_s * 1e6 / trades, 2),
            "db_cpu_us_per_trade": round(seen.db_cpu_s * 1e6 / trades, 2),
            "wal_bytes_per_trade": round(seen.wal_bytes / trades),
            "in_bulk": cleared.in_bulk,
            "floor_copy_s": round(floor_s, 2),
            "floor_copy_wal_bytes_per_trade": round(floor_wal / trades),
            "over_floor": round(seen.seconds / floor_s, 1),
            **meter.settings(),
        }


def _settle(database: Database) -> None:
    """Let the server be as it is between two checkpoints, with all it was given on the disk."""
    with database.connection() as conn:
        conn.commit()
        conn.autocommit = True
        conn.execute("VACUUM ANALYZE fund_order")
        conn.execute("VACUUM ANALYZE holding")
        conn.execute("VACUUM ANALYZE event")
        conn.execute("CHECKPOINT")
        conn.autocommit = False


def _cleared(database: Database, paths: list[Path], *, watch: Stopwatch) -> Cleared:
    with watch("sent orders"):
        sent = sent_orders(database, fund=FUND)
        serials = Serials(sent.order_ids)
    parts: list[AnswerColumns] = []
    for path in paths:
        with watch("decode"), opened(path) as source:
            columns = read_columns(read_header(source), NEEDED, threads=2)
        with watch("match"):
            found_ = matched(columns, sent=sent, serials=serials, fund=FUND, file=path.name)
            assert not len(found_.unknown)
            parts.append(found_.answers)
    pace = Pace(threads=THREADS, watch=watch)
    return clear_answers(database, joined(parts), fund=FUND, sent=sent, pace=pace)


_STANDS = """
    SELECT (SELECT sum(delta_e2)::bigint FROM unit_event), (SELECT count(*) FROM unit_event),
        (SELECT count(*) FROM fund_order WHERE state = 'confirmed'),
        (SELECT count(*) FROM event WHERE type = 'fund.purchase.confirmed'),
        (SELECT count(*) FROM unit_event AS e LEFT JOIN holding AS h
            USING (shard, fund, customer_no) WHERE h.shard IS NULL)
"""


def _check(database: Database, cleared: Cleared, *, trades: int, total_e2: int) -> None:
    """Assert that all of it stands, ledger and holdings say the same, and the book is sound."""
    assert (cleared.in_bulk, cleared.refused) == (trades, [])
    accounts = list(control_accounts(1, shards=range(SHARDS)).values())
    with database.work() as work:
        assert work.row(_STANDS) == (total_e2, trades, trades, trades, 0)
        assert sum(b.credit_balance for b in balances(work, accounts).values()) == total_e2
        assert verify_chain(work).sound
        assert check_invariants(work) == []


def _floor(database: Database, meter: Meter, *, trades: int) -> tuple[float, int]:
    """Return seconds and log bytes of one COPY of as many rows into a bare table, durable."""
    numbers = np.arange(trades, dtype=np.int64).astype(">i8")
    columns: list[Cells] = [numbers, numbers, numbers, numbers, bytes(16)]
    rows = binary_rows(columns, count=trades)
    database.run(
        lambda work: work.run(
            "CREATE TABLE bench_floor (a bigint, b bigint, c bigint, d bigint, e uuid)"
        )
    )

    def body(_: Measured) -> None:
        database.run(lambda work: work.copy_in("COPY bench_floor FROM STDIN (FORMAT binary)", rows))

    seen = meter.measure(body)
    return seen.seconds, seen.wal_bytes
