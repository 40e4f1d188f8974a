"""The slow checks of rules: every branch is taken by a test, and seeded faults are noticed."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.folders import ROOT

SCORE_MIN = 90
BASE = os.environ.get("HUOQI_BASE", "origin/main")  # What a change is compared with.


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
    subprocess.run([mutmut, "run", *patterns], cwd=ROOT, check=False)
    return score(subprocess.run(
        [mutmut, "results", "--all", "true"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout, patterns=patterns)  # fmt: skip


def score(results: str, *, patterns: list[str]) -> int:
    """Return 0 when enough of the listed mutants were killed; print the others."""
    prefixes = tuple(p.rstrip("*") for p in patterns)
    lines = [line.strip() for line in results.splitlines() if line.strip().startswith(prefixes)]
    killed = [line for line in lines if line.endswith(("killed", "timeout"))]
    for line in lines:
        if line not in killed:
            print(line)
    share = 100 * len(killed) // max(1, len(lines))
    print(f"mutants killed: {len(killed)} of {len(lines)} ({share} %, at least {SCORE_MIN} %)")
    return int(share < SCORE_MIN or not lines)


def main() -> int:
    """Run both and return 0 when both passed."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]
    return max(coverage(), mutants())
