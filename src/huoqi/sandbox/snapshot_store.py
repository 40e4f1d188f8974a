"""The SQL of branches: copying and renaming databases, their catalogue, the seed of their ids."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime

from psycopg import errors as pg_errors
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from huoqi.kit.clock import Connection
from huoqi.kit.db import Row, Work, connect
from huoqi.kit.desk import catalogue_name

_TRIES = 20

CATALOGUE = """
    CREATE TABLE IF NOT EXISTS snapshot (
        name text PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('branch', 'checkpoint')),
        database text NOT NULL UNIQUE,
        of_branch text NOT NULL,
        business_at timestamptz NOT NULL,
        closed_on date,
        note text NOT NULL,
        seq bigint NOT NULL UNIQUE,
        made_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
"""


def set_seed(work: Work, *, seed: int) -> None:
    """Give a new world its seed."""
    work.run("UPDATE sandbox_seed SET seed = %s, generation = 0", (seed,))


def next_generation(work: Work) -> tuple[int, int]:
    """Return the seed and a generation of ids that was never used on this line of time."""
    row = work.row("UPDATE sandbox_seed SET generation = generation + 1 RETURNING seed, generation")
    assert row is not None
    return row[0], row[1]


def generation(work: Work) -> tuple[int, int]:
    """Return the seed and the present generation of ids."""
    row = work.row("SELECT seed, generation FROM sandbox_seed")
    assert row is not None
    return row[0], row[1]


def branch_name(work: Work) -> str:
    """Return the name of the branch that this database is."""
    row = work.row("SELECT branch FROM sandbox_seed")
    assert row is not None
    name: str = row[0]
    return name


def standing(conn: Connection) -> tuple[datetime, date | None, str]:
    """Return the business instant, the last closed day and the branch of the open database."""
    row = conn.execute(
        "SELECT c.at, (SELECT max(close_on) FROM close_day), s.branch"
        " FROM business_clock c, sandbox_seed s"
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def adopt(conn: Connection, *, branch: str) -> None:
    """Make the open database stand still under a branch's name."""
    conn.execute("UPDATE sandbox_seed SET branch = %s", (branch,))
    conn.execute("UPDATE business_clock SET state = 'ready', target = NULL, stopped_by = ''")


def may_create_databases(conn: Connection) -> bool:
    """Tell whether the role that is connected may make and rename databases."""
    row = conn.execute(
        "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    return row is not None and bool(row[0])


def database_exists(conn: Connection, name: str) -> bool:
    """Tell whether the server has a database of this name."""
    found = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return found is not None


def create_database(conn: Connection, name: str) -> None:
    """Make an empty database."""
    conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def copy_database(conn: Connection, *, source: str, target: str) -> None:
    """Copy a database; its files share their blocks where the server and the disk can do that."""
    drop_database(conn, target)
    # Before PostgreSQL 18, or on a system without cloning, it is a plain copy.
    with suppress(pg_errors.UndefinedObject, pg_errors.InvalidParameterValue):
        conn.execute("SET file_copy_method = 'clone'")
    disconnect_others(conn, source)
    conn.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(target), sql.Identifier(source)
        )
    )


def rename_database(conn: Connection, *, source: str, target: str) -> None:
    """Rename a database, inside the caller's transaction."""
    disconnect_others(conn, source)
    conn.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(source), sql.Identifier(target)
        )
    )


def disconnect_others(conn: Connection, name: str) -> None:
    """End the connections of other processes to a database."""
    conn.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
        (name,),
    )


def drop_database(conn: Connection, name: str) -> None:
    """Drop a database if it is there."""
    conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def snapshots(conn: Connection) -> list[Row]:
    """Return the catalogue, oldest first."""
    return conn.execute(
        "SELECT name, kind, database, of_branch, business_at, closed_on, note, seq, made_at"
        " FROM snapshot ORDER BY seq"
    ).fetchall()


def next_seq(conn: Connection) -> int:
    """Return the next number of the catalogue; numbers are never given twice."""
    conn.execute("CREATE SEQUENCE IF NOT EXISTS snapshot_seq")
    row = conn.execute("SELECT nextval('snapshot_seq')").fetchone()
    assert row is not None
    found: int = row[0]
    return found


def add_snapshot(conn: Connection, row: Row) -> None:
    """Write a snapshot into the catalogue."""
    conn.execute(
        "INSERT INTO snapshot (name, kind, database, of_branch, business_at, closed_on, note, seq)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        row,
    )


def forget_snapshot(conn: Connection, name: str) -> None:
    """Take a snapshot out of the catalogue."""
    conn.execute("DELETE FROM snapshot WHERE name = %s", (name,))


def until_free(act: Callable[[], None]) -> None:
    """Do something that nobody may be connected for, again if someone came in between."""
    for _ in range(_TRIES):
        with suppress(pg_errors.ObjectInUse):
            return act()
    return act()


def database_name(dsn: str) -> str:
    """Return the name of the database that a connection string leads to."""
    return str(conninfo_to_dict(dsn)["dbname"])


@contextmanager
def opened(dsn: str, *, name: str) -> Iterator[Connection]:
    """Yield a connection to another database of the same server, outside any transaction."""
    with connect(make_conninfo(dsn, dbname=name), autocommit=True) as conn:
        yield conn


def ensure_catalogue(dsn: str) -> bool:
    """Make the catalogue if it is missing; return False when the role may not make databases."""
    name = catalogue_name(dsn)
    with connect(dsn, autocommit=True) as conn:
        if not may_create_databases(conn):
            return False
        if not database_exists(conn, name):
            # Another process may make it at the same moment.
            with suppress(pg_errors.DuplicateDatabase, pg_errors.UniqueViolation):
                create_database(conn, name)
    with opened(dsn, name=name) as conn:
        conn.execute(CATALOGUE)
    return True
