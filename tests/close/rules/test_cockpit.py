"""The screen's fourteen steps follow ours, and each says whom it waits for."""

import pytest

from huoqi.close.rules.cockpit import (
    COCKPIT,
    BankFacts,
    CockpitState,
    Party,
    StepFacts,
    cockpit_state,
    of_bank_breaks,
    of_breaks,
    of_matching,
    of_seal,
    of_statements,
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


@pytest.mark.parametrize(
    ("facts", "statements", "matching"),
    [
        (BankFacts(), (CockpitState.DONE, None), (CockpitState.DONE, None)),
        (
            BankFacts(total=12),
            (CockpitState.WAITING, Party.CLOCK),
            (CockpitState.WAITING, Party.CLOCK),
        ),
        (
            BankFacts(total=12, complete=11, matched=11, is_due=True),
            (CockpitState.RUNNING, Party.BANK),
            (CockpitState.RUNNING, Party.BANK),
        ),
        (
            BankFacts(total=12, complete=11, refused=1, matched=11, is_due=True),
            (CockpitState.BLOCKED, Party.BANK),
            (CockpitState.RUNNING, Party.BANK),
        ),
        (
            BankFacts(total=12, complete=12, matched=11, is_due=True),
            (CockpitState.DONE, None),
            (CockpitState.RUNNING, Party.US),
        ),
        (
            BankFacts(total=12, complete=12, matched=12),
            (CockpitState.DONE, None),
            (CockpitState.DONE, None),
        ),
    ],
)
def test_statements_and_matching_go_on_bank_by_bank(
    facts: BankFacts,
    statements: tuple[CockpitState, Party | None],
    matching: tuple[CockpitState, Party | None],
) -> None:
    assert (of_statements(facts), of_matching(facts)) == (statements, matching)


@pytest.mark.parametrize(
    ("state", "party", "facts", "expected"),
    [
        (CockpitState.DONE, None, BankFacts(), (CockpitState.DONE, None)),
        (CockpitState.DONE, None, BankFacts(open_count=1), (CockpitState.BLOCKED, Party.US)),
        (
            CockpitState.DONE,
            None,
            BankFacts(resolving_count=1),
            (CockpitState.BLOCKED, Party.APPROVER),
        ),
        (
            CockpitState.BLOCKED,
            Party.US,
            BankFacts(resolving_count=1),
            (CockpitState.BLOCKED, Party.US),
        ),
        (CockpitState.DONE, None, BankFacts(waived_count=1), (CockpitState.WAIVED, None)),
        (
            CockpitState.WAITING,
            Party.CLOCK,
            BankFacts(waived_count=1),
            (CockpitState.WAITING, Party.CLOCK),
        ),
    ],
)
def test_breaks_of_banks_stand_in_the_step_of_all_breaks(
    state: CockpitState,
    party: Party | None,
    facts: BankFacts,
    expected: tuple[CockpitState, Party | None],
) -> None:
    assert of_bank_breaks(state, party, facts=facts) == expected


def test_a_seal_that_waits_for_the_banks_says_so() -> None:
    assert seal_waits_for(State.BLOCKED, note="platform:banks") is Party.BANK


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
