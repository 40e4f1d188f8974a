"""How fast a day closes for very many holders: trades, exact income, durable book, sums, seal.

The close runs in a process of its own. Floors of the machine, and the same work as one UPDATE of
PostgreSQL, are measured in the same run, since figures of different hours do not compare.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg

from bench import machine, register
from huoqi.close.book.founding import found_book
from huoqi.close.book.journals import Changes, Figures, Journal, keep_journal
from huoqi.fund.rules.allocation_columns import exact_sum
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster

Int64 = npt.NDArray[np.int64]

ROOT = Path(__file__).resolve().parents[1]
FUND, OPENED, RATE_E5 = "990001", date(2015, 5, 11), 136_920
ROWS_A_PART = 1_500_000
FLOOR_ROWS = 20_000_000
UPDATE_ROWS = 5_000_000
SEED = 20150512
NEW_IN = 1_000  # One trade in so many is a new holder's first.


def run(
    *, holders: int = 185_000_000, trades: int = 10_000_000, register_holders: int = 10_000_000
) -> dict[str, object]:
    """Return the figures of one run on fresh files, which are removed afterwards."""
    place = os.environ.get("HUOQI_BENCH_DIR")
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=place))
    try:
        prepare(folder / "book", holders=holders, trades=trades)
        os.sync()  # What was prepared is not to be written in the measured time.
        document = {"bench": "close", "trades": trades, **measured(folder / "book")}
        shutil.rmtree(folder / "book")
        floors = floors_of(folder, rows=holders)
        against = _register(folder / "register", holders=register_holders)
        update_s = update_seconds(folder / "database") * holders / UPDATE_ROWS
    finally:
        remove_cluster(folder / "database")
        shutil.rmtree(folder, ignore_errors=True)
    seconds = document["seconds"]
    assert isinstance(seconds, float)
    floors["update_s"] = round(update_s, 1)
    floors["update_over_close"] = round(update_s / seconds, 1)
    return document | against | {"floors": floors, "machine": machine.facts()}


def _register(folder: Path, *, holders: int) -> dict[str, object]:
    """Return the figures of comparing a book of its own with register files; none for nobody."""
    if not holders:
        return {}
    prepare(folder / "book", holders=holders, trades=max(1, holders // 20))
    try:
        return register.measured(folder, fund=FUND, on=OPENED + timedelta(days=1))
    finally:
        shutil.rmtree(folder)


def prepare(folder: Path, *, holders: int, trades: int) -> None:
    """Write yesterday's book, the day's confirmed changes and the manager's figures."""
    dice = np.random.default_rng(SEED)
    parts = max(1, -(-holders // ROWS_A_PART))
    opening = found_book(folder, _columns(dice, holders, parts), fund=FUND, on=OPENED)
    accounts = dice.integers(1, holders + 1, trades)
    accounts[::NEW_IN] = holders + 1 + dice.integers(0, max(1, trades // NEW_IN), trades)[::NEW_IN]
    deltas_e2 = dice.integers(-5_000, 50_000, trades)
    deltas_e2[::NEW_IN] = np.abs(deltas_e2[::NEW_IN]) + 100
    earning_e2 = opening.totals.units_e2 + exact_sum(deltas_e2)
    income_fen = earning_e2 * RATE_E5 // 10**9
    figures = Figures(RATE_E5, income_fen)
    on = OPENED + timedelta(days=1)
    keep_journal(folder, Journal(Changes(accounts, deltas_e2), figures), on=on)
    totals = {"units_e2": earning_e2 + income_fen, "income_fen": income_fen}
    (folder / "manager.json").write_text(json.dumps(totals))


def _columns(dice: np.random.Generator, holders: int, parts: int) -> Iterator[tuple[Int64, Int64]]:
    for number in range(parts):
        accounts = np.arange(number or parts, holders + 1, parts, dtype=np.int64)
        yield accounts, dice.integers(100_000, 524_800, accounts.size)


def measured(folder: Path) -> dict[str, object]:
    """Return the figures of the close, made by a process of its own."""
    on = OPENED + timedelta(days=1)
    command = [sys.executable, "-m", "bench.close_day", str(folder), FUND, on.isoformat()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    document: dict[str, object] = json.loads(done.stdout)
    return document


def floors_of(folder: Path, *, rows: int) -> dict[str, object]:
    """Return what the machine needs to copy a column, and to make the close's bytes durable."""
    column = np.arange(min(rows, FLOOR_ROWS), dtype=np.int64)
    copy = np.empty_like(column)
    np.copyto(copy, column)
    copy_s = _seconds(lambda: np.copyto(copy, column)) * rows / column.size
    write_s = _seconds(lambda: _write(folder / "floor", column, copies=2 * rows // column.size))
    (folder / "floor").unlink()
    return {"copy_column_s": round(copy_s, 3), "write_and_sync_s": round(write_s, 2)}


def _write(path: Path, column: Int64, *, copies: int) -> None:
    with path.open("wb") as file:
        for _ in range(copies):
            file.write(column.data)
        file.flush()
        os.fsync(file.fileno())


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def update_seconds(folder: Path) -> float:
    """Return how long PostgreSQL takes to give 5 million rows their income in one UPDATE."""
    with (
        EmbeddedPostgres(folder) as cluster,
        closing(psycopg.connect(cluster.cluster_status().dsn, autocommit=True)) as connection,
    ):
        connection.execute("CREATE TABLE book (account bigint PRIMARY KEY, units_e2 bigint)")
        connection.execute(
            """
            INSERT INTO book SELECT n, 100000 + n::bigint * 7919 %% 424800
            FROM generate_series(1, %s) n
            """,
            [UPDATE_ROWS],
        )
        connection.execute("VACUUM ANALYZE book")
        connection.execute("CHECKPOINT")
        return _seconds(
            lambda: connection.execute(
                """
                UPDATE book SET units_e2 = units_e2 + units_e2 * %(rate)s / 1000000000
                    + (units_e2 * %(rate)s %% 1000000000 > 499998760)::int
                """,
                {"rate": RATE_E5},
            )
        )
