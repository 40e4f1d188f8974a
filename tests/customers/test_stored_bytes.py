"""Every stored byte is looked at: no name, ID or phone of a customer stands there in clear."""

import base64
from collections.abc import Iterator
from hashlib import md5, sha1, sha256

from huoqi.customers.messages.simulated import CODE
from huoqi.customers.operations import (
    PhoneMove,
    Submission,
    identify,
    move_phone,
    retry_applications,
    send_code,
)
from huoqi.customers.rules.applications import AuthorityDown
from huoqi.kit.clock import Connection
from tests.customers.branch import PASSWORD, Branch, id_number

NAME, PHONE, NEW_PHONE, WAITING_PHONE = "金丝雀鸣", "19961761212", "19961761213", "19961761214"
DEVICE = "Kanarienvogel"
NUMBER, WAITING_NUMBER = id_number(birth="19820807"), id_number(birth="19820808", sequence="500")


def _forms(value: str) -> Iterator[bytes]:
    """Return what a value may look like in storage, the plain hashes among them."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        yield value.encode(encoding)
        yield value.encode(encoding).hex().encode()
        yield value.encode(encoding).hex().upper().encode()
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + value.encode())[4 * (shift > 0) : -4]
    yield value.encode("unicode_escape")
    for digest in (sha256, sha1, md5):
        yield digest(value.encode()).digest()
        yield digest(value.encode()).hexdigest().encode()


def _stored(conn: Connection) -> Iterator[tuple[str, bytes]]:
    """Return every column of every row of every table, as text and as raw bytes."""
    tables = conn.execute(
        "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    for schema, table, column, kind in tables:
        sql = f'SELECT "{column}"::text FROM "{schema}"."{table}" WHERE "{column}" IS NOT NULL'
        if kind == "bytea":
            sql = sql.replace("::text", "")
        for (value,) in conn.execute(sql.encode()).fetchall():
            yield f"{schema}.{table}.{column}", bytes(value) if kind == "bytea" else value.encode()


def _hits(conn: Connection, values: list[str]) -> set[tuple[str, str]]:
    forms = [(value, form) for value in values for form in _forms(value) if len(form) >= 6]
    return {
        (place, value) for place, stored in _stored(conn) for value, form in forms if form in stored
    }


def test_no_stored_byte_shows_who_a_customer_is(branch: Branch) -> None:
    token = branch.applied(PHONE).token
    session = identify(
        branch.database, branch.desk, Submission(token, NAME, NUMBER, device=DEVICE)
    ).session
    assert session is not None
    branch.granted(session)
    waiting = branch.applied(WAITING_PHONE).token
    try:
        identify(branch.database, branch.desk, Submission(waiting, NAME, WAITING_NUMBER))
    except AuthorityDown:
        retry_applications(branch.database, branch.desk)
    with branch.database.work() as work:
        send_code(work, branch.desk, phone=NEW_PHONE, purpose="recover")
    with branch.database.work() as work:
        move_phone(work, branch.desk, PhoneMove(NEW_PHONE, CODE, NAME, NUMBER, PASSWORD, DEVICE))

    private = [NAME, NUMBER, PHONE, NEW_PHONE, WAITING_PHONE, WAITING_NUMBER, DEVICE, PASSWORD]
    with branch.database.connection() as conn:
        assert _hits(conn, private) == set()
        # A token's plain digest may stand there: 256 random bits cannot be tried out.
        stored = [text for _, text in _stored(conn)]
    assert not any(each.encode() in text for text in stored for each in (token, session.token))


def test_the_search_finds_what_is_planted(branch: Branch) -> None:
    with branch.database.connection() as conn:
        for number, form in enumerate(_forms(NAME)):
            if len(form) >= 6:
                conn.execute("CREATE TABLE IF NOT EXISTS control (n int, planted bytea)")
                conn.execute("INSERT INTO control VALUES (%s, %s)", (number, form))
        conn.execute("CREATE TABLE control_text AS SELECT %s AS planted", (PHONE,))

        assert _hits(conn, [NAME, PHONE]) == {
            ("public.control.planted", NAME),
            ("public.control_text.planted", PHONE),
        }
