"""The fourteen steps that operators see, in terms of the close's own steps and of the banks' days.

The banks' statements of a day come after its close: their steps go on by themselves and hold the
seal up only where the policy says so.
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
    BANK = "bank"


class CockpitState(StrEnum):
    """Where a cockpit step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    BLOCKED = "blocked"
    WAIVED = "waived"


TRIAL_BALANCE = "trial_balance"
BREAKS = "breaks"
_WAIVED = "waived:"
SEAL = "seal"
IMPORT, MATCH = "import_statements", "match"
#: In the order of the screen; a step without steps of ours is about the banks' days.
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
    IMPORT: (),
    MATCH: (),
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


@dataclass(frozen=True, slots=True)
class BankFacts:
    """How the banks' statements of a day stand: how many there are, came, and are matched.

    ``is_due`` says that they should be there by now.
    """

    total: int = 0
    complete: int = 0
    refused: int = 0
    matched: int = 0
    open_count: int = 0
    resolving_count: int = 0
    waived_count: int = 0
    is_due: bool = False


NO_BANKS = BankFacts()


def of_statements(facts: BankFacts) -> tuple[CockpitState, Party | None]:
    """Return where the step of the statements stands, and whom it waits for.

    >>> of_statements(BankFacts(total=12, complete=11, is_due=True))[0].value
    'running'
    """
    if facts.complete >= facts.total:
        return CockpitState.DONE, None
    if facts.refused:
        return CockpitState.BLOCKED, Party.BANK
    party = Party.BANK if facts.is_due else Party.CLOCK
    return (CockpitState.RUNNING if facts.complete else CockpitState.WAITING), party


def of_matching(facts: BankFacts) -> tuple[CockpitState, Party | None]:
    """Return where the step of the matching stands: it follows the statements at once."""
    if facts.matched >= facts.total:
        return CockpitState.DONE, None
    _, party = of_statements(facts)
    return (CockpitState.RUNNING if facts.matched else CockpitState.WAITING), party or Party.US


def of_bank_breaks(
    state: CockpitState, party: Party | None, *, facts: BankFacts
) -> tuple[CockpitState, Party | None]:
    """Return where the step of the breaks stands with those of the banks' days.

    >>> of_bank_breaks(CockpitState.DONE, None, facts=BankFacts(resolving_count=1))[1].value
    'approver'
    """
    if facts.open_count:
        return CockpitState.BLOCKED, Party.US
    if facts.resolving_count:
        is_ours = party is not None and party is not Party.APPROVER
        return CockpitState.BLOCKED, party if is_ours else Party.APPROVER
    if facts.waived_count and state is CockpitState.DONE:
        return CockpitState.WAIVED, None
    return state, party


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
    if doubt is Doubt.BANKS:
        return Party.BANK
    return _SIGNING[signer]


def of_trial_balance(state: CockpitState, *, note: str) -> CockpitState:
    """Return where the trial balance stands when the tie-out that holds it stands so.

    A day that is blocked for another reason has its debits equal to its credits.

    >>> of_trial_balance(CockpitState.BLOCKED, note="register,cash_in").value
    'done'
    """
    is_sound = state is CockpitState.BLOCKED and "trial_balance" not in note.split(",")
    return CockpitState.DONE if is_sound else state
