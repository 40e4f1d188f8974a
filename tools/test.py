"""Run the tests in three stages: rules and kit, then what needs a database, then real data.

Use: ./huoqi test [what pytest takes: paths, -k, -x …]; with arguments there is one stage.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools.folders import ROOT, shared_folder

NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Stage:
    """One run of pytest."""

    title: str
    arguments: tuple[str, ...]


def stages(*, shared: Path | None) -> list[Stage]:
    """Return what to run; the tests on real data only where the data is."""
    workers = str(max(2, min(os.cpu_count() or 2, 8)))
    documented = [
        str(p) for p in [ROOT / "tools", ROOT / "src/huoqi/kit", *ROOT.glob("src/huoqi/*/rules")]
    ]
    doctests = ("--doctest-modules", "tests", *sorted(documented))
    without_real = ("--ignore=tests/real",)
    found = [
        Stage("rules and kit", (*doctests, *without_real, "-m", "not database")),
        Stage("with a database", ("tests", *without_real, "-m", "database", "-n", workers)),
    ]
    if shared is not None:
        found.append(Stage("on real data", ("tests/real", "-n", workers)))
    return found


def run(stage: Stage) -> int:
    """Return pytest's exit code; a stage without tests is a success."""
    print(f"\n=== {stage.title} ===", flush=True)
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *stage.arguments], cwd=ROOT, check=False
    ).returncode
    return 0 if code == NOTHING_COLLECTED else code


def main(arguments: list[str]) -> int:
    """Run every stage, even after a failed one, and return 1 if any failed."""
    if arguments:
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode
    begun = time.monotonic()
    shared = shared_folder()
    codes = {stage.title: run(stage) for stage in stages(shared=shared)}
    print(f"\n=== summary ({time.monotonic() - begun:.0f} s) ===")
    for title, code in codes.items():
        print(f"{'ok    ' if code == 0 else 'FAILED'} {title}")
    if shared is None:
        print(
            "NOT RUN: tests/real. The folder of real data is absent; "
            "set HUOQI_SHARED to where it stands.",
            file=sys.stderr,
        )
    return int(any(codes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
