"""The simulated authority keeps the port's promises; its magic numbers do as published."""

from datetime import UTC, datetime, timedelta

import pytest

from huoqi.customers.authorities.port import Answer, IdentityAuthority, Question
from huoqi.customers.authorities.simulated import DOWN_FOR, SimulatedAuthority

ASKED_AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
AUTHORITIES: list[IdentityAuthority] = [SimulatedAuthority()]


def _answer(authority: IdentityAuthority, number: str, *, after: timedelta) -> Answer:
    return authority.check(Question("王小明", number, ASKED_AT, ASKED_AT + after))


@pytest.mark.parametrize("authority", AUTHORITIES)
@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("110105199003070017", Answer.MATCH),
        ("110105199705120170", Answer.MATCH),
        ("110105199003074042", Answer.NOT_FOUND),
        ("110105199003074093", Answer.ALREADY_KNOWN),
        ("110105199003075002", Answer.DOWN),
        ("11010519900307777X", Answer.REVIEW),
    ],
)
def test_each_published_number_has_its_answer(
    authority: IdentityAuthority, number: str, answer: Answer
) -> None:
    assert _answer(authority, number, after=timedelta()) is answer
    assert _answer(authority, number, after=timedelta()) is answer


def test_the_dead_line_is_back_two_hours_after_the_first_question() -> None:
    authority = SimulatedAuthority()
    number = "110105199003075002"

    assert _answer(authority, number, after=DOWN_FOR - timedelta(seconds=1)) is Answer.DOWN
    assert _answer(authority, number, after=DOWN_FOR) is Answer.MATCH


def test_a_question_does_not_show_the_person() -> None:
    shown = repr(Question("王小明", "110105199003070017", ASKED_AT, ASKED_AT))

    assert "王小明" not in shown
    assert "1101" not in shown
