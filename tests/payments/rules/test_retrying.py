"""Only what is proven not to have moved money is tried again, and never without end."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import REJECT_CODES
from huoqi.payments.rules.retrying import (
    MOST_TRIES,
    NO_ROUTE,
    NOT_EXECUTED,
    NextTry,
    next_tries,
)

AT_ONCE = timedelta(0)


def test_a_payout_without_a_route_goes_over_another_channel_or_waits_longer_each_time() -> None:
    switch = NextTry(avoids_tried=True, after=AT_ONCE)
    pauses = []
    for attempt in (1, 2, 3):
        first, second = next_tries(NO_ROUTE, attempt=attempt, direction=Direction.PAYOUT)
        assert first == switch
        assert not second.avoids_tried
        pauses.append(second.after)

    assert pauses == [timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6)]


def test_a_payout_that_statements_prove_absent_is_sent_anew() -> None:
    found = next_tries(NOT_EXECUTED, attempt=1, direction=Direction.PAYOUT)

    assert found == (NextTry(avoids_tried=False, after=AT_ONCE),)


def test_a_debit_is_tried_over_another_channel_at_once_and_never_later() -> None:
    (only,) = next_tries(NO_ROUTE, attempt=1, direction=Direction.COLLECT)

    assert only == NextTry(avoids_tried=True, after=AT_ONCE)
    assert next_tries(NOT_EXECUTED, attempt=1, direction=Direction.COLLECT) == ()


@given(
    st.sampled_from([*REJECT_CODES.values(), "", NOT_EXECUTED]),
    st.integers(1, 10),
    st.sampled_from(list(Direction)),
)
def test_the_cards_own_refusals_and_the_last_try_end_it(
    reason: str, attempt: int, direction: Direction
) -> None:
    found = next_tries(reason, attempt=attempt, direction=direction)

    if attempt >= MOST_TRIES or reason not in (NO_ROUTE, NOT_EXECUTED):
        assert found == ()
    assert len(found) <= 2
