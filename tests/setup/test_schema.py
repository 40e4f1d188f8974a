"""The schema check: its rules prove themselves, and this project's tables keep them."""

from collections.abc import Iterator

import psycopg
import pytest

from tools import schema


@pytest.fixture
def link(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def test_every_rule_accepts_its_good_table_and_refuses_its_bad_one() -> None:
    with schema.throw_away_database() as empty, psycopg.connect(empty) as link:
        assert schema.unproved_rules(link) == []


def test_the_tables_could_be_distributed_by_shard(link: psycopg.Connection) -> None:
    reference = schema.reference_tables(schema.REFERENCE_TABLES.read_text())

    assert schema.catalogue_findings(link, reference=reference) == []


def test_a_table_keyed_without_its_shard_is_found(link: psycopg.Connection) -> None:
    reference = list(schema.reference_tables(schema.REFERENCE_TABLES.read_text()))
    link.execute("CREATE TABLE purse (shard smallint, id bigint PRIMARY KEY)")

    found = schema.catalogue_findings(link, reference=dict.fromkeys(reference, "known"))

    assert "purse.purse_pkey" in [line.split(":")[0] for line in found]


def test_every_migration_has_a_reason_and_a_lock_timeout() -> None:
    texts = {p.name: p.read_text() for p in schema.MIGRATIONS.glob("*.sql")}

    assert [f for name, text in texts.items() for f in schema.text_findings(name, text)] == []


def test_a_statement_before_the_lock_timeout_is_found() -> None:
    text = "-- Why: a town.\nCREATE TABLE town ();\nSET LOCAL lock_timeout = '5s';\n"

    assert schema.text_findings("0001_pre_town.sql", text) == [
        "0001_pre_town.sql: SET LOCAL lock_timeout = '5s'; is not first"
    ]
