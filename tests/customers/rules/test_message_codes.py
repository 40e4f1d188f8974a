"""Codes hold ten minutes and five tries; five may be asked for in ten minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from huoqi.customers.rules.message_codes import (
    CodeExpired,
    CodeTooSoon,
    SentCode,
    refusal_to_send,
    refusal_to_try,
    window_after,
)

NOW = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _sent(*, ago: timedelta, count: int = 1, failures: int = 0, used: bool = False) -> SentCode:
    return SentCode(NOW - ago, NOW - ago, count, failures, used)


def test_the_sixth_code_in_ten_minutes_waits_for_the_window() -> None:
    last = _sent(ago=MINUTE, count=5)

    assert refusal_to_send(last, now=NOW) == CodeTooSoon(retry_after_s=540)
    assert refusal_to_send(_sent(ago=MINUTE, count=4), now=NOW) is None
    assert refusal_to_send(_sent(ago=10 * MINUTE, count=5), now=NOW) is None
    assert refusal_to_send(None, now=NOW) is None


def test_a_part_of_a_second_is_told_as_a_whole_one() -> None:
    last = _sent(ago=10 * MINUTE - timedelta(milliseconds=1), count=5)

    assert refusal_to_send(last, now=NOW) == CodeTooSoon(retry_after_s=1)


def test_the_count_begins_anew_with_the_window() -> None:
    assert window_after(None, now=NOW) == (NOW, 1)
    assert window_after(_sent(ago=MINUTE, count=2), now=NOW) == (NOW - MINUTE, 3)
    assert window_after(_sent(ago=10 * MINUTE, count=5), now=NOW) == (NOW, 1)


@pytest.mark.parametrize(
    ("last", "waits"),
    [
        (None, False),
        (_sent(ago=MINUTE), True),
        (_sent(ago=MINUTE, failures=4), True),
        (_sent(ago=MINUTE, failures=5), False),
        (_sent(ago=MINUTE, used=True), False),
        (_sent(ago=10 * MINUTE), False),
    ],
    ids=["never sent", "fresh", "four wrong", "five wrong", "used", "ten minutes old"],
)
def test_a_code_waits_while_it_is_fresh_unused_and_not_tried_out(
    last: SentCode | None, waits: bool
) -> None:
    refusal = refusal_to_try(last, now=NOW)

    assert refusal == (None if waits else CodeExpired())
