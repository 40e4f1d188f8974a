"""Databases for tests: each one a copy of a migrated template, on one shared throw-away cluster.

``dsn`` is a fresh database for one test, ``database_dsn`` one for all tests of a module. The
cluster keeps nothing through a power cut (fsync is off): it is for tests only. Set
``HUOQI_TEST_DSN`` to a superuser's connection string to use another server.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from huoqi.kit.postgres import EmbeddedPostgres, Profile
from tests.databases import Cluster, admin, close_to_connections, drop

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "migrations"


DATABASE_FIXTURE = "postgres_cluster"
DATABASE_FOLDERS = {"journeys", "simulation", "contracts"}

# A busy machine is no finding; a failure prints what repeats it. Examples are random where people
# work and the same ones in every run under CI, where a change must not fail for another's find.
hypothesis.settings.register_profile(
    "huoqi",
    parent=hypothesis.settings(),
    derandomize=False,
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "huoqi-ci", parent=hypothesis.settings.get_profile("huoqi"), derandomize=True, database=None
)
IS_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
hypothesis.settings.load_profile("huoqi-ci" if IS_CI else "huoqi")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses a database, so that the others can run first."""
    for item in items:
        asks = isinstance(item, pytest.Function) and DATABASE_FIXTURE in item.fixturenames
        if asks or DATABASE_FOLDERS & set(item.path.parts):
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """Return the cluster of this test run, with its template up to date."""
    with contextlib.ExitStack() as stack:
        given = os.environ.get("HUOQI_TEST_DSN")
        folder = Path(os.environ.get("HUOQI_DATA", ROOT / ".huoqi")) / "test"
        dsn = given or stack.enter_context(_started(folder))
        admin_dsn = make_conninfo(dsn, dbname="postgres")
        link = stack.enter_context(admin(admin_dsn))
        yield Cluster(admin_dsn=admin_dsn, template=_ensure_template(link, admin_dsn))


@pytest.fixture(scope="module")
def database_dsn(postgres_cluster: Cluster) -> Iterator[str]:
    """Return a migrated database that the tests of one module share."""
    with postgres_cluster.database() as dsn:
        yield dsn


@pytest.fixture
def dsn(postgres_cluster: Cluster) -> Iterator[str]:
    """Return a migrated database of this test's own."""
    with postgres_cluster.database() as fresh:
        yield fresh


@contextlib.contextmanager
def _started(folder: Path) -> Iterator[str]:
    server = EmbeddedPostgres(folder, profile=Profile.DISPOSABLE)
    try:
        yield server.start()
    finally:
        server.stop()


def _ensure_template(link: psycopg.Connection, admin_dsn: str) -> str:
    """Return the template of the migrations as they are now, making it if it is missing.

    The session keeps a shared lock on the name, so that no other run drops it as outdated.
    """
    files = sorted(MIGRATIONS.glob("*.sql"))
    content = b"".join(f.name.encode() + f.read_bytes() for f in files)
    name = f"template_{hashlib.sha256(content).hexdigest()[:12]}"
    link.execute("SELECT pg_advisory_lock(hashtextextended('templates', 0))")
    try:
        link.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", (name,))
        _drop_leftovers(link, keep=name)
        if name not in _databases(link):
            _build_template(link, admin_dsn=admin_dsn, name=name)
    finally:
        link.execute("SELECT pg_advisory_unlock(hashtextextended('templates', 0))")
    return name


def _build_template(link: psycopg.Connection, *, admin_dsn: str, name: str) -> None:
    draft = f"draft_{name}"
    drop(link, draft)
    link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    _migrate(make_conninfo(admin_dsn, dbname=draft))
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    link.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    close_to_connections(link, name)


def _migrate(dsn: str) -> None:
    try:
        from huoqi.kit.migrations import migrate
    except ImportError:
        with psycopg.connect(dsn, autocommit=True) as link:
            for path in sorted(MIGRATIONS.glob("*.sql")):
                with link.transaction():
                    link.execute(path.read_bytes())
    else:
        migrate(dsn, folder=MIGRATIONS)


def _drop_leftovers(link: psycopg.Connection, *, keep: str) -> None:
    """Drop databases of killed test runs, and templates that no run uses any more."""
    for name in _databases(link):
        if name.startswith("t_") and not Path(f"/proc/{name.split('_')[1]}").exists():
            drop(link, name)
        if name.startswith("template_") and name != keep:
            lock = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
            row = link.execute(lock, (name,)).fetchone()
            if row is not None and row[0]:
                drop(link, name)
                link.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))


def _databases(link: psycopg.Connection) -> list[str]:
    rows = link.execute("SELECT datname FROM pg_database WHERE NOT datistemplate").fetchall()
    return [row[0] for row in rows]
