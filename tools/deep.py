"""The slow checks of rules: every branch is taken by a test, and seeded faults are noticed.

``HUOQI_BASE`` names what a change is compared with, ``HUOQI_MUTANTS_S`` how long faults are tried;
those that there was no time for are counted and told.
"""

import os
import signal
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

from tools.folders import ROOT

SCORE_MIN = 90
BASE = os.environ.get("HUOQI_BASE", "origin/main")
MUTANTS_S = int(os.environ.get("HUOQI_MUTANTS_S", "1200"))
CLEANING_UP_S = 60


def coverage() -> int:
    """Return 0 when the tests of rules take every branch of every rule."""
    environment = {**os.environ, "COVERAGE_FILE": str(ROOT / ".coverage.rules")}
    tests = [str(p) for p in sorted(ROOT.glob("tests/*/rules"))]
    python = sys.executable
    measure = [python, "-m", "coverage", "run", "--branch"]
    show = [python, "-m", "coverage", "report", "--fail-under", "100", "--show-missing"]
    show += ["--include", "src/huoqi/*/rules/*"]
    for command in ([*measure, "-m", "pytest", "-q", *tests], [*show, "--skip-covered"]):
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if code != 0:
            return code
    return 0


def changed_rules() -> list[Path]:
    """Return the rule modules that differ from the base, or all when there is no base."""
    known = subprocess.run(
        ["git", "diff", "--name-only", BASE, "--", "src/huoqi/*/rules/*.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if known.returncode != 0:
        return sorted(ROOT.glob("src/huoqi/*/rules/*.py"))
    return [path for line in known.stdout.split() if (path := ROOT / line).exists()]


def mutants() -> int:
    """Return 0 when the tests notice at least nine in ten faults seeded into changed rules."""
    names = [p for p in changed_rules() if p.name != "__init__.py"]
    if not names:
        print("no rule differs from", BASE)
        return 0
    patterns = [f"{'.'.join(p.relative_to(ROOT / 'src').with_suffix('').parts)}*" for p in names]
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    _try_for([mutmut, "run", *patterns], seconds=MUTANTS_S)
    return score(subprocess.run(
        [mutmut, "results", "--all", "true"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout, patterns=patterns)  # fmt: skip


def _try_for(command: list[str], *, seconds: int) -> None:
    """Run a program and interrupt it as Ctrl-C does when its time is over."""
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL) as trial:
        for patience_s, sign in ((seconds, signal.SIGINT), (CLEANING_UP_S, signal.SIGKILL)):
            try:
                trial.wait(timeout=patience_s)
            except subprocess.TimeoutExpired:
                trial.send_signal(sign)


def score(results: str, *, patterns: list[str]) -> int:
    """Return 0 when enough of the mutants tried were killed; print the others and each module."""
    prefixes = tuple(p.rstrip("*") for p in patterns)
    lines = [line.strip() for line in results.splitlines() if line.strip().startswith(prefixes)]
    tried = [line for line in lines if not line.endswith("not checked")]
    killed = [line for line in tried if line.endswith(("killed", "timeout"))]
    for line in sorted(set(tried) - set(killed)):
        print(line)
    of_module = Counter(map(_module_of, killed))
    for module, count in sorted(Counter(map(_module_of, tried)).items()):
        print(
            f"{_share(of_module[module], count):4} %  {of_module[module]:4} of {count:4}  {module}"
        )
    share = _share(len(killed), len(tried))
    print(f"mutants killed: {len(killed)} of {len(tried)} ({share} %, at least {SCORE_MIN} %)")
    if len(tried) < len(lines):
        print(
            f"NOT TRIED: {len(lines) - len(tried)} of {len(lines)} mutants, for want of time; "
            "give more with HUOQI_MUTANTS_S"
        )
    return int(share < SCORE_MIN or not tried)


def _module_of(line: str) -> str:
    """Return the module of a mutant.

    >>> _module_of("huoqi.fund.rules.yields.x_carried__mutmut_2: survived")
    'huoqi.fund.rules.yields'
    """
    return line.partition(":")[0].rpartition(".")[0]


def _share(part: int, whole: int) -> int:
    return 100 * part // max(1, whole)


def main() -> int:
    """Run both and return 0 when both passed."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]
    return max(coverage(), mutants())
