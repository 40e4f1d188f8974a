"""The fourteen steps that operators see, in terms of the close's own steps.

Steps that need bank statements come with reconciliation; until then they are marked ``later`` and
hold nothing up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from huoqi.close.rules.proofs import Signer
from huoqi.close.rules.sealing import Doubt, read_note
from huoqi.close.rules.steps import PASSED, State, Step


class Party(StrEnum):
    """Whom a step waits for."""

    CLOCK = "clock"
    US = "us"
    FUND_MANAGER = "fund_manager"
    APPROVER = "approver"
    CUSTODIAN = "custodian"


class CockpitState(StrEnum):
    """Where a cockpit step stands: a close's own state, or ``later``."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    BLOCKED = "blocked"
    WAIVED = "waived"
    LATER = "later"


TRIAL_BALANCE = "trial_balance"
BREAKS = "breaks"
_WAIVED = "waived:"
SEAL = "seal"
#: In the order of the screen; a step without steps of ours is a later one.
COCKPIT: Mapping[str, tuple[Step, ...]] = MappingProxyType({
    "freeze_cut_off": (Step.CUT_OFF,),
    "net_orders": (Step.NET_ORDERS,),
    "send_orders": (Step.SEND_ORDERS,),
    "receive_confirmations": (Step.CONFIRMATIONS,),
    "allocate_units": (Step.UNITS,),
    "receive_income": (Step.INCOME_REPORT,),
    "validate": (Step.VALIDATE,),
    "roll_positions": (Step.ALLOCATE, Step.BOOK),
    TRIAL_BALANCE: (Step.TIE_OUT,),
    "import_statements": (),
    "match": (),
    BREAKS: (Step.TIE_OUT,),
    "tie_out": (Step.TIE_OUT,),
    SEAL: (Step.POST, Step.SEAL, Step.PUBLISH),
})

_SIGNING: Mapping[Signer, Party] = MappingProxyType({
    Signer.PLATFORM: Party.US,
    Signer.MANAGER: Party.FUND_MANAGER,
    Signer.CUSTODIAN: Party.CUSTODIAN,
})
_OUTSIDE = frozenset({Step.CONFIRMATIONS, Step.INCOME_REPORT})


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What a step's waiting is judged by: its state, why, and whether its hour has come.

    ``is_proposed`` says that of all that blocks it one person has proposed what to do.
    """

    step: Step
    state: State
    note: str
    is_due: bool
    is_proposed: bool = False


def waits_for(facts: StepFacts) -> Party | None:
    """Return whom a step waits for; None once it has passed.

    >>> waits_for(StepFacts(Step.INCOME_REPORT, State.BLOCKED, "", is_due=True)).value
    'fund_manager'
    """
    if facts.state in PASSED:
        return None
    if not facts.is_due:
        return Party.CLOCK
    if "negative_income" in facts.note.split(",") or facts.is_proposed:
        return Party.APPROVER
    is_refused_file = facts.step is Step.VALIDATE and facts.state is State.BLOCKED
    return Party.FUND_MANAGER if is_refused_file or facts.step in _OUTSIDE else Party.US


def cockpit_state(states: Mapping[Step, State], *, steps: tuple[Step, ...]) -> CockpitState:
    """Return where a cockpit step stands: done only if all its parts are.

    >>> cockpit_state({Step.POST: State.DONE}, steps=(Step.POST, Step.SEAL)).value
    'running'
    """
    if not steps:
        return CockpitState.LATER
    found = [states.get(step, State.WAITING) for step in steps]
    if all(state in PASSED for state in found):
        is_waived = State.WAIVED in found
        return CockpitState.WAIVED if is_waived else CockpitState.DONE
    if State.BLOCKED in found:
        return CockpitState.BLOCKED
    if all(state is State.WAITING for state in found):
        return CockpitState.WAITING
    return CockpitState.RUNNING


def waived_note(count: int) -> str:
    """Return what the tie-out says when two people let so many breaks stand."""
    return f"{_WAIVED}{count}"


def of_breaks(state: CockpitState, *, note: str) -> CockpitState:
    """Return where the step of the breaks stands: waived, if two people let one stand.

    >>> of_breaks(CockpitState.DONE, note=waived_note(1)).value
    'waived'
    """
    is_waived = state is CockpitState.DONE and note.startswith(_WAIVED)
    return CockpitState.WAIVED if is_waived else state


def of_seal(state: CockpitState, *, seal: State) -> CockpitState:
    """Return where the last step stands: done only if the closed day is signed by all three.

    >>> of_seal(CockpitState.DONE, seal=State.BLOCKED).value
    'blocked'
    """
    return CockpitState(seal.value) if state is CockpitState.DONE else state


def seal_waits_for(seal: State, *, note: str) -> Party | None:
    """Return whom the seal of a closed day waits for.

    >>> seal_waits_for(State.BLOCKED, note="fund_manager:away").value
    'fund_manager'
    """
    if seal is State.DONE:
        return None
    if not note:
        return Party.US
    signer, doubt = read_note(note)
    if doubt is Doubt.APPROVAL:
        return Party.APPROVER
    return _SIGNING[signer]


def of_trial_balance(state: CockpitState, *, note: str) -> CockpitState:
    """Return where the trial balance stands when the tie-out that holds it stands so.

    A day that is blocked for another reason has its debits equal to its credits.

    >>> of_trial_balance(CockpitState.BLOCKED, note="register,cash_in").value
    'done'
    """
    is_sound = state is CockpitState.BLOCKED and "trial_balance" not in note.split(",")
    return CockpitState.DONE if is_sound else state
