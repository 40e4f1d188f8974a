"""What a seal waits for, and how the last step of a close stands by it."""

from datetime import date
from enum import StrEnum

from huoqi.close.rules.proofs import Signer
from huoqi.close.rules.steps import State

#: Kind of a proposal to let the platform sign a day, and the policy that says when it is needed.
APPROVAL = "close.seal"
APPROVAL_RULE = "close.seal_approval"
#: The policy under which a day is closed only when the day before it is sealed.
NEXT_DAY_RULE = "close.next_day_waits_for_seal"
#: The policy under which a day is sealed only when every bank's day of its date is closed.
BANKS_RULE = "close.seal_waits_for_banks"
#: Why a close waits for the seal of the day before it.
UNSEALED_BEFORE = "day_before_unsealed"


class Doubt(StrEnum):
    """Why somebody has not signed."""

    AWAY = "away"
    REFUSES = "refuses"
    APPROVAL = "approval"
    BANKS = "banks"


def note_of(signer: Signer, doubt: Doubt) -> str:
    """Return who is missing and why, as it is kept.

    >>> note_of(Signer.CUSTODIAN, Doubt.AWAY)
    'custodian:away'
    """
    return f"{signer.value}:{doubt.value}"


def read_note(note: str) -> tuple[Signer, Doubt]:
    """Return what a kept note says.

    >>> read_note("fund_manager:refuses")[1].value
    'refuses'
    """
    signer, _, doubt = note.partition(":")
    return Signer(signer), Doubt(doubt)


def seal_object(*, fund: str, on: date) -> str:
    """Return the name of a day's seal in a proposal.

    >>> seal_object(fund="990001", on=date(2015, 5, 12))
    '990001:2015-05-12'
    """
    return f"{fund}:{on.isoformat()}"


def seal_state(on: date, *, first_unsealed_on: date, note: str) -> State:
    """Return where the seal of a closed day that has none stands: days are sealed in their order.

    >>> seal_state(date(2015, 5, 13), first_unsealed_on=date(2015, 5, 12), note="x:away").value
    'waiting'
    """
    if on != first_unsealed_on:
        return State.WAITING
    return State.BLOCKED if note else State.RUNNING
