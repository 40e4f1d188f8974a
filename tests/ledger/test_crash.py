"""The database is killed under load: what was acknowledged is there exactly once."""

import os
import signal
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import Queue

import psycopg
import pytest

from huoqi.kit.db import Database
from huoqi.kit.ids import RandomIds
from huoqi.kit.migrations import migrate
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster
from huoqi.ledger import queries
from huoqi.ledger.operations import NewAccount, open_accounts, post_transfers, set_up_shards
from huoqi.ledger.rules.chart import AccountFlag, AccountKind
from huoqi.ledger.rules.transfers import ResultCode, Transfer, post
from tests.conftest import MIGRATIONS
from tests.ledger.harness import ON, START

_ACCOUNTS = range(1, 41)
_WRITERS = 4
_KILLS = int(os.environ.get("HUOQI_LEDGER_KILLS", "2"))

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "data") as cluster:
        yield cluster
    remove_cluster(tmp_path / "data")  # As root it stands outside the test's folder.


class _Writer(threading.Thread):
    """Posts batch after batch; keeps a batch until it was acknowledged, whatever happens."""

    def __init__(
        self, dsn: str, *, shard: int, stop: threading.Event, progress: "Queue[int]"
    ) -> None:
        super().__init__(daemon=True)
        self._dsn, self._shard, self._stop_at, self._ids = dsn, shard, stop, RandomIds()
        self._progress = progress
        self.acknowledged: list[Transfer] = []
        self.broken = 0

    def _batch(self) -> list[Transfer]:
        base = self._shard << 48
        return [
            post(
                self._ids.new(START),
                debit=base + n,
                credit=base + 1 + n % len(_ACCOUNTS),
                amount=n,
                code=1,
                effective_on=ON,
            )
            for n in _ACCOUNTS
        ]

    def run(self) -> None:
        """Post until told to stop, and until the last batch is acknowledged."""
        batch = self._batch()
        while batch:
            database = Database(self._dsn, size=1)
            try:
                while batch:
                    results = database.run(partial(post_transfers, transfers=batch))
                    assert all(r.code == ResultCode.OK for r in results)
                    self.acknowledged += batch
                    self._progress.put(len(batch))
                    batch = [] if self._stop_at.is_set() else self._batch()
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self.broken += 1
            finally:
                database.close()


def _kill(cluster: EmbeddedPostgres) -> None:
    pid = cluster.cluster_status().pid
    assert pid is not None
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    for victim in (pid, *map(int, children)):
        os.kill(victim, signal.SIGKILL)


def _wait_for(progress: "Queue[int]", *, batches: int) -> None:
    for _ in range(batches):
        progress.get(timeout=60)


def test_what_was_acknowledged_survives_kill_9_exactly_once(cluster: EmbeddedPostgres) -> None:
    dsn = cluster.cluster_status().dsn
    migrate(dsn, folder=MIGRATIONS)
    database = Database(dsn, size=1)
    with database.work() as work:
        set_up_shards(work, count=2)
        accounts = [
            NewAccount((shard << 48) + n, AccountKind.SUSPENSE, 1, AccountFlag(0))
            for shard in (0, 1)
            for n in _ACCOUNTS
        ]
        open_accounts(work, accounts)
    stop = threading.Event()
    progress: Queue[int] = Queue()
    writers = [_Writer(dsn, shard=n % 2, stop=stop, progress=progress) for n in range(_WRITERS)]
    for writer in writers:
        writer.start()

    for _ in range(_KILLS):
        _wait_for(progress, batches=40)
        _kill(cluster)
    _wait_for(progress, batches=40)
    stop.set()
    for writer in writers:
        writer.join(timeout=60)
        assert not writer.is_alive()

    database.close()
    database = Database(dsn, size=1)
    with database.work() as work:
        rows = work.rows("SELECT id, amount FROM ledger_transfer WHERE result = 0")
        assert queries.check_invariants(work) == []
    database.close()
    acknowledged = {t.id: t.amount for writer in writers for t in writer.acknowledged}
    assert dict(rows) == acknowledged
    assert len(rows) == len(acknowledged)
    assert sum(writer.broken for writer in writers) > 0
