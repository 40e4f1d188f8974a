"""The compiled tree is that of the scalar rule, on any processor and however it is divided."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.close.book.generations import Generation, in_force
from huoqi.close.book.journals import Figures
from huoqi.close.rules.seal_places import Places, row_at
from huoqi.close.rules.seal_tree import root_of
from huoqi.close.seal import kernels
from huoqi.close.seal.sealing import Leaves
from huoqi.close.seal.trees import tree_of
from huoqi.kit import sha256 as rounds
from tests.close.kept_books import closed, day_key, founded, random_holders, told


def generation_of(folder: Path, count: int, *, parts: int) -> Generation:
    holders = random_holders(np.random.default_rng(count), count)
    founded(folder, holders, parts=parts)
    told(folder, [], Figures(-136_920))
    return closed(folder)


@pytest.mark.parametrize(
    ("count", "parts"),
    [(0, 1), (1, 1), (2, 1), (4, 2), (16, 2), (17, 2), (64, 1), (65, 3), (200, 7), (1_000, 3)],
)
def test_the_root_is_that_of_hashing_each_leaf_alone(
    tmp_path: Path, count: int, parts: int
) -> None:
    generation = generation_of(tmp_path, count, parts=parts)
    key = day_key(generation.on)

    leaves = Leaves(tmp_path, generation, key)
    alone = [leaves.hash_at(position) for position in range(generation.totals.positions)]

    assert tree_of(tmp_path, generation, day_key=key, threads=2).root == root_of(alone)


def test_another_day_key_gives_another_root(tmp_path: Path) -> None:
    generation = generation_of(tmp_path, 100, parts=2)

    roots = {tree_of(tmp_path, generation, day_key=bytes([n] * 32)).root for n in range(3)}

    assert len(roots) == 3


def test_without_the_processors_instructions_the_root_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = generation_of(tmp_path, 1_000, parts=2)
    key = day_key(generation.on)
    quick = tree_of(tmp_path, generation, day_key=key)

    monkeypatch.setattr(kernels, "NATIVE", False)

    assert tree_of(tmp_path, generation, day_key=key).root == quick.root
    assert in_force(tmp_path) == generation


@pytest.mark.parametrize("native", [False, rounds.has_instructions()])
def test_compression_is_that_of_the_standard_library(native: bool) -> None:
    dice = np.random.default_rng(3)
    words = dice.integers(0, 2**32, (kernels.LANES, 16), dtype=np.uint32)
    words[:, 13:] = (0x80000000, 0, 13 * 32)
    states = np.tile(np.array(rounds.start_words(), dtype=np.uint32), (kernels.LANES, 1))
    room = np.empty((24, kernels.LANES), dtype=np.uint32)

    kernels.compress(states, words, room, native)

    for lane in range(kernels.LANES):
        message = words[lane, :13].astype(">u4").tobytes()
        assert states[lane].astype(">u4").tobytes() == sha256(message).digest()


def test_constants_are_those_of_the_standard() -> None:
    assert rounds.start_words()[0] == 0x6A09E667
    assert (len(rounds.round_constants()), rounds.round_constants()[-1]) == (64, 0xC67178F2)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5_000), st.binary(min_size=32, max_size=32))
def test_the_order_in_step_is_that_of_the_rule(count: int, key: bytes) -> None:
    places = Places(count, key)
    rows = np.arange(min(count, 300), dtype=np.int64)
    figures = np.array([count, places.width, places.height, 0, 0], dtype=np.int64)

    kernels.rows_at(rows, figures, np.array(places.halves, dtype=np.uint64))

    assert rows.tolist() == [row_at(place, places=places) for place in range(rows.size)]
