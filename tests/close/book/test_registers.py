import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from huoqi.close.book.founding import found_book
from huoqi.close.book.generations import UNITS
from huoqi.close.book.registers import RegisterComparison

ON = date(2015, 5, 11)
FUND = "990001"
figures = st.dictionaries(st.integers(1, 60), st.integers(0, 5), max_size=40)


def compared(
    ours: dict[int, int], theirs: dict[int, int], *, parts: int = 3, size: int = 7, threads: int = 1
) -> list[tuple[int, int, int]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "book"
        accounts = [sorted(a for a in ours if a % parts == n) for n in range(parts)]
        columns = [(column(some), column([ours[a] for a in some])) for some in accounts]
        found_book(folder, columns, fund=FUND, on=ON)
        comparison = RegisterComparison(folder, on=ON, column=UNITS)
        told = sorted(theirs)
        pieces = [told[start : start + size] for start in range(0, len(told), size)]
        with ThreadPoolExecutor(threads) as pool:
            list(
                pool.map(
                    lambda piece: comparison.compare(
                        column(piece), column([theirs[a] for a in piece])
                    ),
                    pieces[::-1],
                )
            )
        assert comparison.rows == len(theirs)
        found = comparison.differences()
    return list(
        zip(found.accounts.tolist(), found.ours.tolist(), found.theirs.tolist(), strict=True)
    )


def column(values: Sequence[int]) -> "np.typing.NDArray[np.int64]":
    return np.array(values, dtype=np.int64)


@given(figures, figures, st.integers(1, 4), st.integers(1, 9))
def test_every_difference_is_found_and_no_other(
    ours: dict[int, int], theirs: dict[int, int], parts: int, size: int
) -> None:
    expected = [
        (account, ours.get(account, 0), theirs.get(account, 0))
        for account in sorted({*ours, *theirs})
        if ours.get(account, 0) != theirs.get(account, 0)
    ]

    assert compared(ours, theirs, parts=parts, size=size, threads=1 + parts % 2) == expected


def test_a_holder_of_whom_nothing_is_told_differs() -> None:
    assert compared({1: 500, 2: 700}, {1: 500}) == [(2, 700, 0)]


def test_an_account_that_is_told_in_two_pieces_differs_by_what_the_second_tells() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "book"
        found_book(folder, [(column([4, 9]), column([10, 20]))], fund=FUND, on=ON)
        comparison = RegisterComparison(folder, on=ON, column=UNITS)
        comparison.compare(column([4, 9]), column([10, 20]))
        comparison.compare(column([4]), column([10]))
        found = comparison.differences()

    assert (found.accounts.tolist(), found.ours.tolist(), found.theirs.tolist()) == ([4], [0], [10])
