"""Examples of Hypothesis: random where people work, the same ones in every run under CI."""

import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import hypothesis, tests.conftest
known = hypothesis.settings.default
print(known.derandomize, known.print_blob, known.deadline)
"""


@pytest.mark.parametrize(
    ("ci", "expected"),
    [("true", "True True None"), ("1", "True True None"), ("", "False True None")],
)
def test_examples_are_the_same_in_every_run_under_ci_and_a_failure_prints_its_blob(
    ci: str, expected: str
) -> None:
    environment = {**os.environ, "CI": ci, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    asked = [sys.executable, "-c", ASK]

    said = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == expected


def test_a_tests_own_settings_keep_both() -> None:
    default, own = hypothesis.settings(), hypothesis.settings(max_examples=1)

    assert own.print_blob is True
    assert own.derandomize is default.derandomize
