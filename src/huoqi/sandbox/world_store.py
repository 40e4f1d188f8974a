"""The databases of worlds that are being built, beside the one that people work on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg.conninfo import make_conninfo

from huoqi.kit.clock import Connection
from huoqi.kit.desk import catalogue_name
from huoqi.sandbox import snapshot_store as store

_TRY = "SELECT pg_try_advisory_lock(hashtextextended('building ' || %s, 0))"


@dataclass(frozen=True, slots=True)
class Site:
    """The place where one world is built: a database that nobody else knows of."""

    home: str
    name: str
    database: str
    conn: Connection

    @classmethod
    @contextmanager
    def taken(cls, home_dsn: str, *, name: str) -> "Iterator[Site | None]":
        """Yield the site of a world, or None while someone else builds there."""
        own = store.database_name(home_dsn)
        with store.opened(home_dsn, name=catalogue_name(home_dsn)) as conn:
            row = conn.execute(_TRY, (name,)).fetchone()
            assert row is not None
            database = f"{own}_site_{name.replace('-', '_')}"
            yield cls(home_dsn, name, database, conn) if row[0] else None

    @property
    def dsn(self) -> str:
        """Return the connection string of the site."""
        return make_conninfo(self.home, dbname=self.database)

    def clear(self) -> None:
        """Begin with an empty database; what an earlier attempt left is dropped."""
        store.drop_database(self.conn, self.database)
        store.create_database(self.conn, self.database)

    def drop(self) -> None:
        """Leave nothing."""
        store.drop_database(self.conn, self.database)

    def list_as_branch(self) -> None:
        """Put the finished world into the catalogue under its name."""
        with store.opened(self.home, name=self.database) as built:
            store.adopt(built, branch=self.name)
            at, closed_on, branch = store.standing(built)
        seq = store.next_seq(self.conn)
        target = f"{store.database_name(self.home)}_b{seq}"
        with self.conn.transaction():
            store.rename_database(self.conn, source=self.database, target=target)
            row = (self.name, "branch", target, branch, at, closed_on, "built from its seed", seq)
            store.add_snapshot(self.conn, row)
