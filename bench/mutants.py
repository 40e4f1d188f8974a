"""Seeded bugs against the tests: each is put into a copy of the tree, and its tests have to fail.

A copy and a throw-away database belong to each worker, so that nothing of the checkout is touched.
A bug is caught when a test fails or does not end; one for which all tests pass has survived. What
has rotted ends the run before it begins.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import ClassVar

from bench.machine import facts
from bench.seeding import ROOT, Mutant, mutants, rotten
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres import clusters_in, remove_cluster
from huoqi.kit.progress import Progress

COPIED = ("src", "tests", "bench", "tools", "migrations", "docs", "pyproject.toml", "requirements")
TEST_S = 600
#: How pytest ends: all pass, one fails, the sources cannot even be imported.
PASSED, FAILED, BROKEN = 0, 1, 2
CAUGHT = frozenset({FAILED, BROKEN})
ANSWERS = CAUGHT | {PASSED}
#: Examples are the same in every run, so that a bug is not caught by luck.
STEADY = {"CI": "1"}


class MutantsRotten(DomainError):
    """Seeded bugs no longer fit the sources; mend bench/seeded."""

    code: ClassVar[str] = "bench.mutants_rotten"


class TestsFail(DomainError):
    """The tests fail without any bug, so they would seem to catch all of them."""

    code: ClassVar[str] = "bench.tests_fail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the tests of a seeded bug ended."""

    mutant: Mutant
    ended: int
    seconds: float


def run(*, workers: int = 2, only: str = "") -> dict[str, object]:
    """Return how many seeded bugs the tests caught, and the names of the others.

    Errors: MutantsRotten, TestsFail.
    """
    seeded = mutants()
    complaints = rotten(seeded)
    if complaints:
        raise MutantsRotten(complaints="; ".join(complaints))
    wanted = [each for each in seeded if each.name.startswith(only)]
    began = time.monotonic()
    with _copies(workers) as copies:
        _require_passing(wanted, copies)
        verdicts = _tried(wanted, copies)
    survived = [each.mutant.name for each in verdicts if each.ended == PASSED]
    odd = [
        f"{each.mutant.name} ({each.ended})" for each in verdicts if each.ended not in (0, FAILED)
    ]
    return {
        "bench": "mutants",
        "seeded": len(wanted),
        "caught": sum(each.ended in CAUGHT for each in verdicts),
        "survived": survived,
        "not_answered": odd,
        "seconds": round(time.monotonic() - began, 1),
        "slowest": [
            f"{each.mutant.name}: {each.seconds:.0f} s"
            for each in sorted(verdicts, key=lambda each: -each.seconds)[:5]
        ],
        "machine": facts(),
    }


@contextmanager
def _copies(count: int) -> Iterator["Queue[Path]"]:
    """Yield copies of the tree, each with a data folder of its own; they are removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="huoqi-mutants-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    home.chmod(0o711)
    copies: Queue[Path] = Queue()
    try:
        for number in range(count):
            tree = home / f"tree-{number}"
            tree.mkdir()
            for part in COPIED:
                source = ROOT / part
                if source.is_dir():
                    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
                    shutil.copytree(source, tree / part, ignore=ignored)
                elif source.exists():
                    shutil.copy2(source, tree / part)
            copies.put(tree)
        yield copies
    finally:
        for data in home.glob("tree-*/data"):
            for cluster in clusters_in(data):
                remove_cluster(cluster)
        shutil.rmtree(home, ignore_errors=True)


def _require_passing(wanted: list[Mutant], copies: "Queue[Path]") -> None:
    """Raise TestsFail unless every test module passes while no bug is seeded."""
    modules = sorted({test for each in wanted for test in each.tests})

    def passes(module: str) -> bool:
        tree = copies.get()
        try:
            return _tests(tree, (module,)) == PASSED
        finally:
            copies.put(tree)

    with (
        Progress("tests without bugs", total=len(modules)) as progress,
        ThreadPoolExecutor(copies.qsize()) as pool,
    ):
        for done, (module, is_sound) in enumerate(
            zip(modules, pool.map(passes, modules), strict=True)
        ):
            progress(done + 1, len(modules), module)
            if not is_sound:
                raise TestsFail(module=module)


def _tried(wanted: list[Mutant], copies: "Queue[Path]") -> list[Verdict]:
    verdicts: list[Verdict] = []
    with (
        Progress("mutants", total=len(wanted)) as progress,
        ThreadPoolExecutor(copies.qsize()) as pool,
    ):
        for verdict in pool.map(lambda each: _one(each, copies), wanted):
            verdicts.append(verdict)
            note = "" if verdict.ended in CAUGHT else f"not caught: {verdict.mutant.name}"
            progress(len(verdicts), len(wanted), note)
    return verdicts


def _one(mutant: Mutant, copies: "Queue[Path]") -> Verdict:
    """Try a bug in a copy that is free."""
    tree = copies.get()
    began = time.monotonic()
    place = tree / mutant.file
    text = place.read_text(encoding="utf-8")
    try:
        place.write_text(mutant.seeded(text), encoding="utf-8")
        return Verdict(mutant, _tests(tree, mutant.tests), time.monotonic() - began)
    finally:
        place.write_text(text, encoding="utf-8")
        copies.put(tree)


def _tests(tree: Path, tests: tuple[str, ...]) -> int:
    """Return how the tests end: 0 all pass, 1 one fails or does not end."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    environ = {
        **os.environ,
        **STEADY,
        "PYTHONDONTWRITEBYTECODE": "1",  # an edit within a second must not be missed
        "PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}",
        "HUOQI_DATA": str(tree / "data"),
    }
    for name in ("HUOQI_DSN", "HUOQI_TEST_DSN"):
        environ.pop(name, None)
    try:
        ended = subprocess.run(
            [*command, *tests],
            cwd=tree,
            env=environ,
            capture_output=True,
            timeout=TEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FAILED
    return ended.returncode
