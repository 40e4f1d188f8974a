"""Annualised yields from published income per 10,000 units: shown to people, never used for money.

Fund page, section 2. Decimal arithmetic with 50 digits is the reference; rounding is half-up
with ties away from zero; a year has 365 days in leap years too (unverified).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from math import prod

WINDOW_DAYS = 7
YEAR_DAYS = 365
# The manager's figure and ours may not differ by this much: 0.001 percentage point.
FLAG_FROM_E3 = 1
# Stated whole, so that a caller's own decimal settings can never reach a yield.
EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN)
# 1 + R/10,000 with R in 0.00001 yuan is (10**9 + R_e5) / 10**9.
GROWTH_SCALE = 9


class Carry(StrEnum):
    """How income becomes units: each day, or once a month."""

    DAILY = "daily"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class YieldOfDay:
    """The annualised yield of one date, and the number of days that it rests on.

    ``yield_7d_e3`` is None when a day inside the window has no published income: the figure is
    then "not available", never zero. With fewer than seven ``days`` the figure must be marked.
    """

    on: date
    yield_7d_e3: int | None
    days: int

    @property
    def is_full(self) -> bool:
        """Tell whether the figure rests on a whole week."""
        return self.days == WINDOW_DAYS


def half_up(numerator: int, *, denominator: int) -> int:
    """Return a quotient of integers rounded half-up, ties away from zero.

    >>> half_up(5, denominator=2), half_up(-5, denominator=2), half_up(-4, denominator=3)
    (3, -3, -1)
    """
    assert denominator > 0
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded


def _compounded_pct(growth: int, *, scale: int, days: int, decimals: int) -> int:
    """Return (growth × 10**-scale) ** (365 ÷ days) − 1 in percent, times 10**decimals."""
    factor = EXACT.scaleb(EXACT.create_decimal(growth), -scale)
    exponent = EXACT.divide(Decimal(YEAR_DAYS), Decimal(days))
    pct = EXACT.multiply(EXACT.subtract(EXACT.power(factor, exponent), Decimal(1)), Decimal(100))
    return int(EXACT.scaleb(pct, decimals).to_integral_value(rounding=ROUND_HALF_UP))


def _known(values: Sequence[int | None]) -> list[int] | None:
    """Return the values of one window when all of them are there."""
    assert 1 <= len(values) <= WINDOW_DAYS
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None


def daily_carry_yield_7d_e3(incomes_per_10k_e5: Sequence[int | None]) -> int | None:
    """Return the compound annualised yield of one to seven days, in 0.001 percent.

    Fewer than seven values take the exponent 365 ÷ n (project rule). None when a day is missing.

    >>> daily_carry_yield_7d_e3([157870, 154610, 146700, 142230, 138450, 136740, 136710])
    5425
    """
    known = _known(incomes_per_10k_e5)
    if known is None:
        return None
    assert all(income > -(10**GROWTH_SCALE) for income in known)
    growth = prod(10**GROWTH_SCALE + income for income in known)
    return _compounded_pct(growth, scale=GROWTH_SCALE * len(known), days=len(known), decimals=3)


def monthly_carry_yield_7d_e3(incomes_per_10k_e5: Sequence[int | None]) -> int | None:
    """Return the simple annualised yield of one to seven days, in 0.001 percent.

    The mean of the days times 365; exact, since no power is taken. None when a day is missing.

    >>> monthly_carry_yield_7d_e3([157870, 154610, 146700, 142230, 138450, 136740, 136710])
    5284
    """
    known = _known(incomes_per_10k_e5)
    if known is None:
        return None
    # Percent of 10,000 yuan is a division by 100; e5 to e3 is another.
    return half_up(sum(known) * YEAR_DAYS, denominator=len(known) * 10_000)


def yield_7d_e3(incomes_per_10k_e5: Sequence[int | None], *, carry: Carry) -> int | None:
    """Return the yield that a fund of this carry type publishes for one window."""
    if carry is Carry.DAILY:
        return daily_carry_yield_7d_e3(incomes_per_10k_e5)
    return monthly_carry_yield_7d_e3(incomes_per_10k_e5)


def sec_7day_yield_e2(incomes_per_share_e9: Sequence[int]) -> int:
    """Return the US seven-day current yield in 0.01 percent, from net income per 1.00 share.

    >>> sec_7day_yield_e2([118901, 118877, 118877, 118877, 119204, 119310, 119288])
    435
    """
    assert len(incomes_per_share_e9) == WINDOW_DAYS
    return simple_yield_e2(incomes_per_share_e9)


def sec_effective_yield_e2(incomes_per_share_e9: Sequence[int]) -> int:
    """Return the US seven-day effective yield in 0.01 percent (unverified for every filer).

    >>> sec_effective_yield_e2([118901, 118877, 118877, 118877, 119204, 119310, 119288])
    444
    """
    assert len(incomes_per_share_e9) == WINDOW_DAYS
    growth = 10**9 + sum(incomes_per_share_e9)
    assert growth > 0
    return _compounded_pct(growth, scale=9, days=WINDOW_DAYS, decimals=2)


def simple_yield_e2(incomes_per_share_e9: Sequence[int]) -> int:
    """Return the simple annualised yield in 0.01 percent: EU LVNAV over one day or seven.

    >>> simple_yield_e2([118901])
    434
    """
    assert 1 <= len(incomes_per_share_e9) <= WINDOW_DAYS
    # Income of a 1.00 share in e9, to percent × 100: 10**9 ÷ 10**4.
    days = len(incomes_per_share_e9)
    return half_up(sum(incomes_per_share_e9) * YEAR_DAYS, denominator=days * 10**5)


def yields_of_series(
    published: Iterable[tuple[date, int | None]], *, carry: Carry
) -> list[YieldOfDay]:
    """Return the yield of every date of a contiguous series, oldest first.

    The first six dates of a young fund rest on fewer than seven days and say so.

    >>> monday = date(2030, 1, 7)
    >>> yields_of_series([(monday, 110000)], carry=Carry.MONTHLY)
    [YieldOfDay(on=datetime.date(2030, 1, 7), yield_7d_e3=4015, days=1)]
    """
    window: list[int | None] = []
    before: date | None = None
    found = []
    for on, income_per_10k_e5 in published:
        assert before is None or on == before + timedelta(days=1)
        window = [*window[-WINDOW_DAYS + 1 :], income_per_10k_e5]
        found.append(YieldOfDay(on, yield_7d_e3(window, carry=carry), len(window)))
        before = on
    return found


def differs_by(published_e3: int | None, *, recomputed_e3: int | None) -> int | None:
    """Return published minus recomputed in 0.001 point; None when either is not available."""
    if published_e3 is None or recomputed_e3 is None:
        return None
    return published_e3 - recomputed_e3


def is_flagged(published_e3: int | None, *, recomputed_e3: int | None) -> bool:
    """Tell whether a manager's yield is off by 0.001 percentage point or more.

    >>> is_flagged(5425, recomputed_e3=5424), is_flagged(5425, recomputed_e3=5425)
    (True, False)
    """
    gap_e3 = differs_by(published_e3, recomputed_e3=recomputed_e3)
    return gap_e3 is not None and abs(gap_e3) >= FLAG_FROM_E3
