"""An application is asked about again in longer and longer steps, for two weeks."""

from datetime import UTC, datetime, timedelta

import pytest

from huoqi.customers.rules.applications import GIVE_UP_AFTER, gives_up, next_ask_at

AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ask_count", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 1_440), (40, 1_440)]
)
def test_the_waits_grow_to_a_day(ask_count: int, minutes: int) -> None:
    assert next_ask_at(AT, ask_count=ask_count) == AT + timedelta(minutes=minutes)


def test_after_two_weeks_we_give_up() -> None:
    assert not gives_up(AT + GIVE_UP_AFTER - timedelta(seconds=1), submitted_at=AT)
    assert gives_up(AT + GIVE_UP_AFTER, submitted_at=AT)
