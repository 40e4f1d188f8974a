"""Databases for tests, made from a template; one that takes too long says who kept it waiting."""

import contextlib
import itertools
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import LockNotAvailable, ObjectInUse, QueryCanceled

# Usually a tenth of a second. All attempts end before a test's own limit of 300 s. The two ways
# wait for other parts of the server: checkpoints the one, buffers and their readers the other.
STRATEGIES = ("FILE_COPY", "WAL_LOG", "FILE_COPY")
PATIENCE_S = 60
ACTIVITY = """
SELECT pid, backend_type, datname, state, wait_event_type, wait_event,
       extract(epoch FROM now() - query_start)::int AS seconds, left(query, 80) AS query
  FROM pg_stat_activity
 WHERE pid <> pg_backend_pid()
 ORDER BY query_start NULLS LAST
"""


class NoDatabase(Exception):
    """A test's database was not made; the text tells what the server did meanwhile."""


@dataclass
class Cluster:
    """A running server on which databases are made from a template."""

    admin_dsn: str
    template: str
    patience_s: int = PATIENCE_S
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """Yield the connection string of a fresh migrated database; drop it afterwards."""
        name = self._made()
        try:
            yield make_conninfo(self.admin_dsn, dbname=name)
        finally:
            with admin(self.admin_dsn, patience_s=self.patience_s) as link:
                drop(link, name)

    def _made(self) -> str:
        said = []
        for strategy in STRATEGIES:
            name = f"t_{os.getpid()}_{next(self._numbers)}"
            try:
                with admin(self.admin_dsn, patience_s=self.patience_s) as link:
                    copy_database(link, name, template=self.template, strategy=strategy)
            except (QueryCanceled, LockNotAvailable, ObjectInUse) as error:
                said.append(f"{strategy}: {str(error).strip()}\n{activity(self.admin_dsn)}")
                warnings.warn(f"making {name}: {said[-1]}", stacklevel=2)
            else:
                return name
        raise NoDatabase("\n".join(said))


@contextlib.contextmanager
def admin(dsn: str, *, patience_s: int = 2 * PATIENCE_S) -> Iterator[psycopg.Connection]:
    """Yield a connection for making and dropping; whoever waits too long on it is told so."""
    patience = f"-c lock_timeout={patience_s}s -c statement_timeout={patience_s}s"
    with psycopg.connect(dsn, autocommit=True, connect_timeout=60, options=patience) as link:
        yield link


def copy_database(link: psycopg.Connection, name: str, *, template: str, strategy: str) -> None:
    """Make a database as a copy of another one that nobody is connected to."""
    link.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
            sql.Identifier(name), sql.Identifier(template), sql.SQL(strategy)
        )
    )


def close_to_connections(link: psycopg.Connection, name: str) -> None:
    """Let nobody connect to a template: one connection would make every copy of it wait."""
    command = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name))
    link.execute(command)


def drop(link: psycopg.Connection, name: str) -> None:
    """Drop a database and whoever is connected to it."""
    command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    link.execute(command)


def activity(dsn: str) -> str:
    """Return what every process of the server does and waits for, one a line."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=60) as link:
        rows = link.execute(ACTIVITY).fetchall()
    return "\n".join("  " + " | ".join("" if v is None else str(v) for v in row) for row in rows)
