"""The loops over a block of a book: compiled, exact, and free of the interpreter's lock.

Figures come in small arrays of int64, since a compiled loop takes no objects. ``terms`` are
numerator, denominator, digit bits (`rules.selection.digit_bits`), theta, tie account and sign.
"""

import numpy as np
import numpy.typing as npt

from huoqi.kit.compiled import compiled, inlined

Int64 = npt.NDArray[np.int64]

NUMERATOR, DENOMINATOR, BITS, THETA, TIE, SIGN = range(6)
FIELD, LEVEL, PREFIX, SHIFT = range(4)
BUCKETS = 2**16
LOW_HALF = 2**32 - 1

# Places of the sums: each is kept in two halves that no block can overflow.
UNITS, FLOORS, WITH_REMAINDER, HOLDERS, LEAST = 0, 2, 4, 5, 6
INCOMES, ENDS, HELD = 0, 2, 4
SUMS = 8


@inlined
def _cut(units_e2: int, numerator: int, denominator: int, bits: int) -> tuple[int, int]:
    """Return whole fen and remainder of units × numerator by denominator.

    Without digits the part below one denominator times the numerator fits in 64 bits; with them
    it is multiplied a few bits at a time, as on paper.
    """
    wholes = units_e2 // denominator
    rest = units_e2 - wholes * denominator
    if bits == 0:
        product = rest * numerator
        floor = product // denominator
        return wholes * numerator + floor, product - floor * denominator
    floor, remainder, place = 0, 0, 0
    while (numerator >> place) >> bits:
        place += bits
    while place >= 0:
        digit = (numerator >> place) & ((1 << bits) - 1)
        carried = (remainder << bits) + rest * digit
        whole = carried // denominator
        remainder = carried - whole * denominator
        floor = (floor << bits) + whole
        place -= bits
    return wholes * numerator + floor, remainder


@inlined
def _cut_by_rate(units_e2: int, numerator: int) -> tuple[int, int]:
    """Return the same by the constant denominator of a rate, which compiles to a multiplication."""
    wholes = units_e2 // 1_000_000_000
    product = (units_e2 - wholes * 1_000_000_000) * numerator
    floor = product // 1_000_000_000
    return wholes * numerator + floor, product - floor * 1_000_000_000


@compiled
def apply_changes(units_e2: Int64, first: int, positions: Int64, deltas_e2: Int64) -> None:
    """Add the changes of a block whose first row has the position ``first``."""
    for i in range(positions.size):
        units_e2[positions[i] - first] += deltas_e2[i]


@compiled
def control_sums(units_e2: Int64, sums: Int64) -> None:
    """Add up a block's units, count its holders, and keep the least that anyone holds."""
    for i in range(units_e2.size):
        units = units_e2[i]
        sums[UNITS] += units >> 32
        sums[UNITS + 1] += units & LOW_HALF
        sums[HOLDERS] += units != 0
        sums[LEAST] = min(sums[LEAST], units)


@compiled
def survey(
    units_e2: Int64, accounts: Int64, terms: Int64, question: Int64, counts: Int64, sums: Int64
) -> None:
    """Count a block's holders by one digit of remainder or account, and add up what was cut."""
    numerator, denominator, bits = terms[NUMERATOR], terms[DENOMINATOR], terms[BITS]
    by_rate = denominator == 1_000_000_000 and bits == 0
    of_remainder = question[FIELD] == 0
    prefix, shift, level = question[PREFIX], question[SHIFT], question[LEVEL]
    for i in range(units_e2.size):
        if by_rate:
            floor, remainder = _cut_by_rate(units_e2[i], numerator)
        else:
            floor, remainder = _cut(units_e2[i], numerator, denominator, bits)
        sums[FLOORS] += floor >> 32
        sums[FLOORS + 1] += floor & LOW_HALF
        sums[WITH_REMAINDER] += remainder != 0
        if of_remainder:
            digit = remainder >> shift
        elif remainder == level:
            digit = accounts[i] >> shift
        else:
            continue
        if digit >> 16 == prefix:
            counts[digit & 0xFFFF] += 1


@compiled
def gather(
    units_e2: Int64, accounts: Int64, terms: Int64, question: Int64, found: Int64, count: int
) -> int:
    """Write remainder and account of the holders in question; return how many there are by now."""
    numerator, denominator, bits = terms[NUMERATOR], terms[DENOMINATOR], terms[BITS]
    of_remainder = question[FIELD] == 0
    prefix, shift, level = question[PREFIX], question[SHIFT], question[LEVEL]
    for i in range(units_e2.size):
        _, remainder = _cut(units_e2[i], numerator, denominator, bits)
        if of_remainder:
            asked = remainder >> shift == prefix
        else:
            asked = remainder == level and accounts[i] >> shift == prefix
        if asked:
            found[count, 0] = remainder
            found[count, 1] = accounts[i]
            count += 1
    return count


@compiled
def pay(units_e2: Int64, accounts: Int64, terms: Int64, incomes_fen: Int64) -> None:
    """Write each holder's income of the day: whole fen, and the odd fen beyond the threshold."""
    numerator, denominator, bits = terms[NUMERATOR], terms[DENOMINATOR], terms[BITS]
    theta, tie, sign = terms[THETA], terms[TIE], terms[SIGN]
    by_rate = denominator == 1_000_000_000 and bits == 0
    for i in range(units_e2.size):
        if by_rate:
            floor, remainder = _cut_by_rate(units_e2[i], numerator)
        else:
            floor, remainder = _cut(units_e2[i], numerator, denominator, bits)
        # Without a branch: which holders get an odd fen is as good as random.
        odd = (remainder > theta) | ((remainder == theta) & (accounts[i] <= tie))
        incomes_fen[i] = sign * (floor + odd)


@compiled
def carry(units_e2: Int64, incomes_fen: Int64, sums: Int64) -> None:
    """Make a block's incomes units, and add up both as they are written."""
    for i in range(units_e2.size):
        income = incomes_fen[i]
        units = units_e2[i] + income
        units_e2[i] = units
        sums[INCOMES] += income >> 32
        sums[INCOMES + 1] += income & LOW_HALF
        sums[ENDS] += units >> 32
        sums[ENDS + 1] += units & LOW_HALF
        sums[HELD] += units != 0


@compiled
def locate(accounts: Int64, wanted: Int64, positions: Int64) -> None:
    """Write where each wanted account stands, or -1; both columns ascend.

    It strides ahead from the last one found, so that few wanted ones skip most of the column.
    """
    low, size = 0, accounts.size
    for i in range(wanted.size):
        account = wanted[i]
        stride, high = 1, low
        while high < size and accounts[high] < account:
            low = high + 1
            high += stride
            stride *= 2
        high = min(high, size)
        while low < high:
            middle = (low + high) // 2
            if accounts[middle] < account:
                low = middle + 1
            else:
                high = middle
        positions[i] = low if low < size and accounts[low] == account else -1
