"""A sealed field opens in its own place and nowhere else."""

import pytest

from huoqi.vault.rules.sealing import (
    OVERHEAD_BYTES,
    WRAPPED_BYTES,
    Unreadable,
    field_binding,
    key_binding,
    open_bytes,
    seal_bytes,
)

KEY = bytes(range(32))
NONCE = bytes(range(64, 76))
PLACE = field_binding("c:107", field="customer.name", epoch=1)


def test_a_sealed_field_is_28_bytes_longer_and_opens_to_the_same_text() -> None:
    sealed = seal_bytes("王小明".encode(), key=KEY, nonce=NONCE, binding=PLACE)

    assert len(sealed) == len("王小明".encode()) + OVERHEAD_BYTES
    assert open_bytes(sealed, key=KEY, binding=PLACE).decode() == "王小明"


def test_a_wrapped_key_has_60_bytes() -> None:
    place = key_binding("c:107", epoch=1)

    assert len(seal_bytes(KEY, key=KEY, nonce=NONCE, binding=place)) == WRAPPED_BYTES


@pytest.mark.parametrize(
    "elsewhere",
    [
        field_binding("c:108", field="customer.name", epoch=1),
        field_binding("c:107", field="customer.phone", epoch=1),
        field_binding("c:107", field="customer.name", epoch=2),
    ],
    ids=["another person", "another field", "another epoch"],
)
def test_a_ciphertext_that_was_moved_does_not_open(elsewhere: bytes) -> None:
    sealed = seal_bytes(b"secret", key=KEY, nonce=NONCE, binding=PLACE)

    with pytest.raises(Unreadable):
        open_bytes(sealed, key=KEY, binding=elsewhere)


def test_a_changed_byte_or_another_key_does_not_open() -> None:
    sealed = seal_bytes(b"secret", key=KEY, nonce=NONCE, binding=PLACE)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])

    with pytest.raises(Unreadable):
        open_bytes(changed, key=KEY, binding=PLACE)
    with pytest.raises(Unreadable):
        open_bytes(sealed, key=bytes(32), binding=PLACE)


def test_bytes_that_are_too_short_to_be_sealed_are_unreadable() -> None:
    with pytest.raises(Unreadable):
        open_bytes(b"short", key=KEY, binding=PLACE)


def test_an_empty_text_can_be_sealed() -> None:
    sealed = seal_bytes(b"", key=KEY, nonce=NONCE, binding=PLACE)

    assert open_bytes(sealed, key=KEY, binding=PLACE) == b""


@pytest.mark.parametrize(("owner", "field"), [("c:1|x", "name"), ("c:1", "x|name")])
def test_a_bar_in_a_place_is_our_mistake(owner: str, field: str) -> None:
    with pytest.raises(AssertionError, match="two bindings look alike"):
        field_binding(owner, field=field, epoch=1)
