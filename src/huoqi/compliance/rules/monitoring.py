"""What is unusual about a customer's day with a fund, by dated thresholds; finds, never judges."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What is looked for. Each has a dated policy row ``monitoring.<rule>`` with its thresholds."""

    LARGE_DAY = "large_day"
    SPLIT = "split"
    IN_AND_OUT = "in_and_out"
    AWAKENED = "awakened"


#: Thresholds where no policy row is in force: own choices, illustrative, none of any authority.
USUAL: Mapping[Rule, Mapping[str, int]] = {
    Rule.LARGE_DAY: {"amount_fen": 20_000_000},
    Rule.SPLIT: {"amount_fen": 5_000_000, "count": 5},
    Rule.IN_AND_OUT: {"amount_fen": 5_000_000, "percent": 90, "days": 3},
    Rule.AWAKENED: {"amount_fen": 2_000_000, "days": 180},
}
#: How far back ``IN_AND_OUT`` may look, so that one read serves all rules.
DAYS_MOST = 31


@dataclass(frozen=True, slots=True)
class CustomerDay:
    """What one customer moved with a fund on a day; cancelled and failed orders do not count.

    ``in_max_fen`` is the largest purchase, ``window_…`` are sums of the last days, this one
    included, ``idle_days`` how long nothing was ordered before; None for a first order.
    """

    in_fen: int
    in_count: int
    in_max_fen: int
    out_fen: int
    window_in_fen: int
    window_out_fen: int
    idle_days: int | None


Facts = Mapping[str, int]
Thresholds = Mapping[Rule, Mapping[str, int]]


def findings(day: CustomerDay, *, thresholds: Thresholds) -> dict[Rule, Facts]:
    """Return which rules a customer's day meets, each with the figures that say so.

    A rule without thresholds is switched off.

    >>> day = CustomerDay(20_000_000, 1, 20_000_000, 0, 20_000_000, 0, None)
    >>> [rule.value for rule in findings(day, thresholds=USUAL)]
    ['large_day']
    """
    judges = {
        Rule.LARGE_DAY: _large_day,
        Rule.SPLIT: _split,
        Rule.IN_AND_OUT: _in_and_out,
        Rule.AWAKENED: _awakened,
    }
    found: dict[Rule, Facts] = {}
    for rule, judge in judges.items():
        limits = thresholds.get(rule)
        facts = judge(day, limits) if limits else None
        if facts is not None:
            found[rule] = facts
    return found


def least_fen(thresholds: Thresholds) -> int | None:
    """Return below which sum of a day no rule can be met; None where no rule is on.

    >>> least_fen(USUAL)
    2000000
    """
    return min((limits["amount_fen"] for limits in thresholds.values()), default=None)


def _large_day(day: CustomerDay, limits: Mapping[str, int]) -> Facts | None:
    if max(day.in_fen, day.out_fen) < limits["amount_fen"]:
        return None
    return {"in_fen": day.in_fen, "out_fen": day.out_fen, "threshold_fen": limits["amount_fen"]}


def _split(day: CustomerDay, limits: Mapping[str, int]) -> Facts | None:
    """Many purchases, each below a figure that their sum reaches."""
    threshold = limits["amount_fen"]
    if day.in_count < limits["count"] or day.in_fen < threshold or day.in_max_fen >= threshold:
        return None
    return {"in_fen": day.in_fen, "count": day.in_count, "threshold_fen": threshold}


def _in_and_out(day: CustomerDay, limits: Mapping[str, int]) -> Facts | None:
    """Money that hardly stays: of what came in within some days almost all has left again."""
    came, left = day.window_in_fen, day.window_out_fen
    if not day.out_fen or came < limits["amount_fen"] or left * 100 < came * limits["percent"]:
        return None
    return {"in_fen": came, "out_fen": left, "days": limits["days"], "percent": limits["percent"]}


def _awakened(day: CustomerDay, limits: Mapping[str, int]) -> Facts | None:
    idle = day.idle_days
    moved = day.in_fen + day.out_fen
    if idle is None or idle < limits["days"] or moved < limits["amount_fen"]:
        return None
    return {"idle_days": idle, "in_fen": day.in_fen, "out_fen": day.out_fen}
