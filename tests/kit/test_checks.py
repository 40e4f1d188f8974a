"""The note of the last check of the chains."""

from pathlib import Path

from huoqi.kit.checks import Check, note_check, read_check


def test_the_last_check_is_kept(tmp_path: Path) -> None:
    assert read_check(tmp_path) is None

    note_check(tmp_path, Check("2026-11-20T00:00:00+00:00", is_sound=True))
    note_check(tmp_path, Check("2026-11-21T00:00:00+00:00", is_sound=False))

    assert read_check(tmp_path) == Check("2026-11-21T00:00:00+00:00", is_sound=False)
