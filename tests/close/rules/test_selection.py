"""The last holder who gets an odd fen, found by counts of sixteen bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.close.rules import selection
from huoqi.close.rules.selection import (
    Field,
    Narrowed,
    Question,
    closer,
    digit_bits,
    first_question,
    last_in_line,
    narrowed,
)

Pairs = list[tuple[int, int]]


def counted(question: Question, holders: Pairs) -> selection.Int64:
    counts = np.zeros(selection.BUCKETS, dtype=np.int64)
    for remainder, account in holders:
        value = remainder if question.field is Field.REMAINDER else account
        asked = question.field is Field.REMAINDER or remainder == question.level
        if asked and value >> question.shift >> 16 == question.prefix:
            counts[value >> question.shift & 0xFFFF] += 1
    return counts


def found_by_questions(holders: Pairs, *, wanted: int, listed: int) -> tuple[int, int]:
    question = first_question(denominator=10**9)
    found = narrowed(question, counts=counted(question, holders), wanted=wanted)
    while found.count > listed:
        question = closer(found)
        found = narrowed(question, counts=counted(question, holders), wanted=found.wanted)
    named = [(r, a) for r, a in holders if is_named(found.question, remainder=r, account=a)]
    assert len(named) == found.count
    return last_in_line(np.array(named, dtype=np.int64), wanted=found.wanted)


def is_named(question: Question, *, remainder: int, account: int) -> bool:
    if question.field is Field.REMAINDER:
        return remainder >> question.shift == question.prefix
    return remainder == question.level and account >> question.shift == question.prefix


@given(
    remainders=st.lists(st.integers(0, 10**9 - 1) | st.integers(7, 9), min_size=1, max_size=40),
    first=st.sampled_from([1, 2**31, 2**62]),
    share=st.integers(0, 10**6),
)
def test_it_is_the_one_that_sorting_gives(remainders: list[int], first: int, share: int) -> None:
    holders = [(remainder, first + n) for n, remainder in enumerate(remainders)]
    wanted = 1 + share % len(holders)
    line = sorted(holders, key=lambda holder: (-holder[0], holder[1]))

    for listed in (1, 3, 100):
        assert found_by_questions(holders, wanted=wanted, listed=listed) == line[wanted - 1]


def test_the_first_question_is_about_the_highest_bits() -> None:
    assert first_question(denominator=10**9) == Question(Field.REMAINDER, 0, 0, 16)
    assert first_question(denominator=2**16) == Question(Field.REMAINDER, 0, 0, 0)
    assert first_question(denominator=1) == Question(Field.REMAINDER, 0, 0, 0)
    assert first_question(denominator=2**32 + 1) == Question(Field.REMAINDER, 0, 0, 32)


def test_a_bucket_with_few_holders_is_listed() -> None:
    question = Question(Field.REMAINDER, 0, 0, 0)

    assert Narrowed(question, 1, selection.LISTED).is_short
    assert not Narrowed(question, 1, selection.LISTED + 1).is_short


def test_among_equal_remainders_accounts_are_asked_for() -> None:
    found = Narrowed(Question(Field.REMAINDER, 0, 399_954_360, 0), 5, selection.LISTED + 1)

    assert closer(found) == Question(Field.ACCOUNT, 399_954_360, 0, 48)


def test_an_account_is_never_divided() -> None:
    with pytest.raises(AssertionError, match="once"):
        closer(Narrowed(Question(Field.ACCOUNT, 1, 7, 0), 1, 2))


def test_digits_are_as_many_bits_as_fit() -> None:
    assert digit_bits(numerator=10**9, denominator=10**9) == 0
    assert digit_bits(numerator=0, denominator=10**18) == 0
    assert digit_bits(numerator=10**17, denominator=10**18) == 2


def test_a_fund_beyond_all_bounds_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="so many units"):
        digit_bits(numerator=2**62, denominator=2**62)
    with pytest.raises(AssertionError, match="refused before"):
        digit_bits(numerator=2, denominator=1)


def test_nobody_is_looked_for_beyond_the_line() -> None:
    question = first_question(denominator=10**9)
    counts = counted(question, [(5, 1)])

    with pytest.raises(AssertionError):
        narrowed(question, counts=counts, wanted=2)
