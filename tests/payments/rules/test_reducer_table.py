"""Every pair of state and event on one page, as three grids: next state, actions, cases.

Columns are the events in their order: five commands, twelve kinds of evidence, three of people.
"""

import pytest

from huoqi.payments.rules.reducer import Action, Case, Event, Outcome, State, reduce, transitions

STATES = dict(zip("crsudSRX", State, strict=True))
NEXT = {
    State.CREATED: "rRXcc cccccccccccc ccc",
    State.RESERVED: "rrXsr rrrrrrrrrrrr rrr",
    State.SENT: "ssssu sSRuuudSdSRS sss",
    State.UNKNOWN: "uuuuu uSRuuudSdSRS SRu",
    State.DISPUTED: "ddddd dddddddddddd SRd",
    State.SUCCEEDED: "SSSSS SSSSSSSSSSSS SSS",
    State.REJECTED: "RRRRR RRRRRRRRRRRR RRR",
    State.CANCELLED: "XXXXX XXXXXXXXXXXX XXX",
}

RELEASED = (Action.RELEASE, Action.LIMIT_GIVE_BACK)
ACTIONS = {
    ".": (Action.LOG,),
    "-": (Action.REFUSE,),
    "H": (Action.HOLD, Action.LIMIT_TAKE),
    "F": (Action.FIX_REFERENCE, Action.SEND_AFTER_COMMIT),
    "Q": (Action.QUERY,),
    "P": (Action.POST,),
    "B": RELEASED,
    "K": (Action.KEEP_HOLD,),
    "T": (Action.POST, Action.POST_RETURN),
    "t": (Action.POST_RETURN,),
    "p": (Action.POST, Action.AUDIT),
    "b": (*RELEASED, Action.AUDIT),
    "A": (Action.AUDIT,),
}
DONE = {
    State.CREATED: "H..-- ............ ---",
    State.RESERVED: "..BF- ............ ---",
    State.SENT: "----Q .PBQQQKPKPBT ---",
    State.UNKNOWN: "----Q .PBQQQKPKPBT pb-",
    State.DISPUTED: "----. ............ pb-",
    State.SUCCEEDED: "----. ...........t --A",
    State.REJECTED: "----. ............ --A",
    State.CANCELLED: "----- ............ --A",
}

CASES = {
    ".": frozenset[Case](),
    "*": frozenset[Case](),
    "U": frozenset({Case.UNSOLICITED}),
    "C": frozenset({Case.CONTRADICTION}),
    "M": frozenset({Case.AMOUNT_MISMATCH}),
    "D": frozenset({Case.DOUBLE_EXECUTION}),
    "m": frozenset({Case.AMOUNT_MISMATCH, Case.CONTRADICTION}),
    "e": frozenset({Case.DOUBLE_EXECUTION, Case.CONTRADICTION}),
}
OPENED = {  # A star closes every case.
    State.CREATED: "..... UUUUUUUUUUUU ...",
    State.RESERVED: "..... UUUUUUUUUUUU ...",
    State.SENT: "..... ......M.MD.. ...",
    State.UNKNOWN: "..... ......M.MD.. **.",
    State.DISPUTED: "..... ..C...M.MDC. **.",
    State.SUCCEEDED: "..... ..C...M.MDC. ..*",
    State.REJECTED: "..... .C....mCme.C ..*",
    State.CANCELLED: "..... UUUUUUUUUUUU ..*",
}
COME_BACK = {State.SENT, State.UNKNOWN, State.SUCCEEDED}


@pytest.mark.parametrize("state", State)
def test_each_state_answers_each_event_as_drawn(state: State) -> None:
    drawn = transitions()[state]
    grids = [grid[state].replace(" ", "") for grid in (NEXT, DONE, OPENED)]
    for event, following, done, opened in zip(Event, *grids, strict=True):
        assert reduce(state, event) == drawn[event]
        assert drawn[event] == Outcome(
            state=STATES[following],
            add_cases=CASES[opened],
            set_returned=event is Event.S_RETURNED and state in COME_BACK,
            actions=ACTIONS[done],
            closes_cases=opened == "*",
        ), (state, event)
