"""A day's income, shared among the holders to the fen: what all receive is what the fund earned.

Fund page, section 3. Each holder's third decimal is cut; the fen that the cutting leaves over go
to the largest remainders, among equal ones to the lower account number (project rule).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, NamedTuple

from huoqi.kit.errors import DomainError

# Units in 0.01 times income per 10,000 units in 0.00001 yuan is income in 10**-9 fen.
RATE_DENOMINATOR = 10**9


class NoUnitsToShareOn(DomainError):
    """The manager gives the fund an income of the day, but nobody holds a unit."""

    code: ClassVar[str] = "fund.no_units_to_share_on"


class LossExceedsUnits(DomainError):
    """The loss of the day is larger than everything that the holders have."""

    code: ClassVar[str] = "fund.loss_exceeds_units"


class Mode(StrEnum):
    """What a holder's share is computed from: the published rate, or the given total."""

    RATE = "rate"
    RATIO = "ratio"


class Becoming(StrEnum):
    """What a day's income becomes at its end.

    Units at once (daily carry); accrued income (monthly carry); or, on a carry day, units
    together with all that had accrued.
    """

    UNITS = "units"
    ACCRUED = "accrued"
    CARRIED = "carried"


class Holding(NamedTuple):
    """The units of one account at the moment when the day's income is fixed."""

    account_no: int
    units_e2: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What the day's figures come to before any holder is served: magnitudes and one sign.

    ``signs_disagree`` asks for an alert: published rate and given total point in two directions.
    """

    mode: Mode
    sign: int
    numerator: int
    denominator: int
    income_fen: int
    signs_disagree: bool = False


@dataclass(frozen=True, slots=True)
class FundDayRow:
    """The one row from which any holder's income of a day can be computed alone.

    ``theta`` is the remainder of the last holder served with an odd fen, ``tie_account`` that
    holder's number; with nothing left over they are ``denominator`` and 0.
    """

    mode: Mode
    sign: int
    numerator: int
    denominator: int
    theta: int
    tie_account: int
    becomes: Becoming = Becoming.UNITS


@dataclass(frozen=True, slots=True)
class DayTotals:
    """The control figures of an allocated day; the income carries its sign."""

    total_units_e2: int
    total_income_fen: int
    residual_fen: int
    signs_disagree: bool


@dataclass(frozen=True, slots=True)
class FundDayAllocation:
    """A whole day's allocation: its row, its control figures, an income for each holding."""

    row: FundDayRow
    totals: DayTotals
    incomes_fen: tuple[int, ...]


def sign_of(value: int) -> int:
    """Return -1 for a negative figure, else 1."""
    return -1 if value < 0 else 1


def rate_terms(
    *, income_per_10k_e5: int, fund_income_fen: int | None, total_units_e2: int
) -> Terms | None:
    """Return the terms by the published rate, or None when the given total contradicts it.

    A total that is not given is the rate times all units, cut to the fen.
    """
    numerator = abs(income_per_10k_e5)
    derived_fen = total_units_e2 * numerator // RATE_DENOMINATOR
    sign = sign_of(income_per_10k_e5)
    if fund_income_fen is None:
        return Terms(Mode.RATE, sign, numerator, RATE_DENOMINATOR, derived_fen)
    if fund_income_fen and (numerator == 0 or sign_of(fund_income_fen) != sign):
        return None
    return Terms(Mode.RATE, sign, numerator, RATE_DENOMINATOR, abs(fund_income_fen))


def ratio_terms(*, income_per_10k_e5: int, fund_income_fen: int, total_units_e2: int) -> Terms:
    """Return the terms by which each holder gets the exact share of a given total."""
    if total_units_e2 == 0:
        raise NoUnitsToShareOn(fund_income_fen=fund_income_fen)
    disagree = income_per_10k_e5 * fund_income_fen < 0
    magnitude = abs(fund_income_fen)
    sign = sign_of(fund_income_fen)
    return Terms(Mode.RATIO, sign, magnitude, total_units_e2, magnitude, signs_disagree=disagree)


def candidate_terms(
    *, income_per_10k_e5: int, fund_income_fen: int | None, total_units_e2: int
) -> Iterator[Terms]:
    """Return the terms to try in order; the first whose left-over fen can be served is taken."""
    by_rate = rate_terms(
        income_per_10k_e5=income_per_10k_e5,
        fund_income_fen=fund_income_fen,
        total_units_e2=total_units_e2,
    )
    if by_rate is not None:
        yield _bearable(by_rate)
    # By a rate of its own making the total always fits, so here one was given.
    assert fund_income_fen is not None
    yield _bearable(
        ratio_terms(
            income_per_10k_e5=income_per_10k_e5,
            fund_income_fen=fund_income_fen,
            total_units_e2=total_units_e2,
        )
    )


def _bearable(terms: Terms) -> Terms:
    """Return the terms unless a holding could fall below zero under them."""
    if terms.sign < 0 and terms.numerator > terms.denominator:
        raise LossExceedsUnits(numerator=terms.numerator, denominator=terms.denominator)
    return terms


def is_feasible(residual_fen: int, *, remainder_count: int) -> bool:
    """Tell whether the left-over fen can go, one each, to holders with a remainder."""
    return 0 <= residual_fen <= remainder_count


def income_of(units_e2: int, *, account_no: int, row: FundDayRow) -> int:
    """Return one holder's income of a day in fen, from the published row alone.

    >>> row = FundDayRow(Mode.RATE, 1, 136_920, 10**9, theta=399_954_360, tie_account=3)
    >>> income_of(1_000_000, account_no=2, row=row), income_of(10_000, account_no=1, row=row)
    (137, 1)
    """
    floor_fen, remainder = divmod(units_e2 * row.numerator, row.denominator)
    return row.sign * (floor_fen + gets_odd_fen(remainder, account_no=account_no, row=row))


def gets_odd_fen(remainder: int, *, account_no: int, row: FundDayRow) -> bool:
    """Tell whether a remainder beats the day's threshold, or ties with a low enough account."""
    if remainder == row.theta:
        return account_no <= row.tie_account
    return remainder > row.theta


def allocate_day(
    holdings: Sequence[Holding],
    *,
    income_per_10k_e5: int,
    fund_income_fen: int | None = None,
) -> FundDayAllocation:
    """Return the exact allocation of one day, incomes in the order of the holdings.

    The total is the manager's figure when there is one, else the rate times all units. When the
    rounding of the published rate cannot be reconciled with a given total, each holder gets the
    exact share of the total instead (ratio mode), and the row records it.

    >>> holders = [Holding(1, units_e2=10_000), Holding(2, units_e2=1_000_000)]
    >>> allocate_day(holders, income_per_10k_e5=136_920).incomes_fen
    (1, 137)
    """
    assert all(holding.units_e2 >= 0 for holding in holdings)
    total_units_e2 = sum(holding.units_e2 for holding in holdings)
    candidates = candidate_terms(
        income_per_10k_e5=income_per_10k_e5,
        fund_income_fen=fund_income_fen,
        total_units_e2=total_units_e2,
    )
    attempts = (_attempt(holdings, terms=terms) for terms in candidates)
    cut = next(attempt for attempt in attempts if attempt.is_feasible)
    row = _row(cut, holdings=holdings)
    incomes_fen = tuple(
        row.sign * (floor_fen + gets_odd_fen(remainder, account_no=holding.account_no, row=row))
        for holding, (floor_fen, remainder) in zip(holdings, cut.parts, strict=True)
    )
    totals = day_totals(cut.terms, total_units_e2=total_units_e2, residual_fen=cut.residual_fen)
    assert sum(incomes_fen) == totals.total_income_fen
    return FundDayAllocation(row, totals, incomes_fen)


@dataclass(frozen=True, slots=True)
class _Cut:
    """The holders' incomes after the cutting, under one candidate for the day's terms."""

    terms: Terms
    parts: list[tuple[int, int]]
    residual_fen: int

    @property
    def is_feasible(self) -> bool:
        """Tell whether what the cutting left over can be served."""
        count = sum(remainder > 0 for _, remainder in self.parts)
        return is_feasible(self.residual_fen, remainder_count=count)


def _attempt(holdings: Sequence[Holding], *, terms: Terms) -> _Cut:
    """Return whole fen and remainder of each holder, and the fen left over."""
    parts = [divmod(h.units_e2 * terms.numerator, terms.denominator) for h in holdings]
    return _Cut(terms, parts, terms.income_fen - sum(floor_fen for floor_fen, _ in parts))


def day_totals(terms: Terms, *, total_units_e2: int, residual_fen: int) -> DayTotals:
    """Return the control figures of a day under its terms."""
    signed_fen = terms.sign * terms.income_fen
    return DayTotals(total_units_e2, signed_fen, residual_fen, terms.signs_disagree)


def _row(cut: _Cut, *, holdings: Sequence[Holding]) -> FundDayRow:
    """Return the day's row: the threshold is the last holder served."""
    theta, tie_account = cut.terms.denominator, 0
    if cut.residual_fen:
        queue = sorted(
            (-remainder, holding.account_no)
            for holding, (_, remainder) in zip(holdings, cut.parts, strict=True)
        )
        last_remainder, tie_account = queue[cut.residual_fen - 1]
        theta = -last_remainder
    return row_of(cut.terms, theta=theta, tie_account=tie_account)


def row_of(terms: Terms, *, theta: int, tie_account: int) -> FundDayRow:
    """Return the day's row under its terms, with the threshold that was found."""
    return FundDayRow(
        terms.mode, terms.sign, terms.numerator, terms.denominator, theta, tie_account
    )
