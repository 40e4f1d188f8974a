"""What an issuer's answers do to a card."""

from datetime import UTC, datetime, timedelta

import pytest

from huoqi.payments.cards import CardState
from huoqi.payments.rules.binding import (
    CODE_VALID,
    Heard,
    Next,
    after_check,
    after_code,
    next_question_at,
)

NINE = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
EXPIRES_AT = NINE + CODE_VALID


def heard(what: Heard, *, state: CardState = CardState.CHECKING, code: str = "") -> Next | None:
    return after_check(what, state=state, code=code, queries=0, at=NINE)


@pytest.mark.parametrize("state", [CardState.CHECKING, CardState.UNKNOWN])
@pytest.mark.parametrize(
    ("what", "code", "following"),
    [
        (Heard.MATCHED, "", Next(CardState.BOUND)),
        (Heard.CODE_SENT, "", Next(CardState.SMS_SENT, next_at=EXPIRES_AT)),
        (Heard.REFUSED, "card.lost", Next(CardState.REJECTED, reason="card.lost")),
        (Heard.REFUSED, "", Next(CardState.REJECTED, reason="card.refused")),
        (Heard.NOT_FOUND, "", Next(CardState.REJECTED, reason="card.check_not_received")),
        (Heard.NO_REPLY, "", Next(CardState.UNKNOWN, next_at=NINE + timedelta(seconds=30))),
    ],
)
def test_a_definite_answer_ends_the_check_and_a_lost_one_does_not(
    state: CardState, what: Heard, code: str, following: Next
) -> None:
    assert heard(what, state=state, code=code) == following


@pytest.mark.parametrize(
    "state", [CardState.SMS_SENT, CardState.BOUND, CardState.REJECTED, CardState.UNBOUND]
)
def test_an_answer_that_comes_too_late_changes_nothing(state: CardState) -> None:
    assert heard(Heard.REFUSED, state=state) is None


def entered(what: Heard, *, wrong_codes: int = 0, at: datetime = NINE) -> Next:
    return after_code(what, wrong_codes=wrong_codes, expires_at=EXPIRES_AT, at=at)


def test_the_right_code_binds_even_if_the_answer_comes_late() -> None:
    late = entered(Heard.CODE_RIGHT, wrong_codes=2, at=EXPIRES_AT)

    assert late == Next(CardState.BOUND, wrong_codes=2)


def test_the_fifth_wrong_code_ends_it() -> None:
    assert entered(Heard.CODE_WRONG, wrong_codes=3) == Next(
        CardState.SMS_SENT, next_at=EXPIRES_AT, wrong_codes=4
    )
    assert entered(Heard.CODE_WRONG, wrong_codes=4) == Next(
        CardState.REJECTED, reason="card.too_many_codes", wrong_codes=5
    )


def test_after_ten_minutes_the_code_is_worth_nothing() -> None:
    expired = entered(Heard.CODE_WRONG, wrong_codes=2, at=EXPIRES_AT)

    assert expired == Next(CardState.REJECTED, reason="card.code_expired", wrong_codes=2)


@pytest.mark.parametrize("what", [Heard.CODE_LOCKED, Heard.NO_REPLY])
def test_a_locked_or_lost_answer_costs_no_try(what: Heard) -> None:
    assert entered(what, wrong_codes=2) == Next(
        CardState.SMS_SENT, next_at=EXPIRES_AT, wrong_codes=2
    )


def test_questions_begin_soon_and_go_on_daily() -> None:
    waits = [next_question_at(queries=n, at=NINE) - NINE for n in (0, 1, 5, 6, 60)]

    assert [wait // timedelta(seconds=1) for wait in waits] == [30, 60, 21_600, 86_400, 86_400]
