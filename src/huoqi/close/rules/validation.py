"""Whether a manager's figures of a day can be believed, before anything is computed from them.

A refusal stops the day; a flag is shown and the day goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huoqi.fund.rules.yields import WINDOW_DAYS, Carry, is_flagged, yield_7d_e3

# A money fund at constant 1.00 does not earn 1 % in a day; a feed that says so is another column.
INCOME_BAND_E5 = 10_000_000
# In some feeds the column of the unit price holds the income, or the other way round.
NAV_E5 = 100_000


class Refusal(StrEnum):
    """Why a day's figures are not used."""

    WRONG_FUND = "wrong_fund"
    WRONG_DATE = "wrong_date"
    NEXT_TRADING_DAY = "next_trading_day"
    OUTSIDE_BAND = "outside_band"
    TOTAL_UNITS = "total_units"
    TOTAL_INCOME = "total_income"
    REGISTER_COUNT = "register_count"
    NEGATIVE_INCOME = "negative_income"


class Flag(StrEnum):
    """What somebody should look at, though the day closes."""

    YIELD_DIFFERS = "yield_differs"
    LOOKS_LIKE_NAV = "looks_like_nav"
    NEGATIVE = "negative"
    FAR_FROM_YESTERDAY = "far_from_yesterday"
    SIGNS_DISAGREE = "signs_disagree"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the manager says about a day, with the totals of its register at the day's end."""

    fund: str
    on: date
    income_per_10k_e5: int
    yield_7d_e3: int | None
    total_units_e2: int
    total_income_fen: int | None
    next_trading_day: date | None
    register_units_e2: int
    register_sum_e2: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What we know ourselves: the day, our units that earn, the rates before, and what is allowed.

    ``rates_e5`` are the published rates of up to six days before, oldest first; None where a day
    has none. ``needs_approval`` says that a negative day waits for two people.
    """

    fund: str
    on: date
    total_units_e2: int
    next_trading_day: date | None
    rates_e5: Sequence[int | None]
    carry: Carry
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason to refuse, with both sides where they are figures."""

    reason: Refusal
    ours: int | None = None
    theirs: int | None = None
    detail: str = ""


def refusals(figures: Figures, *, expected: Expected) -> list[Refused]:
    """Return every reason not to use a day's figures, in a fixed order."""
    found = [
        *_identity_refusals(figures, expected=expected),
        *_total_refusals(figures, expected=expected),
    ]
    if abs(figures.income_per_10k_e5) > INCOME_BAND_E5:
        found.append(Refused(Refusal.OUTSIDE_BAND, INCOME_BAND_E5, figures.income_per_10k_e5))
    if figures.income_per_10k_e5 < 0 and expected.needs_approval:
        found.append(Refused(Refusal.NEGATIVE_INCOME, 0, figures.income_per_10k_e5))
    return found


def _identity_refusals(figures: Figures, *, expected: Expected) -> list[Refused]:
    """Return refusals of figures that are about something else."""
    found = []
    if figures.fund != expected.fund:
        found.append(Refused(Refusal.WRONG_FUND, detail=f"{expected.fund} {figures.fund}"))
    if figures.on != expected.on:
        found.append(Refused(Refusal.WRONG_DATE, detail=f"{expected.on} {figures.on}"))
    theirs = figures.next_trading_day
    ours = expected.next_trading_day
    if theirs is not None and ours is not None and theirs != ours:
        found.append(Refused(Refusal.NEXT_TRADING_DAY, detail=f"{ours} {theirs}"))
    return found


def _total_refusals(figures: Figures, *, expected: Expected) -> list[Refused]:
    """Return refusals of totals: units that earn, the register's own sum, its income."""
    found = []
    if figures.total_units_e2 != expected.total_units_e2:
        found.append(Refused(Refusal.TOTAL_UNITS, expected.total_units_e2, figures.total_units_e2))
    if figures.register_sum_e2 != figures.register_units_e2:
        found.append(
            Refused(Refusal.REGISTER_COUNT, figures.register_sum_e2, figures.register_units_e2)
        )
    if figures.total_income_fen is None or expected.carry is not Carry.DAILY:
        return found
    # Of a daily carry, what the holders of the register got is the growth of its units.
    holders_fen = figures.register_units_e2 - figures.total_units_e2
    if holders_fen != figures.total_income_fen:
        found.append(Refused(Refusal.TOTAL_INCOME, holders_fen, figures.total_income_fen))
    return found


def recomputed_yield_e3(figures: Figures, *, expected: Expected) -> int | None:
    """Return our own yield of the day from published rates; None without a whole week of them.

    A manager knows the days before a fund came onto our shelf, so a shorter window of ours says
    nothing about its figure.
    """
    rates_e5 = [*expected.rates_e5, figures.income_per_10k_e5]
    return yield_7d_e3(rates_e5, carry=expected.carry) if len(rates_e5) == WINDOW_DAYS else None


def flags(figures: Figures, *, expected: Expected) -> list[Flag]:
    """Return what is odd about a day's figures without being a reason to refuse them."""
    rate_e5 = figures.income_per_10k_e5
    before_e5 = expected.rates_e5[-1] if expected.rates_e5 else None
    ours_e3 = recomputed_yield_e3(figures, expected=expected)
    income_fen = figures.total_income_fen or 0
    odd = {
        Flag.YIELD_DIFFERS: is_flagged(figures.yield_7d_e3, recomputed_e3=ours_e3),
        Flag.LOOKS_LIKE_NAV: rate_e5 == NAV_E5,
        Flag.NEGATIVE: rate_e5 < 0,
        Flag.FAR_FROM_YESTERDAY: before_e5 is not None and _is_far(rate_e5, before_e5=before_e5),
        Flag.SIGNS_DISAGREE: rate_e5 * income_fen < 0,
    }
    return [flag for flag, is_odd in odd.items() if is_odd]


def _is_far(rate_e5: int, *, before_e5: int) -> bool:
    """Tell whether a rate is more than three times yesterday's, or less than a third of it."""
    low, high = sorted((abs(rate_e5), abs(before_e5)))
    return high > 3 * low
