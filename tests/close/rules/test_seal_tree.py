"""The tree of a day: leaves of one block, nodes of four, siblings that lead back to the root."""

from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.close.rules.seal_tree import (
    GROUP,
    NOTHING,
    STATEMENT_BYTES,
    Leaf,
    Statement,
    Status,
    blind_of,
    climbed,
    day_number,
    leaf_bytes,
    leaf_hash,
    level_count,
    levels_in_group,
    levels_of,
    node_hash,
    places_key,
    read_statement,
    root_of,
    siblings_of,
    statement_bytes,
)

ON = date(2015, 5, 12)
KEY = bytes(range(32))


def leaves(count: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest() for number in range(count)]


def test_a_leaf_is_one_block_with_all_of_a_holders_day() -> None:
    leaf = Leaf(7, 12_345_678, -1_690, Status.CONFIRMED, bytes(16))

    assert len(leaf_bytes(leaf)) == 41
    by_hand = (
        b"\x00" + (20150512).to_bytes(4, "big") + b"HQB001" + (7).to_bytes(8, "big")
        + (12_345_678).to_bytes(8, "big") + (-1_690).to_bytes(8, "big", signed=True)
        + b"\x01" + bytes(16)
    )  # fmt: skip
    assert len(by_hand) == 52
    assert leaf_hash(leaf, on=ON, fund="HQB001") == sha256(by_hand).digest()


def test_a_blind_depends_on_day_and_account() -> None:
    assert blind_of(1, day_key=KEY) == sha256(b"\x02" + KEY + bytes(7) + b"\x01").digest()[:16]
    assert blind_of(1, day_key=KEY) != blind_of(2, day_key=KEY)
    assert blind_of(1, day_key=KEY) != blind_of(1, day_key=bytes(32))


def test_each_partition_has_an_order_of_its_own() -> None:
    assert places_key(day_key=KEY, part="000") == sha256(b"\x03" + KEY + b"000").digest()
    assert places_key(day_key=KEY, part="001") != places_key(day_key=KEY, part="000")


def test_a_missing_child_is_zeros() -> None:
    one, two = leaves(2)

    assert node_hash([one, two]) == sha256(b"\x01" + one + two + 2 * NOTHING).digest()


def test_a_leaf_cannot_be_passed_off_as_a_node() -> None:
    assert node_hash([]) != sha256(b"\x00" + 4 * NOTHING).digest()


def test_a_tree_without_leaves_has_no_levels() -> None:
    assert root_of([]) == NOTHING
    assert levels_of([]) == [[]]
    assert level_count(0) == 0


def test_the_only_leaf_is_the_root() -> None:
    assert root_of(leaves(1)) == leaves(1)[0]
    assert siblings_of(levels_of(leaves(1)), position=0) == []


@given(st.integers(1, 400), st.integers(0, 10**6))
def test_every_position_leads_to_the_root(count: int, at: int) -> None:
    levels = levels_of(leaves(count))
    assert len(levels) == level_count(count) + 1
    for position in {0, count - 1, at % count}:
        siblings = siblings_of(levels, position=position)
        leaf = levels[0][position]
        assert climbed(leaf, position=position, siblings=siblings) == root_of(leaves(count))


@given(st.integers(17, 400), st.integers(0, 10**6))
def test_a_group_and_the_kept_levels_give_the_same_siblings(count: int, at: int) -> None:
    levels, position = levels_of(leaves(count)), at % count
    first = position // GROUP * GROUP
    below = levels_in_group(leaves(count)[first : first + GROUP], count=count)

    found = siblings_of(below, position=position % GROUP)
    found += siblings_of(levels[3:], position=position // GROUP)

    assert found == siblings_of(levels, position=position)


def test_a_small_tree_is_one_group() -> None:
    assert levels_in_group(leaves(7), count=7) == levels_of(leaves(7))


def test_a_statement_is_113_bytes_and_reads_back() -> None:
    statement = Statement(ON, "HQB001", bytes(range(32)), 7, 16_703_621, -2_287, NOTHING)

    content = statement_bytes(statement)

    assert len(content) == STATEMENT_BYTES == 113
    assert content[15:19] == day_number(ON).to_bytes(4, "big")
    assert read_statement(content) == statement


@pytest.mark.parametrize("content", [b"", b"huoqi-close-v1\n", bytes(113)])
def test_other_bytes_are_no_statement(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a statement"):
        read_statement(content)
