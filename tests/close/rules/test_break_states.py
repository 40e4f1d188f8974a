"""What becomes of a break when its day is computed again."""

import pytest

from huoqi.close.rules.break_states import (
    BreakState,
    found_again,
    not_found_again,
    shown_state,
)


@pytest.mark.parametrize("state", [state for state in BreakState if state != BreakState.CLEARED])
def test_the_same_difference_stays_as_it_is(state: BreakState) -> None:
    assert found_again(state, is_same=True) == (state, 0)


def test_a_difference_that_comes_back_is_open_as_a_new_version() -> None:
    assert found_again(BreakState.CLEARED, is_same=True) == (BreakState.OPEN, 1)


@pytest.mark.parametrize("state", list(BreakState))
def test_other_figures_are_another_version_and_open(state: BreakState) -> None:
    assert found_again(state, is_same=False) == (BreakState.OPEN, 1)


def test_what_two_people_decided_stays_when_it_is_gone() -> None:
    for state in (BreakState.RESOLVED, BreakState.WAIVED):
        assert not_found_again(state, is_touched=True) is state


def test_what_nobody_touched_goes_and_what_somebody_had_in_hand_is_cleared() -> None:
    assert not_found_again(BreakState.OPEN, is_touched=False) is None
    assert not_found_again(BreakState.RESOLVING, is_touched=True) is BreakState.CLEARED


def test_states_have_one_name_outside() -> None:
    assert shown_state(BreakState.OPEN, is_day_open=True) == "open"
    assert shown_state(BreakState.OPEN, is_day_open=False) == "noted"
    assert shown_state(BreakState.REOPENED, is_day_open=False) == "open"
    assert shown_state(BreakState.WAIVED, is_day_open=False) == "waived"
