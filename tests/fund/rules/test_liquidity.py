"""The line's day is projected by the hours of the days before, and never too low."""

from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.rules.liquidity import (
    Throttle,
    TimeOfDay,
    projected,
    runs_out_in_hour,
    throttle_of,
)

# A tenth of the day's advances at 09:00, a half at 12:00, the rest at 20:00.
BUSY_HOURS = [0] * 9 + [100] + [0] * 2 + [500] + [0] * 7 + [400] + [0] * 3


def test_a_day_like_the_days_before_comes_to_their_share() -> None:
    noon = projected(10_000, now=TimeOfDay(12, 0), before_fen=BUSY_HOURS)

    assert noon.day_fen == 100_000
    assert noon.rest_fen == 90_000
    assert noon.by_hour_end_fen[12] == 60_000
    assert noon.by_hour_end_fen[11] == 10_000


def test_a_half_hour_counts_half_of_its_hour() -> None:
    half_past_twelve = projected(35_000, now=TimeOfDay(12, 30), before_fen=BUSY_HOURS)

    assert half_past_twelve.day_fen == 100_000


def test_before_the_first_share_of_the_day_nothing_is_guessed() -> None:
    early = projected(700, now=TimeOfDay(3, 0), before_fen=BUSY_HOURS)

    assert (early.day_fen, early.rest_fen) == (700, 0)
    assert early.by_hour_end_fen == (700,) * 24


def test_without_days_before_every_minute_counts_the_same() -> None:
    assert projected(100, now=TimeOfDay(8, 0), before_fen=[0] * 24).day_fen == 300


def test_an_odd_fen_is_rounded_up() -> None:
    assert projected(1, now=TimeOfDay(7, 0), before_fen=[0] * 24).day_fen == 4


@given(
    st.integers(0, 10**12),
    st.integers(0, 23),
    st.integers(0, 59),
    st.lists(st.integers(0, 10**10), min_size=24, max_size=24),
)
def test_the_projection_is_never_below_what_is_advanced_and_never_falls(
    today_fen: int, hour: int, minute: int, before_fen: list[int]
) -> None:
    found = projected(today_fen, now=TimeOfDay(hour, minute), before_fen=before_fen)

    assert found.day_fen == today_fen + found.rest_fen
    assert found.rest_fen >= 0
    assert list(found.by_hour_end_fen) == sorted(found.by_hour_end_fen)
    assert found.by_hour_end_fen[-1] == found.day_fen


def test_the_hour_in_which_the_line_runs_out_is_named() -> None:
    now = TimeOfDay(12, 0)
    noon = projected(10_000, now=now, before_fen=BUSY_HOURS)

    assert runs_out_in_hour(noon, today_fen=10_000, left_fen=50_000, now=now) == 12
    assert runs_out_in_hour(noon, today_fen=10_000, left_fen=50_001, now=now) == 20
    assert runs_out_in_hour(noon, today_fen=10_000, left_fen=90_001, now=now) is None
    quiet = projected(0, now=now, before_fen=BUSY_HOURS)
    assert runs_out_in_hour(quiet, today_fen=0, left_fen=0, now=now) is None


def test_the_throttle_says_what_is_left() -> None:
    assert throttle_of(limit_fen=None, used_fen=5, rest_fen=9) is Throttle.UNLIMITED
    assert throttle_of(limit_fen=1_000, used_fen=1_000, rest_fen=0) is Throttle.EXHAUSTED
    assert throttle_of(limit_fen=1_000, used_fen=901, rest_fen=0) is Throttle.LOW
    assert throttle_of(limit_fen=1_000, used_fen=900, rest_fen=0) is Throttle.OPEN
    assert throttle_of(limit_fen=1_000, used_fen=500, rest_fen=501) is Throttle.LOW
