"""Columns arrive in the database as they left, whatever stands in them."""

from datetime import UTC, date, datetime
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg.sql import SQL

from huoqi.kit.columns import form_of
from huoqi.kit.db import connect

COLUMNS: list[tuple[LiteralString, list[object]]] = [
    ("bigint[]", [1, None, -(2**63), 2**63 - 1]),
    ("smallint[]", [7]),
    ("text[]", ["", "null", None, 'a"b', "a\\b", "{x,y}", " 活期 ", "\n"]),
    ("boolean[]", [True, None, False]),
    ("date[]", [date(2015, 5, 11), None, date(2015, 5, 11)]),
    ("timestamptz[]", [datetime(2015, 5, 11, 1, 2, 3, 456789, tzinfo=UTC), None]),
    ("uuid[]", [UUID(int=0), None, UUID(int=2**128 - 1)]),
    ("bytea[]", [b"", b'\x00"\\', None]),
    ("bigint[]", []),
    ("text[]", [None, None]),
    ("text[]", [["a", "b"], ["c", None]]),
]


@pytest.mark.parametrize(("kind", "column"), COLUMNS)
def test_a_column_comes_back_as_it_went(
    database_dsn: str, kind: LiteralString, column: list[object]
) -> None:
    with connect(database_dsn) as conn:
        row = conn.execute(SQL("SELECT %s::{}").format(SQL(kind)), (column,)).fetchone()

    assert row == (column,)


def test_a_smallint_that_is_too_large_is_refused_by_the_database(database_dsn: str) -> None:
    with connect(database_dsn) as conn, pytest.raises(psycopg.errors.NumericValueOutOfRange):
        conn.execute("SELECT %s::smallint[]", ([2**15],))


def test_a_nul_character_is_refused_before_it_is_sent(database_dsn: str) -> None:
    with connect(database_dsn) as conn, pytest.raises(psycopg.DataError):
        conn.execute("SELECT %s::text[]", (["a\0b"],))


def test_lists_of_other_kinds_are_left_to_the_driver() -> None:
    assert form_of([datetime(2015, 5, 11)]) is None  # noqa: DTZ001 - it lacks a zone on purpose
    assert form_of([1.5]) is None
    assert form_of([True, 1]) is None
