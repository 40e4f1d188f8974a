"""How the agent shares a day's income among its holders: whole fen, the rest by remainder.

Its own arithmetic, in int64 columns where every product fits and in Python's integers where not.
Nothing here is used by the platform: two books that one routine wrote would prove nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]

RATE_SCALE = 1_000_000_000
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Shared:
    """The income of the fund and of each holder, in their order, with their sign."""

    income_fen: int
    incomes_fen: Int64


def total_of(values: Int64) -> int:
    """Return the sum of a column, beyond 64 bits too.

    >>> total_of(np.full(3, 2**62, dtype=np.int64)) == 3 * 2**62
    True
    """
    high, low = values >> 32, values & 0xFFFF_FFFF
    return (int(high.sum()) << 32) + int(low.sum())


def share_income(
    units_e2: Int64, *, income_per_10k_e5: int, given_income_fen: int | None = None
) -> Shared:
    """Return what a fund and its holders, in account order, earn on a day.

    A total that the rate is too coarse for, or that goes against its sign, is shared by ratio.

    >>> share_income(np.array([10_000, 1_000_000]), income_per_10k_e5=136_920).incomes_fen.tolist()
    [1, 137]
    """
    rate = abs(income_per_10k_e5)
    total_e2 = total_of(units_e2)
    income = given_income_fen
    if income is None:
        size = total_e2 * rate // RATE_SCALE
        income = -size if income_per_10k_e5 < 0 else size
    magnitude = abs(income)
    against = income * income_per_10k_e5 < 0
    shares = None if against else _shares(units_e2, rate, RATE_SCALE, magnitude)
    if shares is None:
        shares = _shares(units_e2, magnitude, total_e2, magnitude) if total_e2 else units_e2
    assert shares is not None, "a total can always be shared by ratio"
    return Shared(income, -shares if income < 0 else shares)


def _shares(units_e2: Int64, numerator: int, denominator: int, magnitude: int) -> Int64 | None:
    """Return the parts of a total, or None where this fraction of the units cannot make it up."""
    whole, rest = _quotients(units_e2, numerator, denominator)
    left = magnitude - total_of(whole)
    if not 0 <= left <= int(np.count_nonzero(rest)):
        return None
    if left:
        whole[_largest(rest, left)] += 1
    return whole


def _quotients(units_e2: Int64, numerator: int, denominator: int) -> tuple[Int64, Int64]:
    """Return the whole parts and the remainders of units times a fraction."""
    most = int(units_e2.max(initial=0))
    if most * numerator <= _MOST and denominator <= _MOST:
        products = units_e2 * np.int64(numerator)
        whole = products // np.int64(denominator)
        return whole, products - whole * np.int64(denominator)
    pairs = [divmod(held * numerator, denominator) for held in units_e2.tolist()]
    whole = np.array([quotient for quotient, _ in pairs], dtype=np.int64)
    return whole, np.array([remainder for _, remainder in pairs], dtype=np.int64)


def _largest(rest: Int64, count: int) -> Int64:
    """Return the rows of the largest remainders; among equal ones the first rows."""
    last = int(np.partition(rest, len(rest) - count)[len(rest) - count])
    above = np.flatnonzero(rest > last)
    equal = np.flatnonzero(rest == last)
    return np.concatenate([above, equal[: count - len(above)]])
