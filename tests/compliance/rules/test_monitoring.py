"""The rules of monitoring at their thresholds: met at them, not a fen below."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.compliance.rules.monitoring import (
    USUAL,
    CustomerDay,
    Rule,
    findings,
    least_fen,
)

QUIET = CustomerDay(0, 0, 0, 0, 0, 0, None)
FEN = st.integers(0, 10**12)
DAYS = st.builds(
    CustomerDay, FEN, st.integers(0, 50), FEN, FEN, FEN, FEN, st.none() | st.integers(0, 4_000)
)


def _met(day: CustomerDay) -> set[Rule]:
    return set(findings(day, thresholds=USUAL))


@pytest.mark.parametrize(
    ("rule", "met", "missed"),
    [
        (
            Rule.LARGE_DAY,
            replace(QUIET, in_fen=20_000_000, in_max_fen=20_000_000),
            {"in_fen": 19_999_999},
        ),
        (Rule.LARGE_DAY, replace(QUIET, out_fen=20_000_000), {"out_fen": 19_999_999}),
        (
            Rule.SPLIT,
            replace(QUIET, in_fen=5_000_000, in_count=5, in_max_fen=1_000_000),
            {"in_count": 4},
        ),
        (
            Rule.SPLIT,
            replace(QUIET, in_fen=5_000_000, in_count=5, in_max_fen=4_999_999),
            {"in_max_fen": 5_000_000},
        ),
        (
            Rule.SPLIT,
            replace(QUIET, in_fen=5_000_000, in_count=9, in_max_fen=1),
            {"in_fen": 4_999_999},
        ),
        (
            Rule.IN_AND_OUT,
            replace(QUIET, out_fen=1, window_in_fen=5_000_000, window_out_fen=4_500_000),
            {"window_out_fen": 4_499_999},
        ),
        (
            Rule.IN_AND_OUT,
            replace(QUIET, out_fen=1, window_in_fen=5_000_000, window_out_fen=5_000_000),
            {"window_in_fen": 4_999_999},
        ),
        (
            Rule.IN_AND_OUT,
            replace(QUIET, out_fen=1, window_in_fen=5_000_000, window_out_fen=5_000_000),
            {"out_fen": 0},
        ),
        (
            Rule.AWAKENED,
            replace(QUIET, in_fen=2_000_000, idle_days=180),
            {"idle_days": 179},
        ),
        (
            Rule.AWAKENED,
            replace(QUIET, in_fen=1_000_000, out_fen=1_000_000, idle_days=180),
            {"out_fen": 999_999},
        ),
        (Rule.AWAKENED, replace(QUIET, in_fen=2_000_000, idle_days=180), {"idle_days": None}),
    ],
)
def test_a_rule_is_met_at_its_threshold_and_not_below(
    rule: Rule, met: CustomerDay, missed: dict[str, int | None]
) -> None:
    assert rule in _met(met)
    assert rule not in _met(replace(met, **missed))  # type: ignore[arg-type] # fields by name


@given(day=DAYS)
def test_below_the_least_sum_nothing_is_found(day: CustomerDay) -> None:
    least = least_fen(USUAL)
    assert least is not None
    window = day.window_in_fen
    if max(day.in_fen + day.out_fen, window) < least:
        assert _met(day) == set()


@given(day=DAYS)
def test_a_rule_without_thresholds_is_off_and_the_others_stay(day: CustomerDay) -> None:
    for rule in Rule:
        rest = {each: limits for each, limits in USUAL.items() if each is not rule}
        assert set(findings(day, thresholds=rest)) == _met(day) - {rule}
    assert findings(day, thresholds={}) == {}
    assert least_fen({}) is None


def test_a_finding_tells_the_figures_that_say_so() -> None:
    day = replace(QUIET, out_fen=100, window_in_fen=6_000_000, window_out_fen=6_000_000)
    assert findings(day, thresholds=USUAL) == {
        Rule.IN_AND_OUT: {"in_fen": 6_000_000, "out_fen": 6_000_000, "days": 3, "percent": 90}
    }
