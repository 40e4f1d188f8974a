"""The screen's fourteen steps follow ours, and each says whom it waits for."""

import pytest

from huoqi.close.rules.cockpit import (
    COCKPIT,
    CockpitState,
    Party,
    StepFacts,
    cockpit_state,
    of_breaks,
    of_seal,
    of_trial_balance,
    seal_waits_for,
    waits_for,
    waived_note,
)
from huoqi.close.rules.steps import State, Step


def test_there_are_fourteen_steps_and_they_use_all_of_ours() -> None:
    assert len(COCKPIT) == 14
    assert {step for steps in COCKPIT.values() for step in steps} == set(Step)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((State.DONE, State.DONE), CockpitState.DONE),
        ((State.DONE, State.WAIVED), CockpitState.WAIVED),
        ((State.DONE, State.WAITING), CockpitState.RUNNING),
        ((State.DONE, State.BLOCKED), CockpitState.BLOCKED),
        ((State.WAITING, State.WAITING), CockpitState.WAITING),
    ],
)
def test_a_step_is_done_only_if_all_its_parts_are(
    states: tuple[State, State], expected: CockpitState
) -> None:
    parts = (Step.ALLOCATE, Step.BOOK)

    assert cockpit_state(dict(zip(parts, states, strict=True)), steps=parts) is expected


def test_a_step_without_parts_comes_later() -> None:
    assert cockpit_state({}, steps=COCKPIT["match"]) is CockpitState.LATER


@pytest.mark.parametrize(
    ("facts", "party"),
    [
        (StepFacts(Step.CUT_OFF, State.DONE, "", is_due=True), None),
        (StepFacts(Step.VALIDATE, State.WAIVED, "", is_due=True), None),
        (StepFacts(Step.TIE_OUT, State.BLOCKED, "register", True, True), Party.APPROVER),
        (StepFacts(Step.CUT_OFF, State.WAITING, "", is_due=False), Party.CLOCK),
        (StepFacts(Step.CONFIRMATIONS, State.WAITING, "", is_due=True), Party.FUND_MANAGER),
        (StepFacts(Step.INCOME_REPORT, State.BLOCKED, "late", is_due=True), Party.FUND_MANAGER),
        (StepFacts(Step.VALIDATE, State.BLOCKED, "total_income", is_due=True), Party.FUND_MANAGER),
        (StepFacts(Step.VALIDATE, State.BLOCKED, "negative_income", is_due=True), Party.APPROVER),
        (StepFacts(Step.VALIDATE, State.RUNNING, "", is_due=True), Party.US),
        (StepFacts(Step.TIE_OUT, State.BLOCKED, "register", is_due=True), Party.US),
    ],
)
def test_each_step_says_whom_it_waits_for(facts: StepFacts, party: Party | None) -> None:
    assert waits_for(facts) is party


def test_the_trial_balance_is_blocked_only_by_itself() -> None:
    blocked = CockpitState.BLOCKED

    assert of_trial_balance(blocked, note="cash_in,trial_balance") is blocked
    assert of_trial_balance(blocked, note="register") is CockpitState.DONE
    assert of_trial_balance(CockpitState.WAITING, note="") is CockpitState.WAITING


def test_the_last_step_is_done_only_when_all_three_signed() -> None:
    assert of_seal(CockpitState.DONE, seal=State.DONE) is CockpitState.DONE
    assert of_seal(CockpitState.DONE, seal=State.BLOCKED) is CockpitState.BLOCKED
    assert of_seal(CockpitState.RUNNING, seal=State.WAITING) is CockpitState.RUNNING


@pytest.mark.parametrize(
    ("seal", "note", "party"),
    [
        (State.DONE, "", None),
        (State.WAITING, "", Party.US),
        (State.BLOCKED, "platform:refuses", Party.US),
        (State.BLOCKED, "platform:approval", Party.APPROVER),
        (State.BLOCKED, "fund_manager:away", Party.FUND_MANAGER),
        (State.BLOCKED, "custodian:refuses", Party.CUSTODIAN),
    ],
)
def test_a_seal_says_whom_it_waits_for(seal: State, note: str, party: Party | None) -> None:
    assert seal_waits_for(seal, note=note) is party


def test_breaks_that_two_people_let_stand_are_said_to_be_waived() -> None:
    assert of_breaks(CockpitState.DONE, note=waived_note(2)) is CockpitState.WAIVED
    assert of_breaks(CockpitState.DONE, note="") is CockpitState.DONE
    assert of_breaks(CockpitState.BLOCKED, note="cash_in") is CockpitState.BLOCKED
