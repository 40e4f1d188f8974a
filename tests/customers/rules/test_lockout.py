"""Five wrong payment passwords in a row lock for three hours; a change cools down for a day."""

from datetime import UTC, datetime, timedelta

from huoqi.customers.rules.lockout import (
    LOCKED_FOR,
    Lock,
    PaymentPasswordLocked,
    PaymentPasswordWrong,
    after_failure,
    cool_down_until,
    refusal_after,
    refusal_while_locked,
)

AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)


def test_the_fifth_wrong_one_in_a_row_locks() -> None:
    lock = Lock()
    answers = []
    for _ in range(5):
        lock = after_failure(lock, at=AT)
        answers.append(refusal_after(lock))

    assert answers[:4] == [PaymentPasswordWrong(tries_left=left) for left in (4, 3, 2, 1)]
    assert answers[4] == PaymentPasswordLocked(until="2015-05-11T04:00:00+00:00")


def test_a_lock_holds_up_to_its_end_and_then_a_new_row_begins() -> None:
    lock = Lock(5, AT + LOCKED_FOR)
    end = AT + LOCKED_FOR

    assert refusal_while_locked(lock, at=end - timedelta(seconds=1)) == refusal_after(lock)
    assert refusal_while_locked(lock, at=end) is None
    assert refusal_while_locked(Lock(4), at=AT) is None
    assert after_failure(lock, at=end) == Lock(1)


def test_a_cool_down_takes_24_hours() -> None:
    assert cool_down_until(AT) == datetime(2015, 5, 12, 1, 0, tzinfo=UTC)
