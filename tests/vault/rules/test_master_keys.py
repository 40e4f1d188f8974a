"""What is derived from a master key: the same for the same key, and nothing of it is told."""

from hypothesis import given
from hypothesis import strategies as st

from huoqi.vault.rules.master_keys import backup_secret, fingerprint

keys = st.binary(min_size=32, max_size=32)


@given(first=keys, second=keys)
def test_two_keys_are_told_apart(first: bytes, second: bytes) -> None:
    assert (fingerprint(first) == fingerprint(second)) == (first == second)
    assert (backup_secret(first) == backup_secret(second)) == (first == second)


@given(key=keys)
def test_a_fingerprint_is_short_and_no_part_of_the_key(key: bytes) -> None:
    assert len(fingerprint(key)) == 16
    assert bytes.fromhex(fingerprint(key)) not in key
    assert len(backup_secret(key)) == 32
