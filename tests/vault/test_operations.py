"""The vault against the database: a key per customer, gone when it is shredded."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database
from huoqi.vault.operations import KeyMissing, Plain, Sealed, Vault
from huoqi.vault.rules.sealing import Unreadable

AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
VAULT = Vault(bytes(range(32)), shards=2)


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    opened = Database(dsn, clock=ManualClock(AT), size=2)
    yield opened
    opened.close()


def test_a_field_comes_back_for_its_customer(database: Database) -> None:
    with database.work() as work:
        VAULT.open_keys(work, [107, 108])
        sealed = VAULT.seal(work, customer_no=107, field="customer.name", plaintext="王小明")
    with database.work() as work:
        text = VAULT.reveal(work, customer_no=107, field="customer.name", sealed=sealed)
        with pytest.raises(Unreadable):
            VAULT.reveal(work, customer_no=108, field="customer.name", sealed=sealed)

    assert text == "王小明"
    assert "王小明".encode() not in sealed


def test_opening_a_key_again_keeps_the_first(database: Database) -> None:
    with database.work() as work:
        VAULT.open_keys(work, [107])
        sealed = VAULT.seal(work, customer_no=107, field="customer.name", plaintext="王小明")
        VAULT.open_keys(work, [107])

        text = VAULT.reveal(work, customer_no=107, field="customer.name", sealed=sealed)

    assert text == "王小明"


def test_a_shredded_key_takes_its_fields_with_it_and_stays_gone(database: Database) -> None:
    with database.work() as work:
        VAULT.open_keys(work, [107])
        sealed = VAULT.seal(work, customer_no=107, field="customer.name", plaintext="王小明")
        shredded = VAULT.shred_keys(work, [107, 108])
        VAULT.open_keys(work, [107])

        with pytest.raises(KeyMissing):
            VAULT.reveal(work, customer_no=107, field="customer.name", sealed=sealed)
        with pytest.raises(KeyMissing):
            VAULT.seal(work, customer_no=107, field="customer.name", plaintext="again")

    assert shredded == 1


def test_a_batch_answers_item_by_item(database: Database) -> None:
    with database.work() as work:
        VAULT.open_keys(work, [107])
        name, missing = VAULT.seal_many(
            work, [Plain(107, "customer.name", "Jane"), Plain(109, "customer.name", "John")]
        )
        assert isinstance(name, bytes)
        texts = VAULT.reveal_many(
            work, [Sealed(107, "customer.name", name), Sealed(107, "customer.phone", name)]
        )

    assert missing == KeyMissing(customer_no=109)
    assert texts == ["Jane", Unreadable()]


def test_a_key_beside_its_text_serves_those_who_are_not_customers_yet() -> None:
    wrapped = VAULT.new_key("a:1")
    sealed = VAULT.seal_under(wrapped, owner="a:1", field="application.name", plaintext="Jane")

    assert (
        VAULT.reveal_under(wrapped, owner="a:1", field="application.name", sealed=sealed) == "Jane"
    )
    with pytest.raises(Unreadable):
        VAULT.reveal_under(wrapped, owner="a:2", field="application.name", sealed=sealed)


def test_pseudonyms_differ_by_purpose_and_by_master_key() -> None:
    phone = VAULT.pseudonym(purpose="phone", value="13800138000")

    assert phone == VAULT.pseudonym(purpose="phone", value="13800138000")
    assert phone != VAULT.pseudonym(purpose="national_id", value="13800138000")
    assert phone != Vault(bytes(32), shards=2).pseudonym(purpose="phone", value="13800138000")


def test_nothing_private_shows_in_a_representation() -> None:
    shown = f"{Plain(107, 'customer.name', 'Jane')} {Sealed(107, 'f', b'Jane')} {VAULT!r}"

    assert "Jane" not in shown
    assert shown.endswith("Vault(shards=2)")
