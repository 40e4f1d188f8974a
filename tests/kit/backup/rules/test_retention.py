"""The latest bases stay, with all of the log that they need."""

from dataclasses import replace

import pytest

from huoqi.kit.backup.rules.retention import kept_bases, unneeded
from tests.kit.backup.rules.test_manifests import BASE

BASES = [
    replace(BASE, name=f"2026112{n}T000000000000Z", start_segment=f"00000001000000000000000{n}")
    for n in (3, 1, 2)
]
SEGMENTS = [f"00000001000000000000000{n}" for n in range(5)]


def test_the_oldest_bases_go() -> None:
    kept, gone = kept_bases(BASES, keep=2)

    assert [base.name[:8] for base in kept] == ["20261122", "20261123"]
    assert [base.name[:8] for base in gone] == ["20261121"]


def test_the_log_before_the_first_base_that_is_kept_goes() -> None:
    kept, _ = kept_bases(BASES, keep=2)

    assert unneeded([*SEGMENTS, "00000002.history"], bases=kept) == SEGMENTS[:2]
    assert unneeded(SEGMENTS, bases=[]) == []


def test_the_last_base_never_goes() -> None:
    with pytest.raises(AssertionError, match="never let go"):
        kept_bases(BASES, keep=0)
