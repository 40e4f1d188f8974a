"""Watching: each closed trading day is looked through by the rules in force on it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from huoqi.compliance.cases import Finding
from huoqi.compliance.operations.cases import open_cases
from huoqi.compliance.rules.monitoring import (
    DAYS_MOST,
    USUAL,
    CustomerDay,
    Rule,
    Thresholds,
    findings,
    least_fen,
)
from huoqi.fund.customer_days import moved_on
from huoqi.kit.db import Work
from huoqi.policy.queries import rule_on

_OFF: Mapping[str, int] = MappingProxyType({})


def watch_day(work: Work, *, fund: str, on: date) -> int:
    """Open a case for everything unusual on a T day; return how many were opened.

    Safe to repeat: a rule opens one case a customer and day.
    """
    thresholds = thresholds_on(work, fund=fund, on=on)
    least = least_fen(thresholds)
    if least is None:
        return 0
    days = min(DAYS_MOST, thresholds.get(Rule.IN_AND_OUT, _OFF).get("days", 1))
    found = []
    for moved in moved_on(work, fund=fund, on=on, days=days, least_fen=least):
        day = CustomerDay(
            moved.in_fen,
            moved.in_count,
            moved.in_max_fen,
            moved.out_fen,
            moved.window_in_fen,
            moved.window_out_fen,
            moved.idle_days,
        )
        for rule, facts in findings(day, thresholds=thresholds).items():
            told: dict[str, int | str] = {**facts, "fund": fund}
            found.append(Finding(moved.shard, moved.customer_no, rule.value, on, told))
    return open_cases(work, found)


def thresholds_on(work: Work, *, fund: str, on: date) -> Thresholds:
    """Return the thresholds in force on a date: policy rows ``monitoring.<rule>``, else the usual.

    A row whose ``on`` is 0 switches its rule off. A threshold that it does not name is the usual.
    """
    found: dict[Rule, Mapping[str, int]] = {}
    for rule, usual in USUAL.items():
        row = rule_on(work, rule=f"monitoring.{rule.value}", fund=fund, on=on)
        value = row.value if row else {}
        if value.get("on") == 0:
            continue
        own = {name: value.get(name, limit) for name, limit in usual.items()}
        # Policy is written by two people, but a slip must not stop the night's work.
        found[rule] = {
            name: limit if isinstance(limit, int) and limit > 0 else usual[name]
            for name, limit in own.items()
        }
    return found
