"""What a company of the last release has is whole after every migration, and it goes on.

``tests/kept`` has the database of a company that lived for nine days under that release's program:
persons, cards, purchases, fast and slow redemptions, a wrong register, sealed days.
"""

import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from psycopg import errors as pg_errors
from psycopg import sql
from psycopg.conninfo import make_conninfo

from huoqi.close.operations.proving import prove_books, sealed_facts
from huoqi.close.seal.port import SealDesk
from huoqi.kit.clock import Connection
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import connect
from huoqi.kit.migrations import migrate, migration_files, plan
from huoqi.sandbox.time_machine import TimeMachine
from huoqi.vault.operations import Vault
from tests.close.world import Company, company_on, day
from tests.databases import Cluster, admin, drop

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "migrations"
KEPT = ROOT / "tests" / "kept" / "release_0165.sql.xz"
RELEASE = "0165"
SECRETS = ("first", "second")
#: Rows that a later migration may change in number: terms that the program brings itself.
OURS = {"public.schema_migration", "public.policy", "public.policy_version", "public.bank_profile"}
COUNTED = """
    SELECT schemaname || '.' || tablename FROM pg_tables
    WHERE schemaname IN ('public', 'simulated') ORDER BY 1
"""


@pytest.fixture
def released(postgres_cluster: Cluster) -> Iterator[str]:
    """Yield the database of the kept company, at the schema of its release."""
    with bare(postgres_cluster, "released") as dsn:
        with connect(dsn, autocommit=True) as conn:
            conn.execute(lzma.decompress(KEPT.read_bytes()))
        yield dsn


@contextmanager
def bare(cluster: Cluster, name: str) -> Iterator[str]:
    """Yield an empty database of its own."""
    made = f"{cluster.template}_{name}"
    with admin(cluster.admin_dsn) as link:
        drop(link, made)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
        link.execute(create.format(sql.Identifier(made)))
    try:
        yield make_conninfo(cluster.admin_dsn, dbname=made)
    finally:
        with admin(cluster.admin_dsn) as link:
            drop(link, made)


def counts(conn: Connection) -> dict[str, int]:
    names = [row[0] for row in conn.execute(COUNTED).fetchall() if row[0] not in OURS]
    found = {}
    for name in names:
        row = conn.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()
        assert row is not None
        found[name] = row[0]
    return found


def first_files(folder: Path, number: int) -> Path:
    """Return a folder with as many of the first migrations."""
    folder.mkdir(exist_ok=True)
    for file in migration_files(MIGRATIONS)[:number]:
        target = folder / file.name
        if not target.exists():
            target.write_bytes(file.read_bytes())
    return folder


def test_every_step_keeps_every_row_and_the_company_goes_on(released: str, tmp_path: Path) -> None:
    files = migration_files(MIGRATIONS)
    old = [file for file in files if file.name[:4] <= RELEASE]
    with connect(released) as conn:
        before = counts(conn)
    assert before["public.fund_order"] == 15
    pending = [each.name for each in plan(released, folder=MIGRATIONS)]
    assert len(pending) == len(files) - len(old)

    for step, _ in enumerate(pending, start=1):
        applied = migrate(released, folder=first_files(tmp_path / "steps", len(old) + step))
        assert len(applied) >= 1
        with connect(released) as conn:
            after = counts(conn)
        lost = {name: (n, after.get(name)) for name, n in before.items() if after.get(name, 0) < n}
        assert lost == {}, applied
    assert plan(released, folder=MIGRATIONS) == []

    with company_on(released) as company:
        facts = proven(company)
        last = max(on for _, on in facts)
        TimeMachine(company.platform).advance_to(shanghai_at(last + timedelta(days=4), hour=9))
        later = proven(company)
    assert {key: later[key] for key in facts} == facts
    assert len(later) == len(facts) + 3


def proven(company: Company) -> dict[tuple[str, date], tuple[str, str]]:
    """Return the sealed days of books in which everything is as it was sealed."""
    vault = Vault(bytes(range(32)), shards=company.platform.vault.shards)
    secret = b"".join(vault.pseudonym(purpose="seal", value=half) for half in SECRETS)
    with company.database.work(while_advancing=True) as work:
        assert prove_books(work, desk=SealDesk(secret, ())).doubts == ()
        assert vault.opens(work, limit=100) == (23, 23)
        return sealed_facts(work)


def test_out_of_order_numbers_are_applied_as_they_come(released: str, tmp_path: Path) -> None:
    """Two people's migrations may land in another order than their numbers; both are applied."""
    files = migration_files(MIGRATIONS)
    old = sum(file.name[:4] <= RELEASE for file in files)
    folder = first_files(tmp_path / "steps", old)
    (folder / "9002_pre_b.sql").write_text("-- Why: b.\nCREATE TABLE later_b (n int);")
    assert migrate(released, folder=folder) == ["9002_pre_b.sql"]

    (folder / "9001_pre_a.sql").write_text(
        "-- Why: a,\n-- and so on.\nCREATE TABLE later_a (n int);"
    )

    assert [(each.name, each.why) for each in plan(released, folder=folder)] == [
        ("9001_pre_a.sql", "a, and so on.")
    ]
    assert migrate(released, folder=folder) == ["9001_pre_a.sql"]


def test_a_migration_that_fails_leaves_data_and_schema_of_the_step_before(
    released: str, tmp_path: Path
) -> None:
    old = sum(file.name[:4] <= RELEASE for file in migration_files(MIGRATIONS))
    folder = first_files(tmp_path / "steps", old)
    bad = "ALTER TABLE holding ADD COLUMN more int; UPDATE holding SET units_e2 = 0; SELECT 1/0;"
    (folder / "9001_pre_bad.sql").write_text(bad)
    with connect(released) as conn:
        sums = conn.execute("SELECT count(*), sum(units_e2) FROM holding").fetchone()

    with pytest.raises(pg_errors.DivisionByZero):
        migrate(released, folder=folder)

    with connect(released) as conn:
        assert conn.execute("SELECT count(*), sum(units_e2) FROM holding").fetchone() == sums
        with pytest.raises(pg_errors.UndefinedColumn):
            conn.execute("SELECT more FROM holding")


def test_a_migration_gives_up_rather_than_make_customers_wait(
    released: str, tmp_path: Path
) -> None:
    """Every real one begins with such a limit of five seconds, which ``tools/schema.py`` checks."""
    old = sum(file.name[:4] <= RELEASE for file in migration_files(MIGRATIONS))
    folder = first_files(tmp_path / "steps", old)
    text = "SET LOCAL lock_timeout = '50ms';\nALTER TABLE holding ADD COLUMN more int;"
    (folder / "9001_pre_wide.sql").write_text(text)
    with connect(released) as reader:
        reader.execute("SELECT count(*) FROM holding")

        with pytest.raises(pg_errors.LockNotAvailable):
            migrate(released, folder=folder)

    assert migrate(released, folder=folder) == ["9001_pre_wide.sql"]


def test_the_kept_company_is_of_the_release_that_it_is_named_after(released: str) -> None:
    with connect(released) as conn:
        row = conn.execute("SELECT max(name) FROM schema_migration").fetchone()
        clock = conn.execute("SELECT at FROM business_clock").fetchone()

    assert row is not None
    assert row[0][:4] == RELEASE
    assert clock == (shanghai_at(day(9), hour=10),)
