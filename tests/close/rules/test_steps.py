"""The steps of a close: which comes next, and where the whole day stands."""

import pytest

from huoqi.close.rules.steps import COMPUTED, GATHERED, State, Step, next_step, state_of_day


def test_the_steps_run_from_the_cut_off_to_publishing() -> None:
    assert [step.value for step in (*GATHERED, *COMPUTED)] == [step.value for step in Step]


def test_the_first_step_that_has_not_passed_is_next() -> None:
    assert next_step({}) is Step.CUT_OFF
    assert next_step({Step.CUT_OFF: State.WAIVED}) is Step.NET_ORDERS
    assert next_step(dict.fromkeys(Step, State.DONE)) is None


@pytest.mark.parametrize("state", [State.WAITING, State.RUNNING, State.BLOCKED])
def test_a_step_that_waits_runs_or_is_blocked_has_not_passed(state: State) -> None:
    assert next_step({Step.CUT_OFF: State.DONE, Step.NET_ORDERS: state}) is Step.NET_ORDERS


def test_a_running_step_makes_the_day_run() -> None:
    assert state_of_day({Step.CUT_OFF: State.RUNNING}) is State.RUNNING


def test_a_day_is_done_when_every_step_has_passed() -> None:
    passed = dict.fromkeys(Step, State.DONE) | {Step.TIE_OUT: State.WAIVED}

    assert state_of_day(passed) is State.DONE
    assert state_of_day(passed | {Step.SEAL: State.BLOCKED}) is State.BLOCKED
    assert state_of_day(passed | {Step.SEAL: State.WAITING}) is State.RUNNING
    assert state_of_day({}) is State.WAITING
