"""Numbered plain-SQL migrations, forward only, each in its own transaction."""

import hashlib
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Pending:
    """A migration that would be applied, and the reason at its head."""

    name: str
    why: str


def plan(dsn: str, *, folder: Path) -> list[Pending]:
    """Return what ``migrate`` would apply now, in order; nothing is written.

    Errors: MigrationChanged, MigrationUnknown.
    """
    files = migration_files(folder)
    with connect(dsn, autocommit=True) as conn:
        row = conn.execute("SELECT to_regclass('schema_migration') IS NOT NULL").fetchone()
        known = _known(conn) if row and row[0] else {}
    _require_ours(known, files)
    missing = [file for file in files if file.name not in known]
    return [Pending(file.name, _why(file.read_text(encoding="utf-8"))) for file in missing]


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
    known = _known(conn)
    _require_ours(known, files)
    applied = []
    for file in files:
        if file.name not in known:
            sql = file.read_text(encoding="utf-8")
            _apply(conn, file.name, sql, _digest(sql))
            applied.append(file.name)
    return applied


def _known(conn: Connection) -> dict[str, str]:
    rows = conn.execute("SELECT name, sha256 FROM schema_migration").fetchall()
    return {row[0]: row[1] for row in rows}


def _require_ours(known: Mapping[str, str], files: list[Path]) -> None:
    """Raise MigrationUnknown or MigrationChanged before anything is applied."""
    surplus = sorted(set(known) - {file.name for file in files})
    if surplus:
        raise MigrationUnknown(name=surplus[0])
    for file in files:
        if known.get(file.name, "") not in {"", _digest(file.read_text(encoding="utf-8"))}:
            raise MigrationChanged(name=file.name)


def _digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


def _why(sql: str) -> str:
    """Return the reason at a migration's head, in one line."""
    head = itertools.takewhile(lambda line: line.startswith("--"), sql.splitlines())
    return " ".join(line.removeprefix("--").strip() for line in head).removeprefix("Why: ")


def _apply(conn: Connection, name: str, sql: str, digest: str) -> None:
    with conn.transaction():
        conn.execute(sql.encode())
        conn.execute(
            "INSERT INTO schema_migration VALUES (%s, %s, clock_timestamp())", (name, digest)
        )
