"""Tries of a message: the schedule that the documentation gives, and rests of a receiver."""

from datetime import timedelta

import pytest

from huoqi.events.rules.retries import SCHEDULE_S, has_arrived, is_away, rest_after, retry_after


def test_a_message_is_tried_eleven_times_over_two_days() -> None:
    waits = [retry_after(tries) for tries in range(1, 12)]

    assert [wait.total_seconds() for wait in waits if wait] == list(SCHEDULE_S)
    assert waits[-1] is None
    assert timedelta(hours=44) < timedelta(seconds=sum(SCHEDULE_S)) < timedelta(hours=48)


def test_a_receiver_that_is_away_rests_a_minute_at_most() -> None:
    assert [rest_after(n).total_seconds() for n in (1, 2, 6, 7, 1_000)] == [1, 2, 32, 60, 60]


@pytest.mark.parametrize(
    ("status", "arrived", "away"),
    [
        (200, True, False),
        (204, True, False),
        (299, True, False),
        (302, False, False),
        (400, False, False),
        (410, False, False),
        (408, False, True),
        (429, False, True),
        (500, False, True),
        (None, False, True),
    ],
)
def test_what_answers_mean(status: int | None, *, arrived: bool, away: bool) -> None:
    assert (has_arrived(status), is_away(status)) == (arrived, away)
