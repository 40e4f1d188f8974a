"""A made-up income curve: seeded, repeatable, with four decimals as managers publish them.

The yearly anchors follow the rise and fall of Chinese money-market rates; they are illustrative.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

# Yuan per 10,000 units × 10**4, reached on a date, straight lines between.
ANCHORS_E4: tuple[tuple[date, int], ...] = (
    (date(2007, 1, 1), 6_000),
    (date(2013, 1, 1), 10_500),
    (date(2014, 1, 15), 17_800),
    (date(2015, 5, 11), 13_300),
    (date(2015, 12, 31), 8_000),
    (date(2016, 12, 31), 8_500),
    (date(2018, 1, 15), 12_000),
    (date(2018, 12, 31), 8_500),
    (date(2020, 6, 30), 4_200),
    (date(2021, 12, 31), 5_800),
    (date(2023, 12, 31), 5_600),
    (date(2026, 12, 31), 3_000),
)
NOISE_E4 = 120
DECIMALS = 4


def curve_income_per_10k_e5(on: date, *, fund: str, seed: int) -> int:
    """Return the income of 10,000 units on a date in 0.00001 yuan, the fifth decimal zero.

    >>> curve_income_per_10k_e5(date(2015, 5, 11), fund="990001", seed=1) % 10
    0
    """
    digest = hashlib.sha256(f"{seed}|{fund}|{on.isoformat()}".encode()).digest()
    noise_e4 = int.from_bytes(digest[:4], "big") % (2 * NOISE_E4 + 1) - NOISE_E4
    return 10 * (_level_e4(on) + noise_e4)


def _level_e4(on: date) -> int:
    before_on, before_e4 = ANCHORS_E4[0]
    if on <= before_on:
        return before_e4
    for next_on, next_e4 in ANCHORS_E4[1:]:
        if on <= next_on:
            span, gone = (next_on - before_on).days, (on - before_on).days
            return before_e4 + (next_e4 - before_e4) * gone // span
        before_on, before_e4 = next_on, next_e4
    return before_e4


def manager_yield_7d_e3(incomes_per_10k_e5: Sequence[int]) -> int:
    """Return the compound annualised yield that the manager prints, in 0.001 percent.

    The manager's own computation, by logarithms; the platform's is another one.
    """
    assert incomes_per_10k_e5
    context = Context(prec=40)
    growth = Decimal(0)
    for income in incomes_per_10k_e5:
        growth = context.add(growth, context.ln(Decimal(10**9 + income).scaleb(-9)))
    year = context.exp(
        context.divide(context.multiply(growth, Decimal(365)), len(incomes_per_10k_e5))
    )
    pct_e3 = context.multiply(context.subtract(year, Decimal(1)), Decimal(100_000))
    return int(pct_e3.to_integral_value(rounding=ROUND_HALF_UP))


def simple_yield_7d_e3(incomes_per_10k_e5: Sequence[int]) -> int:
    """Return the simple annualised yield that a fund with a monthly carry prints, in 0.001 percent.

    >>> simple_yield_7d_e3([100_000] * 7)
    3650
    """
    assert incomes_per_10k_e5
    # Income in 0.00001 yuan on 10,000 yuan is 10**-9; times 100 percent, in thousandths: 10**-4.
    year = Decimal(sum(incomes_per_10k_e5)) * 365 / (len(incomes_per_10k_e5) * 10**4)
    return int(year.to_integral_value(rounding=ROUND_HALF_UP))
