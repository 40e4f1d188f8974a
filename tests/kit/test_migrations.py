"""Migrations apply once, in order; a changed or unknown one stops the program."""

from pathlib import Path

import pytest

from huoqi.kit.db import connect
from huoqi.kit.migrations import MigrationChanged, MigrationUnknown, migrate, migration_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two migrations on tables of their own."""
    (tmp_path / "9001_pre_one.sql").write_text("CREATE TABLE migration_one (n int);")
    (tmp_path / "9002_post_two.sql").write_text("ALTER TABLE migration_one ADD COLUMN m int;")
    return tmp_path


@pytest.fixture
def empty_dsn(dsn: str) -> str:
    """Return a database whose record of migrations is empty."""
    with connect(dsn) as conn:
        conn.execute("DROP TABLE schema_migration")
    return dsn


def test_migrations_apply_in_order_and_only_once(empty_dsn: str, folder: Path) -> None:
    assert migrate(empty_dsn, folder=folder) == ["9001_pre_one.sql", "9002_post_two.sql"]
    assert migrate(empty_dsn, folder=folder) == []


def test_an_edited_migration_is_refused_by_name(empty_dsn: str, folder: Path) -> None:
    migrate(empty_dsn, folder=folder)
    (folder / "9001_pre_one.sql").write_text("CREATE TABLE migration_one (n bigint);")

    with pytest.raises(MigrationChanged) as refusal:
        migrate(empty_dsn, folder=folder)

    assert refusal.value.params == {"name": "9001_pre_one.sql"}


def test_a_database_from_a_newer_program_is_refused(empty_dsn: str, folder: Path) -> None:
    migrate(empty_dsn, folder=folder)
    (folder / "9002_post_two.sql").unlink()

    with pytest.raises(MigrationUnknown):
        migrate(empty_dsn, folder=folder)


def test_a_migration_that_fails_leaves_nothing_of_itself(empty_dsn: str, folder: Path) -> None:
    (folder / "9003_pre_bad.sql").write_text("CREATE TABLE half (n int); SELECT 1/0;")

    with pytest.raises(Exception, match="division by zero"):
        migrate(empty_dsn, folder=folder)

    with connect(empty_dsn) as conn:
        assert conn.execute("SELECT to_regclass('half')").fetchone() == (None,)
        assert conn.execute("SELECT count(*) FROM schema_migration").fetchone() == (2,)


def test_two_migrations_with_one_number_are_our_own_mistake(folder: Path) -> None:
    (folder / "9002_pre_other.sql").write_text("SELECT 1;")

    with pytest.raises(AssertionError, match="share a number"):
        migration_files(folder)
