"""How fast the ledger posts: batches over a million accounts, hot accounts, single callers."""

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench import machine
from huoqi.kit.batching import MicroBatcher
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import RandomIds
from huoqi.kit.migrations import migrate
from huoqi.ledger import operations
from huoqi.ledger.bulk import Column, TransferColumns
from huoqi.ledger.posting import TransferResult
from huoqi.ledger.rules.chart import AccountKind, customer_cash_account, system_account
from huoqi.ledger.rules.transfers import SHARD_BITS, ResultCode, Transfer, days_since_2000, post

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
DATABASE = "huoqi_bench_ledger"
ON = date(2015, 5, 11)
HOT_COUNT = 10
_CUSTOMERS = """
    INSERT INTO ledger_account (shard, id, asset, kind, flags, cp)
    SELECT n %% %(shards)s, ((n %% %(shards)s) << 48) + (1::bigint << 40) + n * 16, 1, 60, 1,
        1000000000000
    FROM generate_series(1::bigint, %(accounts)s) n
"""
_HOT = """
    INSERT INTO ledger_account (shard, id, asset, kind, flags)
    SELECT s, (s::bigint << 48) + (10 << 20) + n, 1, 10, 4
    FROM generate_series(0, %s - 1) s, generate_series(1, %s) n
"""


@dataclass
class Plan:
    """What to run."""

    accounts: int = 1_000_000
    batch: int = 8_000
    shards: int = 2
    callers: int = 256
    seconds: float = 6.0
    hold_share: float = 0.1


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
        return int(self.transfers / self.seconds)


class _Meter:
    """Counts time, CPU of this process and of the server, and WAL, around a stretch."""

    def __init__(self, dsn: str) -> None:
        self.conn = psycopg.connect(dsn, autocommit=True)
        backend = self.conn.info.backend_pid
        stat = Path(f"/proc/{backend}/stat").read_text(encoding="ascii")
        self.postmaster = int(stat.rsplit(")", 1)[1].split()[1])

    def wal(self) -> int:
        row = self.conn.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
        assert row is not None
        return int(row[0])

    def measure(self, body: Callable[[Measured], None]) -> Measured:
        """Return what the body cost; it fills in how many transfers it posted."""
        seen = Measured()
        wal, db = self.wal(), machine.tree_cpu_seconds(self.postmaster)
        app, start = time.process_time(), time.perf_counter()
        body(seen)
        seen.seconds = time.perf_counter() - start
        seen.app_cpu_s = time.process_time() - app
        seen.db_cpu_s = machine.tree_cpu_seconds(self.postmaster) - db
        seen.wal_bytes = self.wal() - wal
        return seen


def fresh_ids(count: int) -> bytes:
    """Return new UUIDv7s of this instant in order, one behind the other."""
    ids = np.frombuffer(secrets.token_bytes(16 * count), dtype=np.uint8).reshape(count, 16).copy()
    head = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    ids[:, :6] = np.frombuffer(head, dtype=np.uint8)
    turn = np.arange(count)
    ids[:, 6] = 0x70
    ids[:, 7] = turn >> 8
    ids[:, 8] = 0x80
    ids[:, 9] = turn & 0xFF
    return ids.tobytes()


class _Maker:
    """Makes one shard's batches: posts, and a share of holds that the next batch posts."""

    def __init__(self, plan: Plan, shard: int, *, hot: bool) -> None:  # noqa: FBT001
        self.plan, self.shard, self.hot = plan, shard, hot
        self.dice = np.random.default_rng(shard)
        self.open_holds = b""
        self.base = (shard << SHARD_BITS) + (1 << 40)
        self.hot_base = (shard << SHARD_BITS) + (AccountKind.BANK_CLEARING << 20)

    def _accounts(self, count: int) -> tuple[Column, Column]:
        if self.hot:
            first = self.dice.integers(0, HOT_COUNT, count)
            second = (first + self.dice.integers(1, HOT_COUNT, count)) % HOT_COUNT
            return self.hot_base + 1 + first, self.hot_base + 1 + second
        places = self.plan.accounts // self.plan.shards
        first = self.dice.integers(1, places, count)
        second = 1 + (first + self.dice.integers(0, places - 2, count)) % (places - 1)
        one, other = (n * self.plan.shards + self.shard for n in (first, second))
        return self.base + one * 16, self.base + other * 16

    def batch(self) -> TransferColumns:
        """Return the next batch of fresh transfers."""
        count = self.plan.batch
        ids = fresh_ids(count)
        debits, credits_ = self._accounts(count)
        amounts = self.dice.integers(1, 10_000, count)
        kinds = np.ones(count, dtype=np.int64)
        assets = np.ones(count, dtype=np.int64)
        held = int(count * self.plan.hold_share)
        kinds[:held] = 2
        refs = None
        posted = len(self.open_holds) // 16
        if posted:
            kinds[-posted:], assets[-posted:], amounts[-posted:] = 3, 0, 0
            debits[-posted:] = credits_[-posted:] = self.shard << SHARD_BITS
            refs = bytes(16 * (count - posted)) + self.open_holds
        self.open_holds = ids[: 16 * held]
        codes = np.full(count, 7, dtype=np.int64)
        days = np.full(count, days_since_2000(ON), dtype=np.int64)
        return TransferColumns(
            self.shard, ids, kinds, debits, credits_, amounts, assets, codes, days, refs
        )


def _post_batches(database: Database, maker: _Maker, *, until: float, seen: Measured) -> None:
    while time.perf_counter() < until:
        columns = maker.batch()
        result = database.run(lambda work: operations.post_columns(work, columns))
        assert not result.codes.any(), "every transfer of the benchmark must be OK"
        seen.transfers += len(result.codes)


def _batches(database: Database, plan: Plan, *, seconds: float, hot: bool) -> Callable[
    [Measured], None
]:
    def body(seen: Measured) -> None:
        until = time.perf_counter() + seconds
        parts = [Measured() for _ in range(plan.shards)]
        threads = [
            threading.Thread(
                target=_post_batches,
                args=(database, _Maker(plan, shard, hot=hot)),
                kwargs={"until": until, "seen": parts[shard]},
            )
            for shard in range(plan.shards)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen.transfers = sum(part.transfers for part in parts)

    return body


def _singles(database: Database, plan: Plan) -> Callable[[Measured], None]:
    def process(shard: int) -> Callable[[Sequence[Transfer]], Sequence[TransferResult | DomainError]]:
        def run(items: Sequence[Transfer]) -> Sequence[TransferResult]:
            return database.run(lambda work: operations.post_transfers(work, items))

        return run

    async def caller(batchers: list[MicroBatcher[Transfer, TransferResult]], until: float, seen: Measured) -> None:
        ids, dice = RandomIds(), np.random.default_rng()
        places = plan.accounts // plan.shards
        while time.perf_counter() < until:
            shard = secrets.randbelow(plan.shards)
            one, other = secrets.randbelow(places - 1) + 1, secrets.randbelow(places - 1) + 1
            if one == other:
                continue
            debit, credit = (
                (shard << SHARD_BITS) + (1 << 40) + (n * plan.shards + shard) * 16
                for n in (one, other)
            )
            start = time.perf_counter_ns()
            item = post(
                ids.new(datetime.now(UTC)), debit=debit, credit=credit, amount=5, code=7,
                effective_on=ON,
            )
            result = await batchers[shard % len(batchers)].submit(item)
            seen.latencies_ns.append(time.perf_counter_ns() - start)
            assert result.code == ResultCode.OK
            seen.transfers += 1

    async def all_callers(seen: Measured) -> None:
        batchers = [
            MicroBatcher(process(shard), max_batch=1_000) for shard in range(plan.shards)
        ]
        until = time.perf_counter() + plan.seconds
        await asyncio.gather(*(caller(batchers, until, seen) for _ in range(plan.callers)))
        for batcher in batchers:
            await batcher.close()

    def body(seen: Measured) -> None:
        asyncio.run(all_callers(seen))

    return body


def _prepare(dsn: str, plan: Plan) -> str:
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE}")
    own = make_conninfo(dsn, dbname=DATABASE)
    migrate(own, folder=MIGRATIONS)
    with psycopg.connect(own) as conn:
        work = Work(conn, at=datetime.now(UTC), ids=RandomIds())
        operations.set_up_shards(work, count=plan.shards)
        conn.execute(_CUSTOMERS, {"shards": plan.shards, "accounts": plan.accounts})
        conn.execute(_HOT, (plan.shards, HOT_COUNT))
        conn.commit()
        conn.autocommit = True
        conn.execute("VACUUM ANALYZE ledger_account")
    return own


def run(dsn: str, plan: Plan | None = None) -> dict[str, object]:
    """Return the figures of one run on a database of its own, which is dropped afterwards."""
    plan = plan or Plan()
    own = _prepare(dsn, plan)
    with closing(Database(own, size=plan.shards + 2)) as database:
        meter = _Meter(own)
        # Twice the accounts once, so that the figures are of a warm server between checkpoints.
        meter.measure(_batches(database, plan, seconds=plan.seconds, hot=False))
        batch = meter.measure(_batches(database, plan, seconds=plan.seconds, hot=False))
        hot = meter.measure(_batches(database, plan, seconds=plan.seconds / 2, hot=True))
        single = meter.measure(_singles(database, plan))
        settings = {
            name: meter.conn.execute("SELECT current_setting(%s)", (name,)).fetchone()[0]
            for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_compression", "shared_buffers")
        }
        meter.conn.close()
    return report(plan, batch=batch, hot=hot, single=single, settings=settings)


def report(plan, *, batch, hot, single, settings) -> dict[str, object]:
    latencies = sorted(single.latencies_ns)
    return {
        "batch_per_s": batch.per_s,
        "hot_batch_per_s": hot.per_s,
        "single_per_s": single.per_s,
        "single_p99_ms": round(latencies[int(len(latencies) * 0.99)] / 1e6, 2),
        "single_p50_ms": round(latencies[len(latencies) // 2] / 1e6, 2),
        "cpu_us_per_transfer": round((batch.app_cpu_s + batch.db_cpu_s) * 1e6 / batch.transfers, 2),
        "app_cpu": round(batch.app_cpu_s * 1e6 / batch.transfers, 2),
        "hot_cpu": round((hot.app_cpu_s + hot.db_cpu_s) * 1e6 / hot.transfers, 2),
        "single_cpu_app": round(single.app_cpu_s * 1e6 / single.transfers, 2),
        "single_cpu_db": round(single.db_cpu_s * 1e6 / single.transfers, 2),
        "wal_bytes_per_transfer": round(batch.wal_bytes / batch.transfers),
        "fsync": settings["fsync"] == "on",
        "settings": settings,
    }


if __name__ == "__main__":
    import json
    import sys

    print(json.dumps(run(sys.argv[1], Plan(*[int(x) for x in sys.argv[2:3]])), indent=1))
