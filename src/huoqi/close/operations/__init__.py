"""What can be done about the close: work off what is due, close a fund's day."""

from huoqi.close.operations.approving import decide_negative_day, propose_negative_day
from huoqi.close.operations.bank_matching import reconcile_banks
from huoqi.close.operations.bank_resolving import BreakBooked, OrderNotLikeIt
from huoqi.close.operations.closing import (
    CloseResult,
    DayBeforeOpen,
    DayNotOver,
    FundHasNoManager,
    run_close,
)
from huoqi.close.operations.pump import pump_payments
from huoqi.close.operations.resolving import (
    ActionNotOffered,
    BreakNotDecided,
    BreaksMixed,
    BreakUnknown,
    ResolutionWish,
    assign_break,
    decide_resolution,
    propose_resolution,
    release_breaks,
    reopen_break,
)
from huoqi.close.operations.schedule import (
    Rounds,
    WorkedOff,
    run_due,
    run_round,
    work_off,
    work_off_agenda,
)
from huoqi.close.operations.sealing import proof_of, seal_closed, seal_until

__all__ = [
    "ActionNotOffered",
    "BreakBooked",
    "BreakNotDecided",
    "BreakUnknown",
    "BreaksMixed",
    "CloseResult",
    "DayBeforeOpen",
    "DayNotOver",
    "FundHasNoManager",
    "OrderNotLikeIt",
    "ResolutionWish",
    "Rounds",
    "WorkedOff",
    "assign_break",
    "decide_negative_day",
    "decide_resolution",
    "proof_of",
    "propose_negative_day",
    "propose_resolution",
    "pump_payments",
    "reconcile_banks",
    "release_breaks",
    "reopen_break",
    "run_close",
    "run_due",
    "run_round",
    "seal_closed",
    "seal_until",
    "work_off",
    "work_off_agenda",
]
