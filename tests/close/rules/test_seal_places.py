"""The secret order of a day's leaves: every row has one place, and another one tomorrow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.close.rules.seal_places import Places, place_of, row_at, siphash

KEY = bytes(range(32))


@given(st.integers(1, 500), st.binary(min_size=16, max_size=32))
def test_every_row_has_one_place(rows: int, key: bytes) -> None:
    places = Places(rows, key)

    order = [row_at(place, places=places) for place in range(rows)]

    assert sorted(order) == list(range(rows))
    assert [place_of(row, places=places) for row in order] == list(range(rows))


@given(st.integers(1, 2**40), st.integers(0, 2**40))
def test_any_row_is_found_among_very_many(rows: int, number: int) -> None:
    places = Places(rows, KEY)
    row = number % rows

    assert row_at(place_of(row, places=places), places=places) == row


def test_another_day_has_another_order() -> None:
    today, tomorrow = Places(1_000, KEY), Places(1_000, bytes(32))

    same = sum(row_at(n, places=today) == row_at(n, places=tomorrow) for n in range(1_000))

    assert same < 10


def test_the_rectangle_is_hardly_larger_than_the_rows() -> None:
    places = Places(185_000_000, KEY)

    assert 0 <= places.width * places.height - places.rows < places.width


def test_a_partition_without_rows_has_no_place() -> None:
    with pytest.raises(AssertionError):
        row_at(0, places=Places(0, KEY))
    with pytest.raises(AssertionError):
        place_of(0, places=Places(0, KEY))


def test_siphash_gives_the_published_vector() -> None:
    # SipHash-1-3, key 00 01 … 0f, message 00 01 … 07.
    key = (int.from_bytes(KEY[:8], "little"), int.from_bytes(KEY[8:16], "little"))

    assert siphash(0x0706050403020100, key=key) == 0x369095118D299A8E
