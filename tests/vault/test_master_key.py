"""The master key file is private, made once and whole."""

from pathlib import Path

import pytest

from huoqi.vault.master_key import (
    MasterKeyExposed,
    MasterKeyMalformed,
    load_or_create_master_key,
)


def test_the_key_is_made_once_with_mode_0600(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"

    made = load_or_create_master_key(path)

    assert len(made) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create_master_key(path) == made
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    load_or_create_master_key(path)
    path.chmod(0o640)

    with pytest.raises(MasterKeyExposed):
        load_or_create_master_key(path)


@pytest.mark.parametrize("text", ["", "not hexadecimal", "00" * 31, "é" * 64])
def test_a_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "master.key"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")

    with pytest.raises(MasterKeyMalformed):
        load_or_create_master_key(path)
