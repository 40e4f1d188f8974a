"""Pseudonyms are stable within a scope and tell nothing across scopes."""

from huoqi.vault.rules.pseudonyms import PSEUDONYM_BYTES, pseudonym_of, scope_key

ROOT = bytes(range(32))
NUMBER = "11010519491231002X"


def test_the_same_value_has_the_same_16_bytes() -> None:
    key = scope_key(ROOT, scope="internal")

    assert pseudonym_of(NUMBER, key=key).hex() == "48e4a47b86d4d5de1da7ae8ff8e66a43"
    assert len(pseudonym_of("", key=key)) == PSEUDONYM_BYTES


def test_two_scopes_and_two_installations_cannot_be_joined() -> None:
    ours = pseudonym_of(NUMBER, key=scope_key(ROOT, scope="internal"))

    assert pseudonym_of(NUMBER, key=scope_key(ROOT, scope="bank:ICBC")) != ours
    assert pseudonym_of(NUMBER, key=scope_key(bytes(32), scope="internal")) != ours
