"""Killed with signal 9 at any moment, a day's close ends with the same books, posted once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.databases import Cluster

ROOT = Path(__file__).resolve().parents[2]
#: 30 by default; HUOQI_KILLS=200 for the long run.
KILLS = int(os.environ.get("HUOQI_KILLS", "30"))
SEED = int(os.environ.get("HUOQI_SEED", "20150511"))


@pytest.mark.timeout(300 + 10 * KILLS)
def test_a_close_that_is_killed_again_and_again_ends_with_the_books_of_one_that_is_not(
    postgres_cluster: "Cluster",
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    with postgres_cluster.database() as twin, postgres_cluster.database() as victim:
        done = subprocess.run(
            [sys.executable, "-m", "tests.close.killing", twin, victim, str(SEED), str(KILLS)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, f"HUOQI_SEED={SEED}: {done.stderr}"
    told = json.loads(done.stdout)
    assert told["problems"] == [], f"HUOQI_SEED={SEED}"
    assert sum(told["deaths"].values()) >= KILLS
    assert told["found"].keys() == {"yesterday", "today"}, "deaths before and after the close"
