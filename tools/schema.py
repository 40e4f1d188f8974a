"""Check the schema: what a database distributed by shard would refuse, and what money must be.

The migrations are read as text, then applied to an empty throw-away database whose catalogue is
asked. Each rule carries a table that it accepts and one that it refuses; both are proved.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from huoqi.kit.migrations import migrate
from huoqi.kit.postgres import EmbeddedPostgres, Profile
from tools.folders import ROOT, data_folder

MIGRATIONS = ROOT / "migrations"
REFERENCE_TABLES = MIGRATIONS / "reference_tables.txt"
NAME = re.compile(r"\d{4}_(pre|post)_[a-z0-9_]+\.sql")
COMMENT = re.compile(r"(--[^\n]*\n|\s)*")
LOCK_TIMEOUT = re.compile(r"SET LOCAL lock_timeout = '\d+m?s';")

STATEMENT_TIMEOUT_S = 60  # A statement that waits for somebody else's lock is told, not waited for.

Link = psycopg.Connection


@dataclass(frozen=True)
class Rule:
    """A question to the catalogue whose every row is a finding; ``good`` and ``bad`` prove it."""

    name: str
    why: str
    query: str
    good: str
    bad: str


def text_findings(name: str, text: str) -> list[str]:
    """Return what is wrong with one migration as a text.

    >>> text_findings("0001_pre_a.sql", "-- Why: a.\\nSET LOCAL lock_timeout = '5s';\\n")
    []
    >>> text_findings("1.sql", "CREATE TABLE a ();")[1:]
    ['1.sql: no reason at its head', "1.sql: SET LOCAL lock_timeout = '5s'; is not first"]
    """
    found = []
    if not NAME.fullmatch(name):
        found.append(f"{name}: the name is not NNNN_pre_name.sql or NNNN_post_name.sql")
    if not text.startswith("--"):
        found.append(f"{name}: no reason at its head")
    head = COMMENT.match(text)
    if not LOCK_TIMEOUT.match(text, head.end() if head else 0):
        found.append(f"{name}: SET LOCAL lock_timeout = '5s'; is not first")
    return found


def reference_tables(text: str) -> dict[str, str]:
    """Return the tables that are small and the same on every node, with the reason.

    >>> reference_tables("# head\\nbank  dated data of the trade\\n")
    {'bank': 'dated data of the trade'}
    """
    lines = (line.split(maxsplit=1) for line in text.splitlines() if not line.startswith("#"))
    return {words[0]: words[1] for words in lines if len(words) > 1}


def catalogue_findings(link: Link, *, reference: dict[str, str]) -> list[str]:
    """Return what every rule finds in one database."""
    parameters = {"reference": list(reference)}
    return [
        f"{row[0]}: {rule.why} ({rule.name})"
        for rule in RULES
        for row in link.execute(sql.SQL(rule.query), parameters).fetchall()
    ]


def unproved_rules(link: Link) -> list[str]:
    """Return the rules that refuse their good table or accept their bad one."""
    return [
        rule.name
        for rule in RULES
        if _finds(link, rule, rule.good) or not _finds(link, rule, rule.bad)
    ]


def _finds(link: Link, rule: Rule, statements: str) -> bool:
    with link.transaction(force_rollback=True):
        link.execute(sql.SQL(statements))
        return bool(link.execute(sql.SQL(rule.query), {"reference": ["town"]}).fetchall())


@contextmanager
def throw_away_database() -> Iterator[str]:
    """Yield the connection string of an empty database on the cluster for tests."""
    with EmbeddedPostgres(data_folder() / "test", profile=Profile.DISPOSABLE) as server:
        timeout = f"-c statement_timeout={STATEMENT_TIMEOUT_S}s"
        admin = make_conninfo(
            server.start(), dbname="postgres", connect_timeout=10, options=timeout
        )
        name = sql.Identifier(f"lint_{uuid4().hex}")
        with psycopg.connect(admin, autocommit=True) as link:
            link.execute(sql.SQL("CREATE DATABASE {}").format(name))
            try:
                yield make_conninfo(admin, dbname=name.as_string().strip('"'))
            finally:
                link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def main() -> int:
    """Print every finding and return 1 if there is any."""
    files = sorted(MIGRATIONS.glob("*.sql"))
    found = [f for path in files for f in text_findings(path.name, path.read_text())]
    reference = reference_tables(REFERENCE_TABLES.read_text())
    with throw_away_database() as dsn, psycopg.connect(dsn, autocommit=True) as link:
        found += [f"the rule {name} does not hold its own proof" for name in unproved_rules(link)]
        migrate(dsn, folder=MIGRATIONS)
        found += catalogue_findings(link, reference=reference)
        found += [
            f"{name}: listed in {REFERENCE_TABLES.name}, but no such table"
            for name in sorted(set(reference) - _tables(link))
        ]
    print("\n".join(found) or f"schema: {len(files)} migrations in order")
    return int(bool(found))


def _tables(link: Link) -> set[str]:
    return {
        row[0] for row in link.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")
    }


_KEYS = """
    SELECT c.relname || '.' || i.relname
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indrelid
    JOIN pg_class i ON i.oid = x.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique
      AND c.relname <> ALL(%(reference)s)
      AND NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum = x.indkey[0]
                        AND a.attname = 'shard' AND a.atttypid = 'int2'::regtype)
"""
_KEYLESS = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisprimary)
"""
_TRIGGERS = """
    SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal
"""
_SEQUENCES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
"""
_FOREIGN_KEYS = """
    SELECT c.relname || '.' || f.conname
    FROM pg_constraint f
    JOIN pg_class c ON c.oid = f.conrelid
    JOIN pg_class t ON t.oid = f.confrelid
    WHERE f.contype = 'f' AND t.relname <> ALL(%(reference)s)
      AND (c.relname = ANY(%(reference)s) OR NOT EXISTS (
          SELECT FROM unnest(f.conkey, f.confkey) AS k (own, other)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.own
          JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.other
          WHERE a.attname = 'shard' AND b.attname = 'shard'))
"""
_COLUMNS = """
    SELECT c.relname || '.' || a.attname
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped AND {condition}
"""
_FLOATS = "a.atttypid IN ('real'::regtype, 'float8'::regtype, 'money'::regtype)"
_NARROW_MONEY = r"a.attname ~ '_(fen|e\d+)$' AND a.atttypid <> 'int8'::regtype"
_ZONELESS = "a.atttypid = 'timestamp'::regtype"
_CLEAR = (
    "a.attname ~ '(^|_)(phone|mobile|national_id|id_number|card_number|person_name|real_name)$'"
    " AND a.atttypid <> 'bytea'::regtype"
)
_TOWN = "CREATE TABLE town (code text PRIMARY KEY);"
_HOME = "CREATE TABLE home (shard smallint, id bigint, PRIMARY KEY (shard, id));"

RULES = (
    Rule(
        "keys-begin-with-shard",
        "a key without shard first cannot be kept once rows are spread; "
        "is it a table for reference_tables.txt?",
        _KEYS, _TOWN + _HOME, "CREATE TABLE home (id bigint PRIMARY KEY, shard smallint)",
    ),
    Rule(
        "primary-key", "every table has a primary key",
        _KEYLESS, _HOME, "CREATE TABLE home (shard smallint)",
    ),
    Rule(
        "no-triggers", "a distributed table refuses triggers; do it in the statement",
        _TRIGGERS, _HOME,
        _HOME + "CREATE TRIGGER t BEFORE UPDATE ON home FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ),
    Rule(
        "no-sequences", "numbers come from the caller, so that a seed gives the same bytes",
        _SEQUENCES, _HOME, _HOME + "ALTER TABLE home ADD number bigserial",
    ),
    Rule(
        "foreign-keys-stay-in-the-shard", "a reference may not leave the shard",
        _FOREIGN_KEYS,
        _TOWN + _HOME + "CREATE TABLE room (shard smallint, id bigint, town text REFERENCES town, "
        "PRIMARY KEY (shard, id), FOREIGN KEY (shard, id) REFERENCES home)",
        "CREATE TABLE home (id bigint PRIMARY KEY);"
        "CREATE TABLE room (shard smallint, id bigint REFERENCES home, PRIMARY KEY (shard, id))",
    ),
    Rule(
        "no-floats", "no float is exact",
        _COLUMNS.format(condition=_FLOATS), _HOME, _HOME + "ALTER TABLE home ADD area float8",
    ),
    Rule(
        "money-is-bigint", "an amount with its scale in the name is a bigint",
        _COLUMNS.format(condition=_NARROW_MONEY),
        _HOME + "ALTER TABLE home ADD rent_fen bigint",
        _HOME + "ALTER TABLE home ADD rent_fen numeric",
    ),
    Rule(
        "instants-have-a-zone", "an instant without a zone means another one elsewhere",
        _COLUMNS.format(condition=_ZONELESS),
        _HOME + "ALTER TABLE home ADD built_at timestamptz",
        _HOME + "ALTER TABLE home ADD built_at timestamp",
    ),
    Rule(
        "personal-columns-are-sealed", "personal data is stored sealed or as a pseudonym: bytea",
        _COLUMNS.format(condition=_CLEAR),
        _HOME + "ALTER TABLE home ADD phone bytea",
        _HOME + "ALTER TABLE home ADD phone text",
    ),
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
