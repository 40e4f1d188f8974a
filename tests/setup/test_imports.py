"""The import contracts: each one breaks when a file breaks it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.folders import ROOT

BREACHES = {
    "Dependencies point one way": ("kit/upwards.py", "import huoqi.fund.rules"),
    "No cycles at any depth": ("payments/rules/round.py", "import huoqi.payments.round"),
    "Rules are pure": ("fund/rules/impure.py", "import huoqi.kit.clock"),
    "Only a domain's own operations and queries": ("jobs/rude.py", "import huoqi.vault._store"),
    "Only bootstrap names a concrete": ("jobs/concrete.py", "import huoqi.payments.simulated"),
}
OTHER_HALVES = {
    "payments/round.py": "import huoqi.payments.rules.round",
    "payments/simulated.py": "",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", root)
    return root / "src" / "huoqi"


def lint(source: Path) -> str:
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [program, "--no-logo", "--no-cache"],
        cwd=source.parent.parent,
        env={**os.environ, "PYTHONPATH": str(source.parent), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout + answer.stderr


@pytest.mark.slow
@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_of_a_contract_is_found(source: Path, contract: str) -> None:
    name, text = BREACHES[contract]
    added = {name: text, **OTHER_HALVES}
    for file, content in added.items():
        (source / file).write_text(f"{content}\n")
    try:
        answer = lint(source)
    finally:
        for file in added:
            (source / file).unlink()

    broken = [line for line in answer.splitlines() if line.endswith("BROKEN")]
    assert [line for line in broken if line.startswith(contract)], answer
