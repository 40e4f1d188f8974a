"""The lock files: hashes for everything, no address of anybody."""

import re

import pytest

from tools import lock

PIN = re.compile(r"^[a-zA-Z0-9_.\-]+(\[[a-z,]+\])?==\S+( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(name: str) -> set[str]:
    lines = (lock.REQUIREMENTS / f"{name}.txt").read_text().splitlines()
    return {line for line in lines if PIN.match(line)}


@pytest.mark.parametrize("name", lock.NAMES)
def test_a_lock_file_holds_pins_and_hashes_and_nothing_else(name: str) -> None:
    lines = (lock.REQUIREMENTS / f"{name}.txt").read_text().splitlines()

    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []


def test_tests_run_on_the_versions_that_the_program_runs_on() -> None:
    assert pins("base") <= pins("dev")


@pytest.mark.parametrize(
    "line", ["--index-url here", "-i here", "--find-links wheels", "click @ file://here"]
)
def test_an_address_is_found(line: str) -> None:
    assert lock.addresses(f"click==8.0 \\\n{line}\n") == [line]
