"""The life of a money order: one total, pure function over states and evidence.

Nothing here guesses. A lost reply is neither success nor failure; evidence against a terminal
state opens a case and never flips the state. Every action has one transfer id for ever
(``kit.ids.derived_id`` of the order and the action), so that repeating it is harmless.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a money order stands; the last three are terminal and immutable."""

    CREATED = "CREATED"
    RESERVED = "RESERVED"
    SENT = "SENT"
    UNKNOWN = "UNKNOWN"
    DISPUTED = "DISPUTED"
    SUCCEEDED = "SUCCEEDED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


class Event(StrEnum):
    """What may be learned or asked: C ours, E and X the bank's word, S statements, H people."""

    C_RESERVE_OK = "C_RESERVE_OK"
    C_RESERVE_FAIL = "C_RESERVE_FAIL"
    C_CANCEL = "C_CANCEL"
    C_SEND = "C_SEND"
    C_DEADLINE = "C_DEADLINE"
    E_ACK = "E_ACK"
    E_SUCCESS = "E_SUCCESS"
    E_REJECT = "E_REJECT"
    E_SOFT_FAIL = "E_SOFT_FAIL"
    E_NOT_FOUND = "E_NOT_FOUND"
    E_TIMEOUT = "E_TIMEOUT"
    X_AMOUNT_DIFF = "X_AMOUNT_DIFF"
    S_BOOKED = "S_BOOKED"
    S_BOOKED_DIFF = "S_BOOKED_DIFF"
    S_BOOKED_DUP = "S_BOOKED_DUP"
    S_ABSENT_FINAL = "S_ABSENT_FINAL"
    S_RETURNED = "S_RETURNED"
    H_RESOLVE_SUCCESS = "H_RESOLVE_SUCCESS"
    H_RESOLVE_REJECT = "H_RESOLVE_REJECT"
    H_CLOSE_CASES = "H_CLOSE_CASES"


class Case(StrEnum):
    """Why two people must look at an order."""

    CONTRADICTION = "CONTRADICTION"
    AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
    DOUBLE_EXECUTION = "DOUBLE_EXECUTION"
    UNSOLICITED = "UNSOLICITED"


class Action(StrEnum):
    """What the caller must do, in the same transaction as the new state."""

    HOLD = "HOLD"
    LIMIT_TAKE = "LIMIT_TAKE"
    FIX_REFERENCE = "FIX_REFERENCE"
    SEND_AFTER_COMMIT = "SEND_AFTER_COMMIT"
    POST = "POST"
    POST_RETURN = "POST_RETURN"
    RELEASE = "RELEASE"
    LIMIT_GIVE_BACK = "LIMIT_GIVE_BACK"
    KEEP_HOLD = "KEEP_HOLD"
    QUERY = "QUERY"
    LOG = "LOG"
    REFUSE = "REFUSE"
    AUDIT = "AUDIT"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event does to an order; ``closes_cases`` clears every open case."""

    state: State
    add_cases: frozenset[Case] = frozenset()
    set_returned: bool = False
    actions: tuple[Action, ...] = (Action.LOG,)
    closes_cases: bool = False


TERMINAL = frozenset({State.SUCCEEDED, State.REJECTED, State.CANCELLED})
IN_FLIGHT = frozenset({State.SENT, State.UNKNOWN, State.DISPUTED})
# A dead attempt frees its intent for another; every other state blocks it.
DEAD = frozenset({State.REJECTED, State.CANCELLED})

EVIDENCE = tuple(event for event in Event if event[0] in "EXS")
_COMMANDS = tuple(event for event in Event if event[0] == "C")
_PEOPLE = tuple(event for event in Event if event[0] == "H")

_PAID = (Event.E_SUCCESS, Event.S_BOOKED)
_REFUSED = (Event.E_REJECT, Event.S_ABSENT_FINAL)
_NO_ANSWER = (Event.E_SOFT_FAIL, Event.E_NOT_FOUND, Event.E_TIMEOUT)
_OTHER_AMOUNT = (Event.X_AMOUNT_DIFF, Event.S_BOOKED_DIFF)

_GIVE_BACK = (Action.RELEASE, Action.LIMIT_GIVE_BACK)

Row = dict[Event, Outcome]


def _each(events: tuple[Event, ...], outcome: Outcome) -> Row:
    return dict.fromkeys(events, outcome)


def _case(state: State, *cases: Case) -> Outcome:
    return Outcome(state, add_cases=frozenset(cases))


def _refused(state: State) -> Outcome:
    return Outcome(state, actions=(Action.REFUSE,))


def _nothing_allowed(state: State) -> Row:
    """Return the row that each state starts from: evidence is logged, orders are refused."""
    return _each(EVIDENCE, Outcome(state)) | _each(_COMMANDS + _PEOPLE, _refused(state))


def _unsent(state: State) -> Row:
    """Return the row of an order that no bank was ever told of."""
    return _nothing_allowed(state) | _each(EVIDENCE, _case(state, Case.UNSOLICITED))


def _created() -> Row:
    here = State.CREATED
    return _unsent(here) | {
        Event.C_RESERVE_OK: Outcome(State.RESERVED, actions=(Action.HOLD, Action.LIMIT_TAKE)),
        Event.C_RESERVE_FAIL: Outcome(State.REJECTED),
        Event.C_CANCEL: Outcome(State.CANCELLED),
    }


def _reserved() -> Row:
    here = State.RESERVED
    send = (Action.FIX_REFERENCE, Action.SEND_AFTER_COMMIT)
    return _unsent(here) | {
        Event.C_RESERVE_OK: Outcome(here),
        Event.C_RESERVE_FAIL: Outcome(here),
        Event.C_CANCEL: Outcome(State.CANCELLED, actions=_GIVE_BACK),
        Event.C_SEND: Outcome(State.SENT, actions=send),
    }


def _waiting(here: State) -> Row:
    """Return the row of SENT and UNKNOWN: only proof ends the wait."""
    posted = (Action.POST,)
    disputed = Outcome(
        State.DISPUTED,
        add_cases=frozenset({Case.AMOUNT_MISMATCH}),
        actions=(Action.KEEP_HOLD,),
    )
    return (
        _nothing_allowed(here)
        | _each(_PAID, Outcome(State.SUCCEEDED, actions=posted))
        | _each(_REFUSED, Outcome(State.REJECTED, actions=_GIVE_BACK))
        | _each((*_NO_ANSWER, Event.C_DEADLINE), Outcome(State.UNKNOWN, actions=(Action.QUERY,)))
        | _each(_OTHER_AMOUNT, disputed)
        | {
            Event.S_BOOKED_DUP: Outcome(
                State.SUCCEEDED, add_cases=frozenset({Case.DOUBLE_EXECUTION}), actions=posted
            ),
            # Money that came back had left first.
            Event.S_RETURNED: Outcome(
                State.SUCCEEDED, set_returned=True, actions=(Action.POST, Action.POST_RETURN)
            ),
        }
    )


def _people_decide() -> Row:
    """Return what two people with the bank's proof may do to an order without an outcome."""
    return {
        Event.H_RESOLVE_SUCCESS: Outcome(
            State.SUCCEEDED, actions=(Action.POST, Action.AUDIT), closes_cases=True
        ),
        Event.H_RESOLVE_REJECT: Outcome(
            State.REJECTED, actions=(*_GIVE_BACK, Action.AUDIT), closes_cases=True
        ),
    }


def _disputed() -> Row:
    here = State.DISPUTED
    return (
        _nothing_allowed(here)
        | _people_decide()
        | _each(_REFUSED, _case(here, Case.CONTRADICTION))
        | _each(_OTHER_AMOUNT, _case(here, Case.AMOUNT_MISMATCH))
        | {
            Event.S_BOOKED_DUP: _case(here, Case.DOUBLE_EXECUTION),
            Event.C_DEADLINE: Outcome(here),
        }
    )


def _ended(here: State) -> Row:
    """Return what every sent and ended order answers: late timers are noise, cases can close."""
    closed = Outcome(here, actions=(Action.AUDIT,), closes_cases=True)
    return _nothing_allowed(here) | {
        Event.C_DEADLINE: Outcome(here),
        Event.H_CLOSE_CASES: closed,
    }


def _succeeded() -> Row:
    here = State.SUCCEEDED
    return (
        _ended(here)
        | _each(_REFUSED, _case(here, Case.CONTRADICTION))
        | _each(_OTHER_AMOUNT, _case(here, Case.AMOUNT_MISMATCH))
        | {
            Event.S_BOOKED_DUP: _case(here, Case.DOUBLE_EXECUTION),
            Event.S_RETURNED: Outcome(here, set_returned=True, actions=(Action.POST_RETURN,)),
        }
    )


def _rejected() -> Row:
    # The hold is gone: a late execution is for people to recover.
    here = State.REJECTED
    return (
        _ended(here)
        | _each((*_PAID, Event.S_RETURNED), _case(here, Case.CONTRADICTION))
        | _each(_OTHER_AMOUNT, _case(here, Case.AMOUNT_MISMATCH, Case.CONTRADICTION))
        | {Event.S_BOOKED_DUP: _case(here, Case.DOUBLE_EXECUTION, Case.CONTRADICTION)}
    )


def _cancelled() -> Row:
    here = State.CANCELLED
    closed = Outcome(here, actions=(Action.AUDIT,), closes_cases=True)
    return _unsent(here) | {Event.H_CLOSE_CASES: closed}


def transitions() -> dict[State, Row]:
    """Return the whole table: for every state, what each event does."""
    return {
        State.CREATED: _created(),
        State.RESERVED: _reserved(),
        State.SENT: _waiting(State.SENT),
        State.UNKNOWN: _waiting(State.UNKNOWN) | _people_decide(),
        State.DISPUTED: _disputed(),
        State.SUCCEEDED: _succeeded(),
        State.REJECTED: _rejected(),
        State.CANCELLED: _cancelled(),
    }


TRANSITIONS = transitions()


def reduce(state: State, event: Event) -> Outcome:
    """Return what an event does to an order in a state; every pair has an answer.

    >>> reduce(State.SENT, Event.E_TIMEOUT).state
    <State.UNKNOWN: 'UNKNOWN'>
    >>> reduce(State.UNKNOWN, Event.E_NOT_FOUND).actions
    (<Action.QUERY: 'QUERY'>,)
    """
    return TRANSITIONS[state][event]


@dataclass(frozen=True, slots=True)
class Standing:
    """An order as the reducer sees it: state, open cases, and whether the money came back."""

    state: State
    cases: frozenset[Case] = frozenset()
    returned: bool = False

    def after(self, outcome: Outcome) -> "Standing":
        """Return the standing once an outcome is applied."""
        open_cases = frozenset() if outcome.closes_cases else self.cases
        return Standing(
            state=outcome.state,
            cases=open_cases | outcome.add_cases,
            returned=self.returned or outcome.set_returned,
        )

    @property
    def allows_new_attempt(self) -> bool:
        """Return whether the intent may be tried again: a proven end without open cases."""
        return self.state in DEAD and not self.cases
