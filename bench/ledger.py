"""How fast the ledger posts: batches over a million accounts, hot accounts, single callers.

Everything is on: limits, holds and their posting, fingerprints, a result and both accounts'
counters for each transfer, the hash chain, fsync. Ids are fresh and made inside the measured time.
"""

import asyncio
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import psycopg
from psycopg.conninfo import make_conninfo

from bench import machine
from huoqi.kit.batching import MicroBatcher
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Database, Work
from huoqi.kit.ids import RandomIds
from huoqi.kit.migrations import migrate
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster
from huoqi.ledger import operations
from huoqi.ledger.bulk import Column, TransferColumns
from huoqi.ledger.posting import TransferResult
from huoqi.ledger.rules.chart import AccountKind
from huoqi.ledger.rules.transfers import SHARD_BITS, ResultCode, Transfer, days_since_2000, post

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
ON = date(2015, 5, 11)
HOT_ACCOUNTS = 10
_FIRST_CUSTOMER = 1 << 40
# Opening funds are written straight into the counters: the run measures posting, not this.
_CUSTOMERS = """
    INSERT INTO ledger_account (shard, id, asset, kind, flags, cp)
    SELECT n %% %(shards)s, ((n %% %(shards)s) << 48) + (1::bigint << 40) + n * 16, 1, 60, 1,
        1000000000000
    FROM generate_series(1::bigint, %(accounts)s) n
"""
_HOT = """
    INSERT INTO ledger_account (shard, id, asset, kind, flags)
    SELECT s, (s::bigint << 48) + (10 << 20) + n, 1, 10, 4
    FROM generate_series(0, %(shards)s - 1) s, generate_series(1, %(count)s / %(shards)s) n
"""
_SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_compression")
Body = Callable[["Measured"], None]


@dataclass(frozen=True)
class Plan:
    """What to run. One connection posts for each shard."""

    accounts: int = 1_000_000
    batch: int = 8_000
    shards: int = 2
    callers: int = 256
    seconds: float = 8.0
    holds_in_ten: int = 1
    """So many of ten transfers are holds, and as many post a hold of the batch before."""


@dataclass
class Measured:
    """What a stretch of posting cost."""

    transfers: int = 0
    seconds: float = 0.0
    app_cpu_s: float = 0.0
    db_cpu_s: float = 0.0
    wal_bytes: int = 0
    latencies_ns: list[int] = field(default_factory=list)

    @property
    def per_s(self) -> int:
        """Return transfers a second."""
        return round(self.transfers / self.seconds)

    @property
    def cpu_us(self) -> float:
        """Return CPU of application and database for one transfer, in microseconds."""
        return round((self.app_cpu_s + self.db_cpu_s) * 1e6 / self.transfers, 2)


def run() -> dict[str, object]:
    """Return the figures of one run on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    try:
        with EmbeddedPostgres(folder) as cluster:
            return run_on(cluster.cluster_status().dsn, plan=Plan())
    finally:
        remove_cluster(folder)  # As root it stands outside the folder.
        shutil.rmtree(folder, ignore_errors=True)


def run_on(dsn: str, *, plan: Plan) -> dict[str, object]:
    """Return the figures of one run on an empty database of a server on this machine."""
    prepare(dsn, plan)
    with closing(Database(dsn, size=plan.shards + 1)) as database, closing(Meter(dsn)) as meter:
        # The warm-up touches the accounts once, so that what follows is a server between two
        # checkpoints: the first change of a page after one writes the whole page to the WAL.
        meter.measure(batches(database, plan, hot=False))
        batch = meter.measure(batches(database, plan, hot=False))
        hot = meter.measure(batches(database, plan, hot=True))
        single = meter.measure(singles(database, plan))
        return _report(plan, batch=batch, hot=hot, single=single) | meter.settings()


def _report(plan: Plan, *, batch: Measured, hot: Measured, single: Measured) -> dict[str, object]:
    return {
        "bench": "ledger",
        "batch_per_s": batch.per_s,
        "hot_batch_per_s": hot.per_s,
        "single_per_s": single.per_s,
        "single_p99_ms": machine.percentile_ms(single.latencies_ns, 0.99),
        "single_p50_ms": machine.percentile_ms(single.latencies_ns, 0.5),
        "cpu_us_per_transfer": batch.cpu_us,
        "app_cpu_us_per_transfer": round(batch.app_cpu_s * 1e6 / batch.transfers, 2),
        "hot_cpu_us_per_transfer": hot.cpu_us,
        "single_cpu_us_per_transfer": single.cpu_us,
        "wal_bytes_per_transfer": round(batch.wal_bytes / batch.transfers),
        "transfers": batch.transfers,
        "accounts": plan.accounts,
        "batch": plan.batch,
        "shards": plan.shards,
        "callers": plan.callers,
        "hold_share": plan.holds_in_ten / 10,
    }


class Meter:
    """Counts time, CPU of this process and of the server, and WAL, around a stretch."""

    def __init__(self, dsn: str) -> None:
        self._conn = psycopg.connect(dsn, autocommit=True)
        stat = Path(f"/proc/{self._conn.info.backend_pid}/stat").read_text(encoding="ascii")
        self.postmaster = int(stat.rsplit(")", 1)[1].split()[1])

    def close(self) -> None:
        """Close the connection."""
        self._conn.close()

    def settings(self) -> dict[str, object]:
        """Return the server's durability settings, as the server says, and the machine's facts."""
        found: dict[str, str] = {}
        for name in _SETTINGS:
            row = self._conn.execute("SELECT current_setting(%s)", (name,)).fetchone()
            assert row is not None
            found[name] = row[0]
        return {**found, "fsync": found["fsync"] == "on", "machine": machine.facts()}

    def measure(self, body: Body) -> Measured:
        """Return what the body cost; it fills in how many transfers it posted."""
        seen = Measured()
        wal, db = self._wal(), machine.tree_cpu_seconds(self.postmaster)
        app, start = time.process_time(), time.perf_counter()
        body(seen)
        seen.seconds = time.perf_counter() - start
        seen.app_cpu_s = time.process_time() - app
        seen.db_cpu_s = machine.tree_cpu_seconds(self.postmaster) - db
        seen.wal_bytes = self._wal() - wal
        return seen

    def _wal(self) -> int:
        row = self._conn.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
        assert row is not None
        return int(row[0])


def prepare(dsn: str, plan: Plan) -> None:
    """Migrate an empty database and open the accounts of a plan."""
    migrate(dsn, folder=MIGRATIONS)
    with psycopg.connect(make_conninfo(dsn, options="-c timezone=UTC")) as conn:
        work = Work(conn, at=machine_now(), ids=RandomIds())
        operations.set_up_shards(work, count=plan.shards)
        conn.execute(_CUSTOMERS, {"shards": plan.shards, "accounts": plan.accounts})
        conn.execute(_HOT, {"shards": plan.shards, "count": HOT_ACCOUNTS})
        conn.commit()
        conn.autocommit = True
        conn.execute("VACUUM ANALYZE ledger_account")


def fresh_ids(count: int) -> bytes:
    """Return new UUIDv7s of this instant in order, one behind the other."""
    ids = np.frombuffer(secrets.token_bytes(16 * count), dtype=np.uint8).reshape(count, 16).copy()
    instant = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    ids[:, :6] = np.frombuffer(instant, dtype=np.uint8)
    turn = np.arange(count)
    ids[:, 6], ids[:, 7], ids[:, 8], ids[:, 9] = 0x70, turn >> 8, 0x80, turn & 0xFF
    return ids.tobytes()


class Maker:
    """Makes one shard's batches: posts, and a share of holds that the next batch posts."""

    def __init__(self, plan: Plan, *, shard: int, hot: bool) -> None:
        self._plan, self._shard, self._hot = plan, shard, hot
        self._dice = np.random.default_rng(shard)
        self._open_holds = b""

    def _accounts(self, count: int) -> tuple[Column, Column]:
        plan, base = self._plan, self._shard << SHARD_BITS
        places = (HOT_ACCOUNTS if self._hot else plan.accounts) // plan.shards
        first = self._dice.integers(0, places, count)
        second = (first + self._dice.integers(1, places, count)) % places
        if self._hot:
            base += (AccountKind.BANK_CLEARING << 20) + 1
            return base + first, base + second
        base += _FIRST_CUSTOMER
        step, lowest = plan.shards * 16, (self._shard or plan.shards) * 16
        return base + lowest + first * step, base + lowest + second * step

    def batch(self) -> TransferColumns:
        """Return the next batch of fresh transfers."""
        count = self._plan.batch
        ids = fresh_ids(count)
        debits, credits_ = self._accounts(count)
        amounts = self._dice.integers(1, 10_000, count)
        kinds = np.ones(count, dtype=np.int64)
        assets = np.ones(count, dtype=np.int64)
        held = count * self._plan.holds_in_ten // 10
        kinds[:held] = 2
        refs = None
        if self._open_holds:
            posted = slice(count - held, count)
            kinds[posted], assets[posted], amounts[posted] = 3, 0, 0
            debits[posted] = credits_[posted] = self._shard << SHARD_BITS
            refs = bytes(16 * (count - held)) + self._open_holds
        self._open_holds = ids[: 16 * held]
        codes = np.full(count, 7, dtype=np.int64)
        days = np.full(count, days_since_2000(ON), dtype=np.int64)
        return TransferColumns(
            self._shard, ids, kinds, debits, credits_, amounts, assets, codes, days, refs
        )


def batches(database: Database, plan: Plan, *, hot: bool) -> Body:
    """Return a stretch of batches, one thread and connection a shard."""

    def posting(shard: int, until: float, posted: list[int]) -> None:
        maker = Maker(plan, shard=shard, hot=hot)
        while time.perf_counter() < until:
            columns = maker.batch()
            result = database.run(partial(operations.post_columns, columns=columns))
            assert not result.codes.any(), "every transfer of the benchmark is OK"
            posted.append(len(result.codes))

    def body(seen: Measured) -> None:
        until = time.perf_counter() + plan.seconds
        posted: list[int] = []
        threads = [
            threading.Thread(target=posting, args=(shard, until, posted))
            for shard in range(plan.shards)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen.transfers = sum(posted)

    return body


def singles(database: Database, plan: Plan) -> Body:
    """Return a stretch of callers that each wait for one transfer's commit, micro-batched."""

    def process(items: Sequence[Transfer]) -> Sequence[TransferResult]:
        return database.run(lambda work: operations.post_transfers(work, items))

    async def callers(seen: Measured) -> None:
        # One batcher a shard: the two commit side by side and share the sync.
        batchers = [MicroBatcher(process) for _ in range(plan.shards)]
        until = time.perf_counter() + plan.seconds
        submits = [batcher.submit for batcher in batchers]
        async with asyncio.TaskGroup() as group:
            for _ in range(plan.callers):
                group.create_task(_caller(submits, plan, until=until, seen=seen))
        for batcher in batchers:
            await batcher.close()

    def body(seen: Measured) -> None:
        asyncio.run(callers(seen))

    return body


async def _caller(
    submits: Sequence[Callable[[Transfer], Awaitable[TransferResult]]],
    plan: Plan,
    *,
    until: float,
    seen: Measured,
) -> None:
    ids, places = RandomIds(), plan.accounts // plan.shards
    while time.perf_counter() < until:
        shard = secrets.randbelow(plan.shards)
        first = secrets.randbelow(places)
        second = (first + 1 + secrets.randbelow(places - 1)) % places
        base = (shard << SHARD_BITS) + _FIRST_CUSTOMER + (shard or plan.shards) * 16
        start = time.perf_counter_ns()
        item = post(
            ids.new(machine_now()),
            debit=base + first * plan.shards * 16,
            credit=base + second * plan.shards * 16,
            amount=5,
            code=7,
            effective_on=ON,
        )
        result = await submits[shard](item)
        seen.latencies_ns.append(time.perf_counter_ns() - start)
        assert result.code == ResultCode.OK
        seen.transfers += 1
