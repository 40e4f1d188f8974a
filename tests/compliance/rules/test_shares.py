"""Sharing by parts: nothing is lost, nobody is more than a fen off, equal parts differ by one."""

from hypothesis import given
from hypothesis import strategies as st

from huoqi.compliance.rules.shares import shared

FEN = st.integers(0, 2**62)
PARTS = st.lists(st.integers(1, 1_000_000), min_size=1, max_size=20)


@given(amount_fen=FEN, parts=PARTS)
def test_the_shares_are_the_whole_and_each_is_within_a_fen_of_its_part(
    amount_fen: int, parts: list[int]
) -> None:
    shares = shared(amount_fen, parts=parts)
    whole = sum(parts)
    assert sum(shares) == amount_fen
    for share, part in zip(shares, parts, strict=True):
        assert abs(share * whole - amount_fen * part) < whole


def test_odd_fen_go_to_the_largest_remainder_then_to_the_first() -> None:
    assert shared(101, parts=[1, 2]) == [34, 67]
    assert shared(2, parts=[1, 1, 1]) == [1, 1, 0]
    assert shared(0, parts=[3, 4]) == [0, 0]
