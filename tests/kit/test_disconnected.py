"""A database can be left alone by everybody for a moment, and used again afterwards."""

import threading
import time

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from huoqi.kit.db import Database, StillInUse


def is_left_alone(dsn: str) -> bool:
    """Return whether nobody is connected; who has just left may take a moment to be gone."""
    name = conninfo_to_dict(dsn)["dbname"]
    deadline = time.monotonic() + 60
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as admin:
        while time.monotonic() < deadline:
            there = admin.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                (name,),
            ).fetchone()
            if there is None:
                return True
    return False


def test_nobody_is_connected_inside_and_work_goes_on_after(dsn: str) -> None:
    database = Database(dsn, size=2)
    with database.work() as work:
        assert work.row("SELECT 1") == (1,)

    with database.disconnected():
        assert is_left_alone(dsn)

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
