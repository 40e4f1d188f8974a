"""A digest of every business table of a database, to compare two companies byte for byte."""

import psycopg
from psycopg import sql

# What may differ: keys and nonces of the vault, hashes with salts, what stands for private texts
# under a master key of its own, the machine's time beside the business time, a cache token.
PRIVATE_TABLES = {
    "vault_customer_key",
    "payment_password",
    "session",
    "grant_token",
    "schema_migration",
}
PRIVATE_COLUMNS = ("sealed_", "pseudonym", "number_key", "took_ms", "left_ms")
MACHINE_TIMES = {("event", "created_at"), ("ledger_batch", "wall_at"), ("policy_version", "token")}

TABLES = """
    SELECT table_schema, table_name,
        array_agg(column_name::text ORDER BY ordinal_position) AS columns
    FROM information_schema.columns
    WHERE table_schema IN ('public', 'simulated') GROUP BY 1, 2 ORDER BY 1, 2
"""


def digests(dsn: str) -> dict[str, str]:
    """Return a digest of each business table's rows, in the order of their texts."""
    with psycopg.connect(dsn) as conn:
        tables = conn.execute(TABLES).fetchall()
        return {
            f"{schema}.{table}": _digest(conn, schema, table, _compared(table, columns))
            for schema, table, columns in tables
            if table not in PRIVATE_TABLES
        }


def _compared(table: str, columns: list[str]) -> list[str]:
    return [
        column
        for column in columns
        if (table, column) not in MACHINE_TIMES
        and not any(part in column for part in PRIVATE_COLUMNS)
    ]


def _digest(conn: psycopg.Connection, schema: str, table: str, columns: list[str]) -> str:
    query = sql.SQL(
        "SELECT md5(coalesce(string_agg(r, E'\\n' ORDER BY r), ''))"
        " FROM (SELECT ROW({columns})::text AS r FROM {table}) AS rows"
    ).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        table=sql.Identifier(schema, table),
    )
    row = conn.execute(query).fetchone()
    assert row is not None
    return str(row[0])
