"""Killed at any write, a close leaves yesterday's book or today's, and ends with the same root."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
#: 30 by default; HUOQI_KILLS=200 for the long run.
KILLS = int(os.environ.get("HUOQI_KILLS", "30"))
SEED = int(os.environ.get("HUOQI_SEED", "20150512"))
HOLDERS = 300_000


def told_by(module: str, *words: object) -> dict[str, Any]:
    """Return what a run prints that kills its own children."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-m", f"tests.close.book.{module}", *map(str, words)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"HUOQI_SEED={SEED}: {done.stderr}"
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.timeout(300 + 10 * KILLS)
def test_a_close_that_is_killed_at_its_writes_ends_with_the_same_root(tmp_path: Path) -> None:
    told = told_by("crashing", tmp_path, SEED, KILLS)

    assert told["found"] == [told["expected"]]
    assert told["died"] == KILLS


@pytest.mark.timeout(300 + 10 * KILLS)
def test_a_book_of_many_holders_that_is_killed_at_any_moment_ends_with_the_same_root(
    tmp_path: Path,
) -> None:
    told = told_by("killing", tmp_path, SEED, KILLS, HOLDERS)

    assert told["roots"] == [told["expected"]], f"HUOQI_SEED={SEED}"
    assert told["found"]["neither"] == 0, f"HUOQI_SEED={SEED}"
    assert told["died"] == KILLS
