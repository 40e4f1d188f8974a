"""Sealed files: what goes in comes out, and nothing else ever does."""

import io
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.kit.backup.rules.sealing import MAGIC, PIECE_BYTES, BackupDamaged, opened, sealed

KEY, SALT = bytes(range(32)), bytes(range(16))


def file_of(*parts: bytes, name: str = "000000010000000000000001") -> bytes:
    return b"".join(sealed(parts, key=KEY, salt=SALT, name=name))


def contents(file: bytes, *, name: str = "000000010000000000000001", key: bytes = KEY) -> bytes:
    return b"".join(opened(io.BytesIO(file), key=key, name=name))


@given(parts=st.lists(st.binary(max_size=5_000), max_size=6))
def test_what_was_sealed_comes_out(parts: list[bytes]) -> None:
    assert contents(file_of(*parts)) == b"".join(parts)


def test_a_file_of_many_pieces_comes_out() -> None:
    noise = random.Random(6).randbytes(2 * PIECE_BYTES + 9)

    assert contents(file_of(noise[:700_000], noise[700_000:])) == noise


def test_an_empty_log_is_hardly_anything() -> None:
    assert len(file_of(bytes(1 << 24))) < 80_000


@settings(max_examples=200)
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_any_altered_bit_is_noticed_and_the_file_named(place: int, bit: int) -> None:
    file = bytearray(file_of(b"the log of a day " * 40))
    file[place % len(file)] ^= 1 << bit

    with pytest.raises(BackupDamaged) as damage:
        contents(bytes(file))

    assert damage.value.params["file"] == "000000010000000000000001"


@given(cut=st.integers(0))
def test_any_file_cut_off_is_noticed(cut: int) -> None:
    file = file_of(b"the log of a day " * 40)

    with pytest.raises(BackupDamaged):
        contents(file[: cut % len(file)])


def test_a_file_with_more_behind_it_is_noticed() -> None:
    with pytest.raises(BackupDamaged, match=re.escape("backup.damaged")):
        contents(file_of(b"a") + b"b")


def test_a_file_under_another_name_or_key_is_noticed() -> None:
    file = file_of(b"a")

    with pytest.raises(BackupDamaged):
        contents(file, name="000000010000000000000002")
    with pytest.raises(BackupDamaged):
        contents(file, key=bytes(32))


def test_pieces_cannot_change_places() -> None:
    noise = random.Random(7).randbytes(3 * PIECE_BYTES)
    file = file_of(noise)
    head = len(MAGIC) + 16
    piece = 4 + PIECE_BYTES + 16
    first, second = file[head : head + piece], file[head + piece : head + 2 * piece]
    assert len(second) == piece

    with pytest.raises(BackupDamaged):
        contents(file[:head] + second + first + file[head + 2 * piece :])


def test_text_as_long_as_the_end_of_a_file_is_no_end() -> None:
    """Some 32 bytes pack to as much as the last piece holds; both are told apart."""
    for size in range(20, 60):
        text = bytes((7 * i * i + size) % 251 for i in range(size))
        assert contents(file_of(text)) == text
