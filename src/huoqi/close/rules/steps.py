"""The steps of a day's close: their names, their order, and what a state may become."""

from collections.abc import Mapping
from enum import StrEnum


class Step(StrEnum):
    """A named step; the order of the members is the order of the work.

    Nothing is posted before everything ties, so a day that does not tie leaves no trace but its
    breaks.
    """

    CUT_OFF = "cut_off"
    NET_ORDERS = "net_orders"
    SEND_ORDERS = "send_orders"
    CONFIRMATIONS = "confirmations"
    UNITS = "units"
    INCOME_REPORT = "income_report"
    VALIDATE = "validate"
    ALLOCATE = "allocate"
    BOOK = "book"
    TIE_OUT = "tie_out"
    POST = "post"
    SEAL = "seal"
    PUBLISH = "publish"


class State(StrEnum):
    """Where a step stands; ``waived`` is done by the decision of two people."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    BLOCKED = "blocked"
    WAIVED = "waived"


PASSED = frozenset({State.DONE, State.WAIVED})

# What the fund day needs from outside; the rest is computed and stands or falls together.
GATHERED = (
    Step.CUT_OFF,
    Step.NET_ORDERS,
    Step.SEND_ORDERS,
    Step.CONFIRMATIONS,
    Step.UNITS,
    Step.INCOME_REPORT,
)
COMPUTED = tuple(step for step in Step if step not in GATHERED)


def next_step(states: Mapping[Step, State]) -> Step | None:
    """Return the first step that has not passed; None when all have.

    >>> next_step({Step.CUT_OFF: State.DONE, Step.NET_ORDERS: State.BLOCKED}).value
    'net_orders'
    """
    for step in Step:
        if states.get(step) not in PASSED:
            return step
    return None


def state_of_day(states: Mapping[Step, State]) -> State:
    """Return where the whole day stands: blocked if a step is, done if all have passed."""
    found = [states.get(step, State.WAITING) for step in Step]
    if all(state in PASSED for state in found):
        return State.DONE
    if State.BLOCKED in found:
        return State.BLOCKED
    if all(state is State.WAITING for state in found):
        return State.WAITING
    return State.RUNNING
