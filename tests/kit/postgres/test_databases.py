"""The database fixtures: migrated, fresh, apart."""

import os

import psycopg
import pytest
from psycopg import sql

from tests.databases import Cluster, NoDatabase, admin, drop


def test_a_test_gets_a_database_of_its_own(dsn: str, database_dsn: str) -> None:
    with psycopg.connect(dsn) as own, psycopg.connect(database_dsn) as shared:
        names = [link.execute("SELECT current_database()").fetchone() for link in (own, shared)]

    assert names[0] != names[1]


def test_the_server_answers_on_no_network_address(dsn: str) -> None:
    with psycopg.connect(dsn) as link:
        row = link.execute("SELECT current_setting('listen_addresses')").fetchone()

    assert row == ("",)


def test_nobody_can_connect_to_the_template(postgres_cluster: Cluster) -> None:
    template = psycopg.conninfo.make_conninfo(
        postgres_cluster.admin_dsn, dbname=postgres_cluster.template
    )

    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        psycopg.connect(template)


@pytest.mark.filterwarnings("ignore:making t_")
def test_a_database_that_takes_too_long_tells_who_kept_it_waiting(
    postgres_cluster: Cluster,
) -> None:
    held = f"t_{os.getpid()}_held"
    with admin(postgres_cluster.admin_dsn) as maker, admin(postgres_cluster.admin_dsn) as holder:
        maker.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(held)))
        with holder.transaction():
            note = sql.SQL("COMMENT ON DATABASE {} IS 'held'").format(sql.Identifier(held))
            holder.execute(note)
            impatient = Cluster(postgres_cluster.admin_dsn, held, patience_s=1)
            with pytest.raises(NoDatabase) as told, impatient.database():
                pass
        drop(maker, held)

    attempts = [line for line in str(told.value).splitlines() if "timeout" in line]
    assert [line.split(":")[0] for line in attempts] == ["FILE_COPY", "WAL_LOG", "FILE_COPY"]
    assert "idle in transaction" in str(told.value)
