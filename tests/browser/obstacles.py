"""What stops a server in the middle of a step: a table whose writes wait, or fail.

A trigger stands in their way; it outlives the copies of the database that the time machine makes.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from tests.browser.site import Site

_WAITING = """
    CREATE TABLE test_obstacle AS SELECT 1 AS stands;
    CREATE FUNCTION test_obstacle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        WHILE EXISTS (SELECT FROM test_obstacle) LOOP PERFORM pg_sleep(0.02); END LOOP;
        RETURN NULL;
    END $$
"""
_FAILING = """
    CREATE TABLE test_obstacle AS SELECT 1 AS stands;
    CREATE FUNCTION test_obstacle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM test_obstacle) THEN RAISE EXCEPTION 'an obstacle'; END IF;
        RETURN NULL;
    END $$
"""
_IN_THE_WAY = """
    CREATE TRIGGER test_obstacle BEFORE INSERT OR UPDATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION test_obstacle()
"""
_WHO_WAITS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event = 'PgSleep' AND pid <> pg_backend_pid()
"""
_LOOKS_MOST = 3_000


@contextmanager
def waiting(site: Site, table: str) -> Iterator[None]:
    """Let whatever writes a table wait in the middle of it until the block ends."""
    with _obstacle(site, table, body=_WAITING):
        yield


@contextmanager
def failing(site: Site, table: str) -> Iterator[None]:
    """Let whatever writes a table fail until the block ends."""
    with _obstacle(site, table, body=_FAILING):
        yield


def await_waiting(site: Site) -> None:
    """Return once somebody waits in the middle of writing."""
    for _ in range(_LOOKS_MOST):
        # Each look has a connection of its own: the time machine ends all when it copies.
        with suppress(psycopg.OperationalError), psycopg.connect(site.dsn) as looker:
            found = looker.execute(_WHO_WAITS).fetchone()
            if found is not None and found[0]:
                return
    raise AssertionError("nobody writes")


@contextmanager
def _obstacle(site: Site, table: str, *, body: str) -> Iterator[None]:
    assert table.replace("_", "").isalpha()
    with psycopg.connect(site.dsn) as maker:
        maker.execute("DROP TABLE IF EXISTS test_obstacle")
        maker.execute("DROP FUNCTION IF EXISTS test_obstacle() CASCADE")
        maker.execute(body)
        maker.execute(_IN_THE_WAY.format(table=table))
    yield
    with psycopg.connect(site.dsn) as remover:
        remover.execute("DELETE FROM test_obstacle")
