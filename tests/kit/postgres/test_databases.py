"""The database fixtures: migrated, fresh, apart."""

import psycopg


def test_a_test_gets_a_database_of_its_own(dsn: str, database_dsn: str) -> None:
    with psycopg.connect(dsn) as own, psycopg.connect(database_dsn) as shared:
        names = [link.execute("SELECT current_database()").fetchone() for link in (own, shared)]

    assert names[0] != names[1]


def test_the_server_answers_on_no_network_address(dsn: str) -> None:
    with psycopg.connect(dsn) as link:
        row = link.execute("SELECT current_setting('listen_addresses')").fetchone()

    assert row == ("",)
