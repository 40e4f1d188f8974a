"""How the agent answers a trading day's orders: magic amounts, what a holder has, a large day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

OK, REJECTED, NO_UNITS, CUT_TO_NOTHING = "0000", "1013", "2001", "2002"
PURCHASE, REDEMPTION, FAST_TRANSFER = "022", "024", "098"
LEAST_SHARE_PCT = 10
_LARGE_PCT = 10
_REJECTED_ENDING, _PARTLY_ENDING, LATE_ENDING = 13, 17, 19


@dataclass(frozen=True, slots=True)
class Trade:
    """An order that waits for an answer."""

    serial: str
    order_on: int
    fund: str
    business: str
    account_no: int
    amount_fen: int
    units_e2: int
    defers: bool
    takes_income: bool
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class Gate:
    """What a large-redemption day lets through, in percent of the units; None is all."""

    accept_pct: int | None = None
    defers: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the agent decided about an order."""

    trade: Trade
    code: str
    units_e2: int = 0
    amount_fen: int = 0
    deferred_e2: int = 0
    income_fen: int = 0


def answers_to(
    trades: Sequence[Trade], *, held_e2: Mapping[int, int], total_e2: int, gate: Gate
) -> list[Answer]:
    """Return an answer an order, purchases first.

    ``held_e2`` has the units of the accounts that redeem, ``total_e2`` those of the fund.
    """
    bought = [_bought(trade) for trade in trades if trade.business == PURCHASE]
    wanted = _wanted(trades, held_e2=held_e2)
    asked_e2 = [units for _, units in wanted]
    let_e2 = asked_e2
    if gate.accept_pct is not None and is_large_day(trades, held_e2=held_e2, total_e2=total_e2):
        share = max(gate.accept_pct, LEAST_SHARE_PCT)
        let_e2 = pro_rata(asked_e2, limit_e2=total_e2 * share // 100)
    redeemed = [
        _redeemed(trade, wanted_e2=want, let_e2=let, gate=gate)
        for (trade, want), let in zip(wanted, let_e2, strict=True)
    ]
    return bought + redeemed


def is_large_day(trades: Sequence[Trade], *, held_e2: Mapping[int, int], total_e2: int) -> bool:
    """Tell whether net redemptions are more than a tenth of the fund's units."""
    out_e2 = sum(units for _, units in _wanted(trades, held_e2=held_e2))
    in_e2 = sum(_bought(trade).units_e2 for trade in trades if trade.business == PURCHASE)
    return 100 * (out_e2 - in_e2) > _LARGE_PCT * total_e2


def pro_rata(asked_e2: Sequence[int], *, limit_e2: int) -> list[int]:
    """Return how much of each redemption is let through, in all so much as may leave.

    >>> pro_rata([10_000_000, 3_333_333, 1_666_667], limit_e2=10_000_000)
    [6666667, 2222222, 1111111]
    """
    total = sum(asked_e2)
    if total <= limit_e2:
        return list(asked_e2)
    parts = [divmod(asked * limit_e2, total) for asked in asked_e2]
    left = limit_e2 - sum(whole for whole, _ in parts)
    first = sorted(range(len(parts)), key=lambda row: (-parts[row][1], row))[:left]
    return [whole + (row in first) for row, (whole, _) in enumerate(parts)]


def with_accrued(
    answers: Sequence[Answer], *, held_e2: Mapping[int, int], accrued_fen: Mapping[int, int]
) -> list[Answer]:
    """Return the answers; the one that takes an account's last units takes its accrued income.

    It has to ask for a gain; a loss goes with the last units in any case, and never takes more.
    """
    left = dict(held_e2)
    for answer in answers:
        sign = 1 if answer.trade.business == PURCHASE else -1
        account = answer.trade.account_no
        left[account] = left.get(account, 0) + sign * answer.units_e2
    owed = dict(accrued_fen)
    paid = []
    for answer in reversed(answers):
        account, income = answer.trade.account_no, 0
        gives = answer.trade.business == REDEMPTION and answer.units_e2 and not left[account]
        if gives and (answer.trade.takes_income or owed.get(account, 0) < 0):
            income = max(owed.pop(account, 0), -answer.units_e2)
        paid.append(replace(answer, income_fen=income))
    return paid[::-1]


def _bought(trade: Trade) -> Answer:
    ending = trade.amount_fen % 100
    if ending == _REJECTED_ENDING:
        return Answer(trade, REJECTED)
    fen = trade.amount_fen // 2 if ending == _PARTLY_ENDING else trade.amount_fen
    return Answer(trade, OK, units_e2=fen, amount_fen=fen)


def _wanted(trades: Sequence[Trade], *, held_e2: Mapping[int, int]) -> list[tuple[Trade, int]]:
    """Return the redemptions with what their holders can give, first come first served."""
    left = dict(held_e2)
    wanted = []
    for trade in trades:
        if trade.business == REDEMPTION:
            has = left.get(trade.account_no, 0)
            units = min(trade.units_e2, has)
            left[trade.account_no] = has - units
            wanted.append((trade, units))
    return wanted


def _redeemed(trade: Trade, *, wanted_e2: int, let_e2: int, gate: Gate) -> Answer:
    waits = wanted_e2 - let_e2 if gate.defers and trade.defers else 0
    if not wanted_e2:
        return Answer(trade, NO_UNITS)
    if not let_e2 and not waits:
        return Answer(trade, CUT_TO_NOTHING)
    return Answer(trade, OK, units_e2=let_e2, amount_fen=let_e2, deferred_e2=waits)
