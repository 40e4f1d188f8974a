"""The simulated transfer agent's own arithmetic, in plain Python: it shares no code with ours.

Two books that agree because one routine wrote both would prove nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SCALE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Accrual:
    """A monthly carry: what had accrued before a day, less what left on it; whether it carries."""

    before_fen: Mapping[int, int]
    is_carry_day: bool


@dataclass(frozen=True, slots=True)
class DayResult:
    """A day of the register: units that earned, the fund's income, both at the end by account."""

    earning_units_e2: int
    income_fen: int
    units_e2: dict[int, int]
    accrued_fen: dict[int, int]


def close_day(
    opening_e2: Mapping[int, int],
    *,
    changes_e2: Sequence[tuple[int, int]],
    income_per_10k_e5: int,
    given_income_fen: int | None = None,
    accrual: Accrual | None = None,
) -> DayResult:
    """Return the register after a day: changes first, then the income on what is left.

    >>> close_day({1: 10_000}, changes_e2=[(2, 1_000_000)], income_per_10k_e5=136_920).units_e2
    {1: 10001, 2: 1000137}
    """
    units = dict(opening_e2)
    for account, delta in changes_e2:
        units[account] = units.get(account, 0) + delta
    # A day's changes count together: what was advanced and given back has no order of its own.
    assert all(held >= 0 for held in units.values()), "the register never owes units"
    units = {account: units[account] for account in sorted(units) if units[account]}
    total = sum(units.values())
    rate = abs(income_per_10k_e5)
    income = given_income_fen
    if income is None:
        magnitude = total * rate // SCALE
        income = -magnitude if income_per_10k_e5 < 0 else magnitude
    # A total against its rate's sign is the fund's own word: the rate then shares nothing.
    terms = (abs(income), total) if income * income_per_10k_e5 < 0 else (rate, SCALE)
    shares = _share(units, terms=terms, total=total, magnitude=abs(income))
    sign = -1 if income < 0 or (income == 0 and income_per_10k_e5 < 0) else 1
    earned = {account: sign * shares[account] for account in units}
    if accrual is None:
        return DayResult(total, income, _together(units, earned), {})
    accrued = _together(accrual.before_fen, earned)
    if accrual.is_carry_day:
        return DayResult(total, income, _together(units, accrued), {})
    return DayResult(total, income, units, accrued)


def holders_off(day: DayResult, *, params: Mapping[str, int]) -> DayResult:
    """Return a day on which some holders got other incomes than the rule says.

    ``holders`` of them, from the account ``customer_no`` on, get ``fen`` more each. What becomes
    of the fund's income says ``total``: 0 the account after each gets as much less, so that it
    stays; 1 it is as much more; 2 it stays though its holders got more, which contradicts itself.
    An account that could not give as much is passed over.

    >>> day = DayResult(30_000, 3, {100: 10_001, 101: 20_002}, {})
    >>> holders_off(day, params={"fen": 2}).units_e2
    {100: 10003, 101: 20000}
    >>> holders_off(DayResult(3, 0, {100: 1, 101: 2}, {}), params={"fen": 3}).units_e2
    {100: 1, 101: 2}
    """
    fen, total = params.get("fen", 3), params.get("total", 0)
    waiting = bool(day.accrued_fen)
    figures = dict(day.accrued_fen if waiting else day.units_e2)
    # Accounts below a hundred are the platform's own.
    first = max(100, params.get("customer_no", 0))
    accounts = [
        account
        for account, figure in figures.items()
        if account >= first and (waiting or figure + fen >= 0 <= figure - (0 if total else fen))
    ]
    by_fen: dict[int, int] = {}
    step = 1 if total else 2
    for n in range(0, min(len(accounts) + 1 - step, step * params.get("holders", 1)), step):
        by_fen[accounts[n]] = fen
        if not total:
            by_fen[accounts[n + 1]] = -fen
    figures = _together(figures, by_fen)
    assert waiting or all(held >= 0 for held in figures.values()), "the register never owes units"
    income = day.income_fen + (sum(by_fen.values()) if total == 1 else 0)
    kept = (day.units_e2, figures) if waiting else (figures, day.accrued_fen)
    return DayResult(day.earning_units_e2, income, *kept)


def _together(first: Mapping[int, int], second: Mapping[int, int]) -> dict[int, int]:
    """Return the sums by account, in account order, without those that come to nothing."""
    sums = {no: first.get(no, 0) + second.get(no, 0) for no in sorted({*first, *second})}
    return {account: figure for account, figure in sums.items() if figure}


def _share(
    units: Mapping[int, int], *, terms: tuple[int, int], total: int, magnitude: int
) -> dict[int, int]:
    """Return each account's part of the income: whole fen, the rest to the largest remainders."""
    numerator, denominator = terms
    while True:
        whole = {account: held * numerator // denominator for account, held in units.items()}
        rest = {account: held * numerator % denominator for account, held in units.items()}
        left = magnitude - sum(whole.values())
        if 0 <= left <= sum(1 for value in rest.values() if value):
            break
        assert denominator != total, "a total can always be shared by ratio"
        # The printed rate is too coarse for this total: share the total itself.
        numerator, denominator = magnitude, total
    queue = sorted(rest, key=lambda account: (-rest[account], account))
    for account in queue[:left]:
        whole[account] += 1
    return whole


def accepted_pro_rata(asked_e2: Sequence[int], *, limit_e2: int) -> list[int]:
    """Return how much of each redemption a large-redemption day lets through.

    Floor to 0.01 units; what is left over goes to the largest remainders, the earlier order first.

    >>> accepted_pro_rata([10_000_000, 3_333_333, 1_666_667], limit_e2=10_000_000)
    [6666667, 2222222, 1111111]
    """
    total = sum(asked_e2)
    if total <= limit_e2:
        return list(asked_e2)
    accepted = [asked * limit_e2 // total for asked in asked_e2]
    order = sorted(range(len(asked_e2)), key=lambda n: (-(asked_e2[n] * limit_e2 % total), n))
    for n in order[: limit_e2 - sum(accepted)]:
        accepted[n] += 1
    return accepted


def is_large(*, redeemed_e2: int, bought_e2: int, previous_units_e2: int) -> bool:
    """Tell whether net redemptions exceed a tenth of the previous day's units."""
    return 10 * (redeemed_e2 - bought_e2) > previous_units_e2
