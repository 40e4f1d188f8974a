"""What becomes of a break when the day is computed again, and in which state it is shown."""

from enum import StrEnum


class BreakState(StrEnum):
    """Where a break stands.

    ``resolving`` waits for a second person; ``resolved`` and ``waived`` were decided by two;
    ``cleared`` went away by itself after somebody had it in hand; ``reopened`` is open again though
    its day may be closed. Open on a closed day means that the day closed with it: ``noted``.
    """

    OPEN = "open"
    RESOLVING = "resolving"
    RESOLVED = "resolved"
    WAIVED = "waived"
    CLEARED = "cleared"
    REOPENED = "reopened"


IN_WORK = frozenset({BreakState.OPEN, BreakState.RESOLVING, BreakState.REOPENED})
DECIDED = frozenset({BreakState.RESOLVED, BreakState.WAIVED})


def found_again(state: BreakState, *, is_same: bool) -> tuple[BreakState, int]:
    """Return a break's state after it was found once more, and by how much its version grows.

    With other figures it is another difference: what was proposed for the old one is void.

    >>> found_again(BreakState.RESOLVING, is_same=True)[0].value
    'resolving'
    >>> found_again(BreakState.RESOLVING, is_same=False)[0].value
    'open'
    """
    if not is_same:
        return BreakState.OPEN, 1
    return (BreakState.OPEN, 1) if state is BreakState.CLEARED else (state, 0)


def not_found_again(state: BreakState, *, is_touched: bool) -> BreakState | None:
    """Return what remains of a break that is no more; None where nothing has to.

    >>> not_found_again(BreakState.RESOLVED, is_touched=True).value
    'resolved'
    """
    if state in DECIDED:
        return state
    return BreakState.CLEARED if is_touched else None


def shown_state(state: BreakState, *, is_day_open: bool) -> str:
    """Return the state by the name that everybody outside knows.

    >>> shown_state(BreakState.OPEN, is_day_open=False)
    'noted'
    """
    if state is BreakState.REOPENED:
        return BreakState.OPEN.value
    if state is BreakState.OPEN and not is_day_open:
        return "noted"
    return state.value
