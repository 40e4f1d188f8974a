"""A channel is stopped when half of its sends stay unanswered, one answer to a probe heals it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from huoqi.payments.rules.channel_health import (
    ALL_ANSWERED,
    PROBE_AFTER,
    WINDOW,
    ChannelHealth,
    Sends,
    after_sends,
    is_worth_noting,
    success_ppm,
)

NINE = datetime(2016, 3, 1, 1, 0, tzinfo=UTC)


def test_a_channel_that_answers_everything_is_not_written_down() -> None:
    assert not is_worth_noting(None, Sends(answered=500))
    assert after_sends(ALL_ANSWERED, Sends(answered=500), at=NINE, own_line=True) is None
    assert success_ppm(ALL_ANSWERED) == 1_000_000


def test_the_first_send_without_an_answer_begins_the_count() -> None:
    after = after_sends(ALL_ANSWERED, Sends(answered=9, unanswered=1), at=NINE, own_line=True)

    assert after == ChannelHealth(9, 1)
    assert success_ppm(after) == 900_000
    assert is_worth_noting(after, Sends(answered=1))


def test_ten_unanswered_that_are_half_of_all_stop_a_channel_for_five_minutes() -> None:
    nine_of_each = ChannelHealth(9, 9)
    after = after_sends(nine_of_each, Sends(answered=1, unanswered=1), at=NINE, own_line=True)

    assert after == ChannelHealth(10, 10, NINE, NINE + PROBE_AFTER)
    assert after.is_sick


def test_nine_unanswered_of_nine_do_not_stop_it() -> None:
    after = after_sends(ALL_ANSWERED, Sends(unanswered=9), at=NINE, own_line=True)

    assert after == ChannelHealth(0, 9)


def test_a_refused_connection_stops_a_channel_at_once_but_not_the_banks_own_line() -> None:
    refused = Sends(unanswered=1, refused=1)

    other = after_sends(ALL_ANSWERED, refused, at=NINE, own_line=False)
    assert other == ChannelHealth(0, 1, NINE, NINE + PROBE_AFTER)
    assert after_sends(ALL_ANSWERED, refused, at=NINE, own_line=True) == ChannelHealth(0, 1)
    beside = Sends(answered=1, unanswered=1, refused=1)
    assert after_sends(ALL_ANSWERED, beside, at=NINE, own_line=False) == ChannelHealth(1, 1)


def test_a_probe_without_an_answer_puts_the_next_off_and_an_answer_forgets_everything() -> None:
    sick = ChannelHealth(0, 10, NINE, NINE + PROBE_AFTER)
    later = NINE + PROBE_AFTER

    still = after_sends(sick, Sends(unanswered=1), at=later, own_line=True)
    assert still == ChannelHealth(0, 11, NINE, later + PROBE_AFTER)
    assert after_sends(sick, Sends(answered=1), at=later, own_line=True) is None


def test_old_sends_weigh_less_and_less_until_they_are_forgotten() -> None:
    health: ChannelHealth | None = ChannelHealth(100, 4)
    batches = 0
    while health is not None:
        health = after_sends(health, Sends(answered=150), at=NINE, own_line=True)
        batches += 1

    assert batches == 3


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=30),
    st.booleans(),
)
def test_counts_stay_within_the_window_and_rates_within_a_million(
    batches: list[tuple[int, int]], own_line: bool
) -> None:
    health = ALL_ANSWERED
    at = NINE
    for answered, unanswered in batches:
        after = after_sends(health, Sends(answered, unanswered), at=at, own_line=own_line)
        health = after or ALL_ANSWERED
        at += timedelta(minutes=1)

        assert 0 <= success_ppm(health) <= 1_000_000
        assert health.is_sick or health.answered + health.unanswered <= WINDOW
