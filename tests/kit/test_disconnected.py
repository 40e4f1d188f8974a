"""A database can be left alone by everybody for a moment, and used again afterwards."""

import threading

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from huoqi.kit.db import Database, StillInUse


def others(dsn: str) -> int:
    """Return how many connections the database has."""
    with psycopg.connect(make_conninfo(dsn, dbname="postgres")) as admin:
        name = conninfo_to_dict(dsn)["dbname"]
        row = admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (name,)
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_nobody_is_connected_inside_and_work_goes_on_after(dsn: str) -> None:
    database = Database(dsn, size=2)
    with database.work() as work:
        assert work.row("SELECT 1") == (1,)

    with database.disconnected():
        assert others(dsn) == 0

    with database.work() as work:
        assert work.row("SELECT 2") == (2,)
    database.close()


def test_who_asks_meanwhile_waits(dsn: str) -> None:
    database = Database(dsn, size=2)
    answers: list[object] = []

    def ask() -> None:
        with database.work() as work:
            answers.append(work.row("SELECT 1"))

    asking = threading.Thread(target=ask)
    with database.disconnected():
        asking.start()
        assert answers == []
    asking.join()
    assert answers == [(1,)]
    database.close()


def test_open_work_is_not_cut_off(dsn: str) -> None:
    database = Database(dsn, size=2)
    with database.work() as work, pytest.raises(StillInUse), database.disconnected(timeout_s=0):
        pass
    with database.work() as work:
        assert work.row("SELECT 3") == (3,)
    database.close()
