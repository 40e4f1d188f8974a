import hashlib
import random

import numpy as np
import pytest

from huoqi.kit.compiled import IS_COMPILED
from huoqi.kit.digests import FEW, one_by_one, sha256_of_each, side_by_side


def has_instructions() -> bool:
    if not IS_COMPILED:
        return False
    from huoqi.kit.sha256 import has_instructions as found

    return found()


def rows(count: int, width: int) -> "np.typing.NDArray[np.uint8]":
    data = random.Random(width).randbytes(count * width)
    return np.frombuffer(data, dtype=np.uint8).reshape(count, width)


def expected(messages: "np.typing.NDArray[np.uint8]") -> list[bytes]:
    return [hashlib.sha256(row.tobytes()).digest() for row in messages]


@pytest.mark.parametrize("width", [1, 16, 41, 55, 56, 63, 64, 76, 119, 120])
@pytest.mark.parametrize("count", [1, 3, 4, 9])
def test_digests_are_those_of_the_standard_library(count: int, width: int) -> None:
    messages = rows(count, width)

    assert [row.tobytes() for row in one_by_one(messages)] == expected(messages)
    if has_instructions():
        assert [row.tobytes() for row in side_by_side(messages)] == expected(messages)


@pytest.mark.parametrize("count", [0, FEW - 1, FEW + 1])
def test_few_and_many_are_hashed_alike(count: int) -> None:
    messages = rows(count, 16)

    assert [row.tobytes() for row in sha256_of_each(messages)] == expected(messages)
