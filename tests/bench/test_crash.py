"""A few deaths of a real server and its database; what was acknowledged is there exactly once.

The same with ``huoqi bench crash --kills 2000``, or here with HUOQI_CRASH_KILLS. Where a C compiler
is on the PATH, what PostgreSQL had not synced is thrown away at each death.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.crashing.points import POINTS
from bench.crashing.trial import Trial
from bench.crashing.unsynced import compiler_found
from huoqi.kit.postgres import remove_cluster

KILLS = int(os.environ.get("HUOQI_CRASH_KILLS", "2"))

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    remove_cluster(tmp_path / "data")  # As root it stands outside the test's folder.


@pytest.mark.timeout(900)
def test_what_was_acknowledged_survives_and_the_checker_would_see_if_not(folder: Path) -> None:
    trial = Trial(folder, seed="tests", what="postgres", unsynced=compiler_found() is not None)

    with trial.running():
        for _ in range(KILLS):
            trial.kill_once()
        found = trial.examined()
        assert found.shown() == []
        assert found.counts["purchases acknowledged"] > 0
        assert found.counts["ledger batches acknowledged"] > 0

        with psycopg.connect(trial.books.database.dsn) as conn:
            conn.execute(
                "DELETE FROM fund_order WHERE order_id ="
                " (SELECT object_id FROM idempotency ORDER BY claimed_at DESC LIMIT 1)"
            )
            conn.execute(
                "UPDATE ledger_transfer SET amount = amount + 1 WHERE (shard, id) ="
                " (SELECT shard, id FROM ledger_transfer WHERE result = 0 LIMIT 1)"
            )
        spoilt = trial.judged()

    assert len(spoilt.lost) == 1
    assert spoilt.unsound
    assert spoilt.unlike_model


def test_every_point_is_still_there() -> None:
    gone = [name for name, point in POINTS.items() if not hasattr(point.owner, point.name)]

    assert gone == []
