"""Run every check at once and show what failed.

Use: ./huoqi check [--deep]; the second form adds the coverage of rules and mutants of changed ones.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools import deep
from tools.folders import ROOT

LINES_MAX = 80
TIMEOUT_S = 300


@dataclass(frozen=True)
class Check:
    """A command that must end with 0."""

    title: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """How a check ended, after how long, and what it printed."""

    check: Check
    code: int
    seconds: float
    output: str


def checks() -> list[Check]:
    """Return all checks, the longest first."""
    python = sys.executable
    return [
        Check("types", (python, "-m", "mypy", *_present("src", "tools", "tests", "bench"))),
        # Installs Node and the packages of the screens where they are missing.
        Check("app", (python, "-m", "huoqi.bootstrap", "app", "--check")),
        Check("imports", (_program("lint-imports"), "--no-logo")),
        Check("schema", (python, "-m", "tools.schema")),
        Check("lint", (_program("ruff"), "check", "--output-format", "concise", ".")),
        Check("format", (_program("ruff"), "format", "--check", "--output-format", "concise", ".")),
        Check("tidy", (python, "-m", "tools.tidy")),
        Check("codes", (python, "-m", "tools.codes")),
    ]


def run(check: Check) -> Answer:
    """Return how one check ended; one that hangs is stopped and has failed."""
    begun = time.monotonic()
    try:
        done = subprocess.run(
            check.command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        return Answer(check, 1, time.monotonic() - begun, f"stopped after {TIMEOUT_S} s")
    return Answer(check, done.returncode, time.monotonic() - begun, done.stdout + done.stderr)


def report(answer: Answer) -> bool:
    """Print how a check ended and return whether it passed."""
    passed = answer.code == 0
    print(f"{'ok    ' if passed else 'FAILED'} {answer.check.title:8} {answer.seconds:5.1f} s")
    if not passed:
        lines = answer.output.rstrip().splitlines()
        print("\n".join(f"       {line}" for line in lines[:LINES_MAX]))
        if len(lines) > LINES_MAX:
            print(f"       … {len(lines) - LINES_MAX} lines more: {' '.join(answer.check.command)}")
    sys.stdout.flush()
    return passed


def main(arguments: list[str]) -> int:
    """Run all checks, whatever fails, and return 1 if any failed."""
    begun = time.monotonic()
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        passed = [report(answer) for answer in pool.map(run, checks())]
    if "--deep" in arguments:
        passed.append(deep.main() == 0)
    print(
        f"{'all passed' if all(passed) else 'something failed'} in {time.monotonic() - begun:.0f} s"
    )
    return int(not all(passed))


def _present(*folders: str) -> tuple[str, ...]:
    return tuple(folder for folder in folders if any((ROOT / folder).rglob("*.py")))


def _program(name: str) -> str:
    return os.path.join(os.path.dirname(sys.executable), name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
