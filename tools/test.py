"""Run the tests in stages: rules and kit, a database, the screens' units, a browser, real data.

Use: ./huoqi test [what pytest takes: paths, -k, -x …]; with arguments there is one stage.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools.folders import ROOT, find_browser, shared_folder

NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Stage:
    """One run of pytest, or of another program."""

    title: str
    arguments: tuple[str, ...]
    program: tuple[str, ...] = ("pytest", "-q")


def stages(*, shared: Path | None, browser: str | None) -> list[Stage]:
    """Return what to run; the tests on real data and in a browser only where there is one."""
    workers = str(max(2, min(os.cpu_count() or 2, 8)))
    documented = [
        str(p) for p in [ROOT / "tools", ROOT / "src/huoqi/kit", *ROOT.glob("src/huoqi/*/rules")]
    ]
    doctests = ("--doctest-modules", "tests", *sorted(documented))
    without_real = ("--ignore=tests/real", "--ignore=tests/browser")
    found = [
        Stage("rules and kit", (*doctests, *without_real, "-m", "not database")),
        Stage("with a database", ("tests", *without_real, "-m", "database", "-n", workers)),
        Stage("app units", ("app", "--test"), program=("huoqi.bootstrap",)),
    ]
    if browser is not None:
        # A file is one server; two of them and two browsers are enough for a small machine.
        found.append(Stage("in a browser", ("tests/browser", "-n", "2", "--dist", "loadfile")))
    if shared is not None:
        found.append(Stage("on real data", ("tests/real", "-n", workers)))
    return found


def run(stage: Stage) -> int:
    """Return the program's exit code; a stage without tests is a success."""
    print(f"\n=== {stage.title} ===", flush=True)
    command = [sys.executable, "-m", *stage.program, *stage.arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return 0 if code == NOTHING_COLLECTED else code


def main(arguments: list[str]) -> int:
    """Run every stage, even after a failed one, and return 1 if any failed."""
    if arguments:
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode
    begun = time.monotonic()
    shared, browser = shared_folder(), find_browser()
    codes = {stage.title: run(stage) for stage in stages(shared=shared, browser=browser)}
    print(f"\n=== summary ({time.monotonic() - begun:.0f} s) ===")
    for title, code in codes.items():
        print(f"{'ok    ' if code == 0 else 'FAILED'} {title}")
    if browser is None:
        print(
            "NOT RUN: tests/browser. There is no Chromium on the PATH; install it (Debian: "
            "apt-get install chromium fonts-noto-cjk) or set HUOQI_CHROMIUM.",
            file=sys.stderr,
        )
    if shared is None:
        print(
            "NOT RUN: tests/real. The folder of real data is absent; "
            "set HUOQI_SHARED to where it stands.",
            file=sys.stderr,
        )
    # Where every change is judged, a stage that was left out is a stage that did not pass.
    is_left_out = browser is None and bool(os.environ.get("CI"))
    return int(is_left_out or any(codes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
