"""Run the tests in stages: rules and kit, a database, the screens' units, a browser, real data.

Use: ./huoqi test [what pytest takes: paths, -k, -x …]; with arguments there is one stage.

Several servers, clusters or browsers share the machine where tests run beside each other. What
failed there is run once more by itself: failed twice, it failed; passed alone, it is named as
unsteady, a fault to find.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools.folders import ROOT, find_browser, shared_folder

TESTS_FAILED, NOTHING_COLLECTED = 1, 5


@dataclass(frozen=True)
class Stage:
    """One run of pytest, or of another program."""

    title: str
    arguments: tuple[str, ...]
    program: tuple[str, ...] = ("pytest", "-q")
    #: What follows, for the tests that failed only.
    once_more: tuple[str, ...] = ()


def stages(*, shared: Path | None, browser: str | None) -> list[Stage]:
    """Return what to run; the tests on real data and in a browser only where there is one."""
    workers = str(max(2, min(os.cpu_count() or 2, 8)))
    documented = [
        str(p) for p in [ROOT / "tools", ROOT / "src/huoqi/kit", *ROOT.glob("src/huoqi/*/rules")]
    ]
    doctests = ("--doctest-modules", "tests", *sorted(documented))
    without_real = ("--ignore=tests/real", "--ignore=tests/browser")
    alone = ("-n", "0", "--last-failed", "--last-failed-no-failures=none")
    stored = ("tests", *without_real, "-m", "database")
    found = [
        Stage("rules and kit", (*doctests, *without_real, "-m", "not database")),
        Stage("with a database", (*stored, "-n", workers), once_more=(*stored, *alone)),
        Stage("app units", ("app", "--test"), program=("huoqi.bootstrap",)),
    ]
    if browser is not None:
        # A file is one server; two of them and two browsers are enough for a small machine.
        beside = ("tests/browser", "-n", "2", "--dist", "loadfile")
        found.append(Stage("in a browser", beside, once_more=("tests/browser", *alone)))
    if shared is not None:
        real = ("tests/real", "-n", workers)
        found.append(Stage("on real data", real, once_more=("tests/real", *alone)))
    return found


def run(stage: Stage) -> str:
    """Return how a stage ended: ok, FAILED, or UNSTEADY; one without tests is ok."""
    code = _run(stage.title, stage.program, stage.arguments)
    if code == TESTS_FAILED and stage.once_more:
        again = _run(f"{stage.title}: what failed, alone", stage.program, stage.once_more)
        return "FAILED" if again else "UNSTEADY"
    return "FAILED" if code not in {0, NOTHING_COLLECTED} else "ok"


def _run(title: str, program: tuple[str, ...], arguments: tuple[str, ...]) -> int:
    print(f"\n=== {title} ===", flush=True)
    command = [sys.executable, "-m", *program, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    """Run every stage, even after a failed one, and return 1 if any failed."""
    if arguments:
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode
    begun = time.monotonic()
    shared, browser = shared_folder(), find_browser()
    ends = {stage.title: run(stage) for stage in stages(shared=shared, browser=browser)}
    print(f"\n=== summary ({time.monotonic() - begun:.0f} s) ===")
    for title, end in ends.items():
        print(f"{end:<8} {title}")
    if "UNSTEADY" in ends.values():
        print("UNSTEADY: failed beside others and passed alone. Find the race; see above.")
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
    return int(is_left_out or "FAILED" in ends.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
