"""Sharing cash among heirs by parts, to the fen."""

from collections.abc import Sequence


def shared(amount_fen: int, *, parts: Sequence[int]) -> list[int]:
    """Return what each of some parts of an amount is; the sum is the amount.

    Odd fen go to the largest remainders, of equal ones to the first.

    >>> shared(100, parts=[1, 1, 1])
    [34, 33, 33]
    """
    assert amount_fen >= 0
    assert parts
    assert all(part > 0 for part in parts)
    whole = sum(parts)
    floors = [amount_fen * part // whole for part in parts]
    rests = [amount_fen * part % whole for part in parts]
    odd = amount_fen - sum(floors)
    for place in sorted(range(len(parts)), key=lambda place: (-rests[place], place))[:odd]:
        floors[place] += 1
    return floors
