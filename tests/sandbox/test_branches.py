"""Branches: a whole company is kept, left, found again and brought back, byte for byte."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from huoqi.kit.clock import TableClock
from huoqi.kit.db import Database
from huoqi.kit.desk import catalogue_name
from huoqi.sandbox.branches import (
    Branches,
    BranchesUnavailable,
    BranchExists,
    BranchNameMalformed,
    BranchNotFound,
)

START = datetime(2015, 5, 11, 1, tzinfo=UTC)


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    """Yield a database of this test's own, and drop what was copied from it."""
    opened = Database(dsn, clock=TableClock(), size=3)
    yield opened
    opened.close()
    name = conninfo_to_dict(dsn)["dbname"]
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as admin:
        copies = admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{name}\\_%",)
        ).fetchall()
        for (copy,) in copies:
            admin.execute(f'DROP DATABASE "{copy}" WITH (FORCE)'.encode())


@pytest.fixture
def branches(database: Database) -> Branches:
    """Return the branches of the test's database."""
    found = Branches(database, checkpoints_kept=2)
    found.set_up()
    return found


def move(database: Database, *, days: int) -> None:
    """Move the clock, as the state that a snapshot must carry."""
    with database.work(while_advancing=True) as work:
        work.run("UPDATE business_clock SET at = at + make_interval(days => %s)", (days,))


def now(database: Database) -> datetime:
    """Return the business instant."""
    with database.work() as work:
        return work.at


def ids(database: Database) -> list[str]:
    """Return the next two ids that the platform would give."""
    with database.work() as work:
        return [str(work.new_id()), str(work.new_id())]


def test_a_branch_keeps_its_state_while_the_present_one_goes_on(
    database: Database, branches: Branches
) -> None:
    branches.branch("before-lunch")
    move(database, days=2)

    listed = [(s.name, s.is_current, (s.business_at - START).days) for s in branches.listed()]

    assert listed == [("main", True, 2), ("before-lunch", False, 0)]


def test_switching_leaves_each_branch_as_it_was(database: Database, branches: Branches) -> None:
    branches.branch("other")
    move(database, days=2)

    assert branches.switch("other").business_at == START
    move(database, days=5)
    assert branches.switch("main").business_at == START + timedelta(days=2)
    assert branches.switch("main").name == "main"
    assert branches.switch("other").business_at == START + timedelta(days=5)


def test_rewinding_brings_back_state_and_ids(database: Database, branches: Branches) -> None:
    branches.branch("base")
    first_ids = ids(database)
    move(database, days=3)

    assert branches.rewind("base").name == "main"
    assert (now(database), ids(database)) == (START, first_ids)
    move(database, days=1)
    assert branches.rewind("base").business_at == START


def test_no_id_is_given_twice_on_one_line_of_time(database: Database, branches: Branches) -> None:
    branches.branch("other")
    given = ids(database)
    branches.switch("other")
    branches.switch("main")

    assert not set(ids(database)) & set(given)


def test_only_the_last_checkpoints_are_kept(database: Database, branches: Branches) -> None:
    for day in range(3):
        branches.checkpoint(f"before day {day}")
        move(database, days=1)

    kept = [s for s in branches.listed() if s.kind == "checkpoint"]

    assert [s.note for s in kept] == ["before day 1", "before day 2"]
    assert branches.rewind(kept[0].name).business_at == START + timedelta(days=1)
    assert len([s for s in branches.listed() if s.kind == "checkpoint"]) == 2


def test_a_close_can_be_gone_back_to_by_its_date(database: Database, branches: Branches) -> None:
    with database.work() as work:
        work.run(
            "INSERT INTO close_day SELECT '990001', '2015-05-11', 0, 0, 0, z, z, z, z, '{}', now()"
            " FROM (SELECT decode(repeat('00', 32), 'hex') AS z) AS zeros"
        )
    branches.checkpoint("after the first close")
    move(database, days=4)

    assert branches.rewind("2015-05-11").business_at == START
    with pytest.raises(BranchNotFound):
        branches.rewind("2015-05-12")


def test_names_are_checked_and_unique(branches: Branches) -> None:
    branches.branch("one")
    with pytest.raises(BranchExists):
        branches.branch("one")
    with pytest.raises(BranchExists):
        branches.branch("main")
    with pytest.raises(BranchNameMalformed):
        branches.branch("One more")
    with pytest.raises(BranchNotFound):
        branches.switch("nowhere")


def test_a_dropped_branch_is_gone(branches: Branches) -> None:
    branches.branch("one")
    branches.drop("one")

    assert [s.name for s in branches.listed()] == ["main"]
    with pytest.raises(BranchNotFound):
        branches.switch("one")


def test_others_who_are_connected_are_no_obstacle(database: Database, branches: Branches) -> None:
    with psycopg.connect(database.dsn) as other:
        branches.branch("one")
        with pytest.raises(psycopg.OperationalError):
            other.execute("SELECT 1")


def test_a_role_that_may_not_create_databases_is_told_so(dsn: str) -> None:
    role = "huoqi_test_plain"
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(f"DROP ROLE IF EXISTS {role}".encode())
        admin.execute(f"CREATE ROLE {role} LOGIN NOCREATEDB".encode())
    limited = Database(make_conninfo(dsn, user=role), clock=TableClock(), size=1)
    try:
        with pytest.raises(BranchesUnavailable):
            Branches(limited).set_up()
    finally:
        limited.close()
        with psycopg.connect(dsn, autocommit=True) as admin:
            admin.execute(f"DROP ROLE {role}".encode())


def test_the_catalogue_is_a_database_beside_the_platforms(branches: Branches, dsn: str) -> None:
    assert catalogue_name(dsn) == f"{conninfo_to_dict(dsn)['dbname']}_catalogue"
    assert branches.current().name == "main"
