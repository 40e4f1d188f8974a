"""The reducer is total, never pays twice, and does not depend on the order of evidence."""

import random
from collections.abc import Iterable
from itertools import combinations, permutations

import pytest

from huoqi.payments.rules.reducer import (
    EVIDENCE,
    IN_FLIGHT,
    TERMINAL,
    TRANSITIONS,
    Action,
    Case,
    Event,
    Standing,
    State,
    reduce,
)


def run(state: State, events: Iterable[Event]) -> tuple[Standing, list[Action]]:
    standing, done = Standing(state), list[Action]()
    for event in events:
        outcome = reduce(standing.state, event)
        standing = standing.after(outcome)
        done += outcome.actions
    return standing, done


def test_every_state_answers_every_event() -> None:
    assert {(state, event) for state in State for event in Event} == {
        (state, event) for state, row in TRANSITIONS.items() for event in row
    }
    assert len(State) * len(Event) == 160


def test_a_lost_reply_is_unknown_and_not_found_changes_nothing() -> None:
    standing, done = run(State.SENT, [Event.E_TIMEOUT, Event.E_NOT_FOUND, Event.E_NOT_FOUND])

    assert standing == Standing(State.UNKNOWN)
    assert set(done) == {Action.QUERY}


def test_a_complete_statement_without_the_reference_ends_it() -> None:
    standing, done = run(State.UNKNOWN, [Event.S_ABSENT_FINAL])

    assert standing.allows_new_attempt
    assert done == [Action.RELEASE, Action.LIMIT_GIVE_BACK]


def test_success_after_a_proven_refusal_opens_a_case_and_blocks_a_new_attempt() -> None:
    standing, done = run(State.SENT, [Event.E_REJECT, Event.S_BOOKED])

    assert standing == Standing(State.REJECTED, frozenset({Case.CONTRADICTION}))
    assert not standing.allows_new_attempt
    assert Action.POST not in done


def test_two_people_end_a_dispute_and_close_its_case() -> None:
    standing, done = run(State.SENT, [Event.S_BOOKED_DIFF, Event.H_RESOLVE_SUCCESS])

    assert standing == Standing(State.SUCCEEDED)
    assert done == [Action.KEEP_HOLD, Action.POST, Action.AUDIT]


def test_what_came_back_once_stays_returned() -> None:
    standing, done = run(State.SENT, [Event.S_RETURNED, Event.S_BOOKED])

    assert standing == Standing(State.SUCCEEDED, returned=True)
    assert done == [Action.POST, Action.POST_RETURN, Action.LOG]


@pytest.mark.parametrize("state", sorted(IN_FLIGHT))
def test_what_the_bank_was_told_cannot_be_cancelled(state: State) -> None:
    assert reduce(state, Event.C_CANCEL).actions == (Action.REFUSE,)


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_a_terminal_state_never_changes(state: State) -> None:
    assert {reduce(state, event).state for event in Event} == {state}


def evidence_sets() -> list[tuple[Event, ...]]:
    return [kinds for size in range(1, 6) for kinds in combinations(EVIDENCE, size)]


def test_there_are_1585_sets_of_up_to_five_kinds_of_evidence() -> None:
    assert len(evidence_sets()) == 1_585


@pytest.mark.parametrize("start", [State.SENT, State.UNKNOWN])
def test_the_order_of_evidence_does_not_matter(start: State) -> None:
    for kinds in evidence_sets():
        ends = {run(start, order)[0] for order in permutations(kinds)}
        cases = {end.cases for end in ends}

        assert len(cases) == 1, kinds
        if cases == {frozenset()}:
            assert len(ends) == 1, kinds


def assert_paid_at_most_once(done: list[Action]) -> None:
    assert done.count(Action.POST) <= 1
    assert done.count(Action.RELEASE) <= 1
    assert done.count(Action.POST) + done.count(Action.RELEASE) <= 1
    assert done.count(Action.FIX_REFERENCE) <= 1
    assert done.count(Action.SEND_AFTER_COMMIT) == done.count(Action.FIX_REFERENCE)


def test_200_000_random_lives_pay_and_send_at_most_once() -> None:
    chance = random.Random(20150511)
    every = list(Event)
    for _ in range(200_000):
        _, done = run(State.CREATED, [Event.C_RESERVE_OK, *chance.choices(every, k=8)])
        assert_paid_at_most_once(done)
