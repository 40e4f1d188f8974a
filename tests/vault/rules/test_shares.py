"""Shares of a key: enough of them give it back, fewer say nothing, a slip of the pen is noticed."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.vault.rules.master_keys import fingerprint
from huoqi.vault.rules.shares import (
    Share,
    ShareMalformed,
    SharesMixed,
    SharesTooFew,
    combine,
    inverse,
    key_from,
    noise_bytes,
    product,
    read_share,
    share_text,
    shares_of,
    split,
)

VECTORS = Path(__file__).parents[3] / "docs" / "reference" / "share_vectors.json"
CASES = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]


def tables() -> tuple[list[int], dict[int, int]]:
    """Return powers and logarithms to the base 3, made by the plain rule of the field."""
    powers = [1]
    for _ in range(254):
        doubled = powers[-1] << 1
        powers.append((doubled ^ (0x11B if doubled & 0x100 else 0)) ^ powers[-1])
    return powers, {power: place for place, power in enumerate(powers)}


POWERS, LOGS = tables()


def by_tables(a: int, b: int) -> int:
    return POWERS[(LOGS[a] + LOGS[b]) % 255] if a and b else 0


def test_products_are_those_of_the_field() -> None:
    assert all(product(a, b) == by_tables(a, b) for a in range(256) for b in range(256))
    assert all(product(a, inverse(a)) == 1 for a in range(1, 256))


@st.composite
def splittings(draw: st.DrawFn) -> tuple[bytes, int, list[tuple[int, bytes]]]:
    need = draw(st.integers(2, 6))
    shares = draw(st.integers(need, 9))
    key = draw(st.binary(min_size=32, max_size=32))
    noise = draw(st.binary(min_size=32 * (need - 1), max_size=32 * (need - 1)))
    return key, need, split(key, shares=shares, need=need, coefficients=noise)


@given(splitting=splittings(), data=st.data())
def test_any_shares_that_are_enough_bring_the_key_back(
    splitting: tuple[bytes, int, list[tuple[int, bytes]]], data: st.DataObject
) -> None:
    key, need, shares = splitting
    some = data.draw(st.permutations(shares))

    assert combine(some[:need]) == key
    assert combine(some) == key


@given(share=st.integers(0, 255), number=st.integers(1, 255))
def test_one_share_of_two_leaves_every_key_as_likely(share: int, number: int) -> None:
    """For each byte that the key could have, one coefficient alone gives the share that is seen."""
    fitting = {key: product(share ^ key, inverse(number)) for key in range(256)}

    assert len(set(fitting.values())) == 256
    for key, coefficient in itertools.islice(fitting.items(), 0, 256, 51):
        made = split(bytes([key]), shares=255, need=2, coefficients=bytes([coefficient]))
        assert made[number - 1] == (number, bytes([share]))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['need']} of {c['shares']}")
def test_published_vectors(case: dict[str, object]) -> None:
    key, noise = bytes.fromhex(str(case["key"])), bytes.fromhex(str(case["noise"]))
    need, shares = case["need"], case["shares"]
    texts, numbers = case["texts"], case["numbers"]
    assert isinstance(need, int)
    assert isinstance(shares, int)
    assert isinstance(texts, list)
    assert isinstance(numbers, list)

    made = shares_of(key, key_id=fingerprint(key), shares=shares, need=need, noise=noise)

    assert [share_text(made[n - 1]) for n in numbers] == texts
    assert key_from([read_share(text) for text in texts]) == key
    assert len(noise) == noise_bytes(key_bytes=32, need=need)
    # Each value, by the other way of multiplying.
    rows = [key] + [noise[4 + 32 * n : 36 + 32 * n] for n in range(need - 1)]
    for n in numbers:
        expected = [0] * 32
        for row in reversed(rows):
            expected = [by_tables(v, n) ^ r for v, r in zip(expected, row, strict=True)]
        assert made[n - 1].value == bytes(expected)


SHARE = Share(b"\1\2\3\4", 2, 1, "ab" * 8, bytes(range(32)))


@given(
    text=st.builds(
        share_text,
        st.builds(
            Share,
            st.binary(min_size=4, max_size=4),
            st.integers(2, 255),
            st.integers(1, 255),
            st.binary(min_size=8, max_size=8).map(bytes.hex),
            st.binary(min_size=1, max_size=64),
        ),
    )
)
def test_a_share_is_read_as_it_was_printed_however_it_is_spaced(text: str) -> None:
    head, _, digits = text.partition(" ")

    assert share_text(read_share(text)) == text
    assert share_text(read_share(f"  {head}\n{digits.replace(' ', '')} \n")) == text
    assert share_text(read_share(text.upper().replace(head.upper(), head))) == text


@given(place=st.integers(0), digit=st.sampled_from("0123456789abcdef"))
def test_one_wrong_character_is_noticed(place: int, digit: str) -> None:
    head, _, digits = share_text(SHARE).replace(" ", "\0", 1).partition("\0")
    plain = digits.replace(" ", "")
    place %= len(plain)
    if plain[place] == digit:
        return

    with pytest.raises(ShareMalformed):
        read_share(f"{head} {plain[:place]}{digit}{plain[place + 1 :]}")


@pytest.mark.parametrize(
    "text",
    ["", "huoqi-share-1", "huoqi-share-1 zz", "huoqi-share-1 00", "huoqi-share-2 " + "00" * 60],
)
def test_what_is_no_share_is_told(text: str) -> None:
    with pytest.raises(ShareMalformed):
        read_share(text)


@pytest.mark.parametrize(("need", "number"), [(1, 1), (2, 0)])
def test_a_share_that_cannot_be_is_told(need: int, number: int) -> None:
    with pytest.raises(ShareMalformed):
        read_share(share_text(Share(b"\1\2\3\4", need, number, "ab" * 8, b"x")))


def test_shares_of_two_splittings_or_twice_the_same_are_refused() -> None:
    other = Share(b"\1\2\3\5", 2, 2, "ab" * 8, bytes(32))

    with pytest.raises(SharesMixed):
        key_from([SHARE, other])
    with pytest.raises(SharesMixed):
        key_from([SHARE, SHARE])
    with pytest.raises(SharesTooFew) as few:
        key_from([SHARE])
    assert few.value.params == {"shares": 1, "need": 2}


def test_a_share_does_not_print_its_value() -> None:
    assert SHARE.value.hex() not in repr(SHARE)
    assert repr(SHARE) == "Share(1 of set 01020304, 2 needed)"
