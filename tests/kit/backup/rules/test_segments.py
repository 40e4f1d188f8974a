"""Names and first pages of the log's segments."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.kit.backup.rules.segments import (
    HEAD_BYTES,
    Head,
    address_of,
    head_of,
    is_archived,
    missing_after,
    number_of,
    segment_at,
    segment_named,
    timeline_of,
)

SIZE = 1 << 24
sizes = st.sampled_from([1 << 20, SIZE, 1 << 26, 1 << 30])


@given(number=st.integers(0, 2**40), timeline=st.integers(1, 2**32 - 1), size=sizes)
def test_a_name_says_number_and_timeline(number: int, timeline: int, size: int) -> None:
    number %= 2**63 // size
    name = segment_named(number, timeline=timeline, segment_bytes=size)

    assert number_of(name, segment_bytes=size) == number
    assert timeline_of(name) == timeline


@given(address=st.integers(0, 2**60), size=sizes)
def test_an_address_is_in_its_segment(address: int, size: int) -> None:
    name = segment_at(address, timeline=1, segment_bytes=size)

    first = number_of(name, segment_bytes=size) * size
    assert first <= address < first + size


def test_names_go_on_after_the_last_of_a_log_file() -> None:
    assert segment_named(255, timeline=1, segment_bytes=SIZE) == "0000000100000000000000FF"
    assert segment_named(256, timeline=1, segment_bytes=SIZE) == "000000010000000100000000"


def test_addresses_are_read_as_postgresql_writes_them() -> None:
    assert address_of("0/9000028") == 0x9000028
    assert address_of("AB/FF000000") == 0xAB_FF00_0000


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("000000010000000000000009", True),
        ("00000002.history", True),
        ("000000010000000000000009.00000028.backup", False),
        ("000000010000000000000009.partial", False),
        ("00000001000000000000000g", False),
    ],
)
def test_segments_and_histories_are_kept(name: str, kept: bool) -> None:
    assert is_archived(name) is kept


def test_what_is_missing_is_named_up_to_what_is_needed() -> None:
    first, third = "000000010000000000000001", "000000010000000000000003"
    known = {first, third, "00000002.history", "000000020000000000000009"}

    assert missing_after(first, known=known, segment_bytes=SIZE) == ["000000010000000000000002"]
    assert missing_after(
        first, known=known, segment_bytes=SIZE, last="000000010000000000000005"
    ) == [
        "000000010000000000000002",
        "000000010000000000000004",
        "000000010000000000000005",
    ]
    assert missing_after(first, known={first}, segment_bytes=SIZE) == []


def test_the_first_page_says_whose_log_it_is() -> None:
    page = struct.pack("<HHIQI4xQII", 0xD116, 2, 3, 7 * SIZE, 0, 2**63 + 5, SIZE, 8192)

    assert head_of(page + bytes(100)) == Head(3, 7 * SIZE, 2**63 + 5, SIZE)
    assert head_of(page[: HEAD_BYTES - 1]) is None
