"""Killed at any write, a close leaves yesterday's book or today's, and ends with the same root."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
#: 30 by default; HUOQI_KILLS=200 for the long run.
KILLS = int(os.environ.get("HUOQI_KILLS", "30"))
SEED = int(os.environ.get("HUOQI_SEED", "20150512"))


def test_a_close_that_is_killed_at_its_writes_ends_with_the_same_root(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.close.book.crashing"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}

    done = subprocess.run(
        [*command, str(tmp_path), str(SEED), str(KILLS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, f"HUOQI_SEED={SEED}: {done.stderr}"
    told = json.loads(done.stdout)
    assert told["found"] == [told["expected"]]
    assert told["died"] == KILLS
