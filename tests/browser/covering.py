"""A few combinations in which every pair of values meets: pairwise tests."""

from collections.abc import Sequence
from itertools import combinations

Row = tuple[int, ...]


def pairwise(sizes: Sequence[int]) -> list[Row]:
    """Return rows, one position a dimension, so that any two values of two dimensions meet.

    Greedy: each new row is begun by a pair not met yet and takes, dimension by dimension, the
    value that meets most that is left. The same sizes give the same rows.

    >>> pairwise([2, 2, 2])
    [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]
    """
    left = {
        ((i, a), (j, b))
        for i, j in combinations(range(len(sizes)), 2)
        for a in range(sizes[i])
        for b in range(sizes[j])
    }
    rows: list[Row] = []
    while left:
        chosen = dict(min(left))
        for place, size in enumerate(sizes):
            if place not in chosen:
                known = dict(chosen)
                met = [_met(left, known, place, value) for value in range(size)]
                best = [value for value in range(size) if met[value] == max(met)]
                # Among equals another one each time, so that no combination prevails.
                chosen[place] = best[(len(rows) + place) % len(best)]
        row = tuple(chosen[place] for place in range(len(sizes)))
        left -= set(pairs_of(row))
        rows.append(row)
    return rows


def pairs_of(row: Row) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the pairs that meet in a row."""
    return list(combinations(enumerate(row), 2))


def _met(
    left: set[tuple[tuple[int, int], tuple[int, int]]],
    chosen: dict[int, int],
    place: int,
    value: int,
) -> int:
    return sum(
        (min((place, value), other), max((place, value), other)) in left for other in chosen.items()
    )
