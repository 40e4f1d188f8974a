"""Numbered plain-SQL migrations, forward only, each in its own transaction."""

import hashlib
import re
from pathlib import Path
from typing import ClassVar

from huoqi.kit.clock import Connection
from huoqi.kit.db import connect
from huoqi.kit.errors import DomainError

_NAME = re.compile(r"(\d{4})_(pre|post)_[a-z0-9_]+\.sql")
_LOCK = 0x48514D47  # one migrator at a time, whichever process it lives in


class MigrationChanged(DomainError):
    """A migration that was applied before has other content now; write a new one instead."""

    code: ClassVar[str] = "migration.changed"


class MigrationUnknown(DomainError):
    """The database has a migration that this version of the program does not know."""

    code: ClassVar[str] = "migration.newer_database"


def migration_files(folder: Path) -> list[Path]:
    """Return the migrations of a folder in order; every name must be well formed and unique."""
    files = sorted(folder.glob("*.sql"))
    for file in files:
        assert _NAME.fullmatch(file.name), f"not NNNN_pre_name.sql: {file.name}"
    numbers = [file.name[:4] for file in files]
    assert len(set(numbers)) == len(numbers), "two migrations share a number"
    return files


def migrate(dsn: str, *, folder: Path) -> list[str]:
    """Apply what is missing and return the names applied now.

    Errors: MigrationChanged, MigrationUnknown. Several processes may call it at once.
    """
    with connect(dsn, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        try:
            return _apply_missing(conn, migration_files(folder))
        finally:
            conn.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _apply_missing(conn: Connection, files: list[Path]) -> list[str]:
    conn.execute(
        "CREATE TABLE IF NOT EXISTS schema_migration ("
        " name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL)"
    )
    rows = conn.execute("SELECT name, sha256 FROM schema_migration").fetchall()
    known: dict[str, str] = {row[0]: row[1] for row in rows}
    surplus = sorted(set(known) - {file.name for file in files})
    if surplus:
        raise MigrationUnknown(name=surplus[0])
    applied = []
    for file in files:
        sql = file.read_text(encoding="utf-8")
        digest = hashlib.sha256(sql.encode()).hexdigest()
        if file.name not in known:
            _apply(conn, file.name, sql, digest)
            applied.append(file.name)
        elif known[file.name] != digest:
            raise MigrationChanged(name=file.name)
    return applied


def _apply(conn: Connection, name: str, sql: str, digest: str) -> None:
    with conn.transaction():
        conn.execute(sql.encode())
        conn.execute(
            "INSERT INTO schema_migration VALUES (%s, %s, clock_timestamp())", (name, digest)
        )
