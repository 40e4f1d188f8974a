"""The allocation of a day over columns of int64: the same answers as the scalar form, for volume.

Every product is kept inside 64 bits by splitting it; what cannot be split is left to Python's
own integers. The property tests hold this module equal to `allocation`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huoqi.fund.rules.allocation import (
    DayTotals,
    FundDayRow,
    Terms,
    candidate_terms,
    day_totals,
    is_feasible,
    row_of,
)

Int64 = npt.NDArray[np.int64]

LIMIT = 2**63
LOW_HALF = 2**32 - 1


@dataclass(frozen=True, slots=True)
class FundDayColumns:
    """A whole day's allocation: its row, its control figures, an income for each position."""

    row: FundDayRow
    totals: DayTotals
    incomes_fen: Int64


@dataclass(frozen=True, slots=True)
class _Cut:
    """The incomes after the cutting, under one candidate for the day's terms."""

    terms: Terms
    floors_fen: Int64
    remainders: Int64
    residual_fen: int

    @property
    def is_feasible(self) -> bool:
        """Tell whether what the cutting left over can be served."""
        count = int(np.count_nonzero(self.remainders))
        return is_feasible(self.residual_fen, remainder_count=count)


def exact_sum(values: Int64) -> int:
    """Return the sum of a column as a Python integer, beyond 64 bits too.

    >>> exact_sum(np.full(4, 2**62, dtype=np.int64)) == 2**64
    True
    """
    # Halves of 32 bits cannot overflow before two thousand million rows.
    return (int((values >> 32).sum()) << 32) + int((values & LOW_HALF).sum())


def divmod_of_products(units_e2: Int64, *, numerator: int, denominator: int) -> tuple[Int64, Int64]:
    """Return quotients and remainders of units × numerator by denominator, exactly.

    >>> floors, remainders = divmod_of_products(
    ...     np.array([169 * 10**12]), numerator=136_925, denominator=10**9)
    >>> int(floors[0]), int(remainders[0])
    (23140325000, 0)
    """
    assert numerator >= 0
    assert denominator > 0
    most = int(units_e2.max(initial=0))
    if most * numerator < LIMIT and denominator < LIMIT:
        return _divmod_direct(units_e2, numerator=numerator, denominator=denominator)
    if 4 * denominator <= LIMIT and most * numerator // denominator < LIMIT:
        return _divmod_by_digits(units_e2, numerator=numerator, denominator=denominator)
    return _divmod_by_python(units_e2, numerator=numerator, denominator=denominator)


def _divmod_direct(units_e2: Int64, *, numerator: int, denominator: int) -> tuple[Int64, Int64]:
    """Return quotients and remainders where every product fits in 64 bits."""
    products = units_e2 * np.int64(numerator)
    floors = products // np.int64(denominator)
    products -= floors * np.int64(denominator)
    return floors, products


def _divmod_by_digits(units_e2: Int64, *, numerator: int, denominator: int) -> tuple[Int64, Int64]:
    """Return quotients and remainders by long multiplication, a few bits of the numerator a time.

    With all units and remainders below the denominator, remainder × base + units × digit stays
    under 2 × denominator × base, which the choice of the base keeps under 2**63.
    """
    base_bits = (LIMIT // (2 * denominator)).bit_length() - 1
    wholes, rest = np.divmod(units_e2, np.int64(denominator))
    floors = np.zeros_like(units_e2)
    remainders = np.zeros_like(units_e2)
    digits = -(-numerator.bit_length() // base_bits)
    for place in reversed(range(digits)):
        digit = (numerator >> (place * base_bits)) & ((1 << base_bits) - 1)
        carried, remainders = np.divmod(
            (remainders << base_bits) + rest * np.int64(digit), np.int64(denominator)
        )
        floors = (floors << base_bits) + carried
    # Rows without whole denominators keep this product at nil, however large the numerator is.
    if int(wholes.max(initial=0)):
        floors += wholes * np.int64(numerator)
    return floors, remainders


def _divmod_by_python(units_e2: Int64, *, numerator: int, denominator: int) -> tuple[Int64, Int64]:
    """Return quotients and remainders one by one, for figures that no fund has had so far."""
    pairs = [divmod(units * numerator, denominator) for units in units_e2.tolist()]
    floors = np.array([floor for floor, _ in pairs], dtype=np.int64)
    return floors, np.array([remainder for _, remainder in pairs], dtype=np.int64)


def incomes_of(units_e2: Int64, *, accounts: Int64, row: FundDayRow) -> Int64:
    """Return every holder's income of a day in fen, from the published row alone."""
    floors_fen, remainders = divmod_of_products(
        units_e2, numerator=row.numerator, denominator=row.denominator
    )
    return _served(floors_fen, remainders=remainders, accounts=accounts, row=row)


def _served(floors_fen: Int64, *, remainders: Int64, accounts: Int64, row: FundDayRow) -> Int64:
    """Return the incomes: whole fen, the odd fen of those beyond the threshold, and the sign."""
    if row.theta >= row.denominator:
        return floors_fen * np.int64(row.sign)
    odd = remainders > row.theta
    odd |= (remainders == row.theta) & (accounts <= row.tie_account)
    return (floors_fen + odd) * np.int64(row.sign)


def allocate_columns(
    units_e2: Int64,
    *,
    accounts: Int64,
    income_per_10k_e5: int,
    fund_income_fen: int | None = None,
) -> FundDayColumns:
    """Return the exact allocation of one day, an income for each position of the columns.

    Account numbers must differ from each other; the control sum would find it if they did not.
    """
    assert units_e2.shape == accounts.shape
    assert int(units_e2.min(initial=0)) >= 0
    total_units_e2 = exact_sum(units_e2)
    candidates = candidate_terms(
        income_per_10k_e5=income_per_10k_e5,
        fund_income_fen=fund_income_fen,
        total_units_e2=total_units_e2,
    )
    attempts = (_attempt(units_e2, terms=terms) for terms in candidates)
    cut = next(attempt for attempt in attempts if attempt.is_feasible)
    row = _row(cut, accounts=accounts)
    incomes_fen = _served(cut.floors_fen, remainders=cut.remainders, accounts=accounts, row=row)
    totals = day_totals(cut.terms, total_units_e2=total_units_e2, residual_fen=cut.residual_fen)
    assert exact_sum(incomes_fen) == totals.total_income_fen
    return FundDayColumns(row, totals, incomes_fen)


def _attempt(units_e2: Int64, *, terms: Terms) -> _Cut:
    """Return whole fen and remainder of each position, and the fen left over."""
    floors_fen, remainders = divmod_of_products(
        units_e2, numerator=terms.numerator, denominator=terms.denominator
    )
    return _Cut(terms, floors_fen, remainders, terms.income_fen - exact_sum(floors_fen))


def _row(cut: _Cut, *, accounts: Int64) -> FundDayRow:
    """Return the day's row; the threshold is selected, the column is never sorted whole."""
    theta, tie_account = cut.terms.denominator, 0
    if cut.residual_fen:
        place = cut.remainders.size - cut.residual_fen
        theta = int(np.partition(cut.remainders, place)[place])
        beyond = int(np.count_nonzero(cut.remainders > theta))
        level = accounts[cut.remainders == theta]
        last = cut.residual_fen - beyond - 1
        tie_account = int(np.partition(level, last)[last])
    return row_of(cut.terms, theta=theta, tie_account=tie_account)
