"""The lives of a purchase and of a redemption: which event leads from which state to which.

Both tables are total: an event that a state does not know is refused, never ignored. What each
state waits for is told as a party, without words; screens have the words.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, TypeVar

from huoqi.kit.errors import DomainError


class OrderEventRefused(DomainError):
    """The order is in a state in which this cannot happen to it."""

    code: ClassVar[str] = "fund.order_event_refused"


class Party(StrEnum):
    """Who an order waits for."""

    US = "us"
    YOUR_BANK = "your_bank"
    FUND_MANAGER = "fund_manager"


class PurchaseState(StrEnum):
    """Where a purchase stands."""

    PLACED = "placed"
    PAID = "paid"
    SENT = "sent"
    CONFIRMED = "confirmed"
    EARNING = "earning"
    PARTLY_CONFIRMED = "partly_confirmed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    FAILED = "failed"
    REFUNDED = "refunded"


class PurchaseEvent(StrEnum):
    """What can happen to a purchase."""

    PAYMENT_SUCCEEDED = "payment_succeeded"
    PAYMENT_FAILED = "payment_failed"
    CANCELLED_BEFORE_CUT_OFF = "cancelled_before_cut_off"
    SENT_TO_MANAGER = "sent_to_manager"
    MANAGER_CONFIRMED = "manager_confirmed"
    MANAGER_CONFIRMED_PARTLY = "manager_confirmed_partly"
    MANAGER_REFUSED = "manager_refused"
    EARNING_BEGAN = "earning_began"
    MONEY_RETURNED = "money_returned"


class RedemptionState(StrEnum):
    """Where a redemption stands."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    SENT = "sent"
    CONFIRMED = "confirmed"
    PAID_OUT = "paid_out"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RedemptionEvent(StrEnum):
    """What can happen to a redemption; a fast one is confirmed by us as soon as it is accepted."""

    ACCEPTED_BY_US = "accepted_by_us"
    REFUSED_BY_US = "refused_by_us"
    CANCELLED_BEFORE_CUT_OFF = "cancelled_before_cut_off"
    SENT_TO_MANAGER = "sent_to_manager"
    UNITS_LEFT = "units_left"
    MANAGER_DEFERRED = "manager_deferred"
    MANAGER_CANCELLED = "manager_cancelled"
    MANAGER_REFUSED = "manager_refused"
    PAYOUT_SUCCEEDED = "payout_succeeded"
    PAYOUT_FAILED = "payout_failed"


_P, _PE = PurchaseState, PurchaseEvent
# After a payment the way out leads through a refund: cancelled and refused still owe the money.
PURCHASE_LIFE: Mapping[tuple[PurchaseState, PurchaseEvent], PurchaseState] = MappingProxyType({
    (_P.PLACED, _PE.PAYMENT_SUCCEEDED): _P.PAID,
    (_P.PLACED, _PE.PAYMENT_FAILED): _P.FAILED,
    (_P.PAID, _PE.SENT_TO_MANAGER): _P.SENT,
    (_P.PAID, _PE.CANCELLED_BEFORE_CUT_OFF): _P.CANCELLED,
    (_P.SENT, _PE.MANAGER_CONFIRMED): _P.CONFIRMED,
    (_P.SENT, _PE.MANAGER_CONFIRMED_PARTLY): _P.PARTLY_CONFIRMED,
    (_P.SENT, _PE.MANAGER_REFUSED): _P.REFUSED,
    (_P.CONFIRMED, _PE.EARNING_BEGAN): _P.EARNING,
    # The part that was not confirmed goes back while the other part earns.
    (_P.PARTLY_CONFIRMED, _PE.MONEY_RETURNED): _P.PARTLY_CONFIRMED,
    (_P.PARTLY_CONFIRMED, _PE.EARNING_BEGAN): _P.EARNING,
    (_P.EARNING, _PE.MONEY_RETURNED): _P.EARNING,
    (_P.CANCELLED, _PE.MONEY_RETURNED): _P.REFUNDED,
    (_P.REFUSED, _PE.MONEY_RETURNED): _P.REFUNDED,
})

_R, _RE = RedemptionState, RedemptionEvent
REDEMPTION_LIFE: Mapping[tuple[RedemptionState, RedemptionEvent], RedemptionState] = (
    MappingProxyType({
        (_R.PLACED, _RE.ACCEPTED_BY_US): _R.ACCEPTED,
        (_R.PLACED, _RE.REFUSED_BY_US): _R.FAILED,
        (_R.ACCEPTED, _RE.CANCELLED_BEFORE_CUT_OFF): _R.CANCELLED,
        (_R.ACCEPTED, _RE.SENT_TO_MANAGER): _R.SENT,
        (_R.ACCEPTED, _RE.UNITS_LEFT): _R.CONFIRMED,
        (_R.SENT, _RE.UNITS_LEFT): _R.CONFIRMED,
        (_R.SENT, _RE.MANAGER_DEFERRED): _R.DEFERRED,
        (_R.SENT, _RE.MANAGER_CANCELLED): _R.CANCELLED,
        (_R.SENT, _RE.MANAGER_REFUSED): _R.FAILED,
        # On the next open day the deferred rest is sent again, without priority.
        (_R.DEFERRED, _RE.SENT_TO_MANAGER): _R.SENT,
        (_R.DEFERRED, _RE.CANCELLED_BEFORE_CUT_OFF): _R.CANCELLED,
        (_R.CONFIRMED, _RE.PAYOUT_SUCCEEDED): _R.PAID_OUT,
        (_R.CONFIRMED, _RE.PAYOUT_FAILED): _R.FAILED,
    })
)

PURCHASE_WAITS_FOR: Mapping[PurchaseState, Party | None] = MappingProxyType({
    _P.PLACED: Party.YOUR_BANK,
    _P.PAID: Party.US,
    _P.SENT: Party.FUND_MANAGER,
    _P.CONFIRMED: None,
    _P.EARNING: None,
    _P.PARTLY_CONFIRMED: Party.YOUR_BANK,
    _P.CANCELLED: Party.YOUR_BANK,
    _P.REFUSED: Party.YOUR_BANK,
    _P.FAILED: None,
    _P.REFUNDED: None,
})

REDEMPTION_WAITS_FOR: Mapping[RedemptionState, Party | None] = MappingProxyType({
    _R.PLACED: Party.US,
    _R.ACCEPTED: Party.US,
    _R.SENT: Party.FUND_MANAGER,
    _R.CONFIRMED: Party.YOUR_BANK,
    _R.PAID_OUT: None,
    _R.DEFERRED: Party.FUND_MANAGER,
    _R.CANCELLED: None,
    _R.FAILED: None,
})

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


def next_purchase_state(state: PurchaseState, *, event: PurchaseEvent) -> PurchaseState:
    """Return where an event takes a purchase; raise OrderEventRefused when it cannot happen.

    >>> next_purchase_state(PurchaseState.PLACED, event=PurchaseEvent.PAYMENT_SUCCEEDED).value
    'paid'
    """
    return _next(PURCHASE_LIFE, state=state, event=event)


def next_redemption_state(state: RedemptionState, *, event: RedemptionEvent) -> RedemptionState:
    """Return where an event takes a redemption; raise OrderEventRefused when it cannot happen."""
    return _next(REDEMPTION_LIFE, state=state, event=event)


def _next(life: Mapping[tuple[State, Event], State], *, state: State, event: Event) -> State:
    """Return the state that a life's table names, refusing what it does not."""
    follows = life.get((state, event))
    if follows is None:
        raise OrderEventRefused(state=state.value, event=event.value)
    return follows


def is_final(state: PurchaseState | RedemptionState) -> bool:
    """Tell whether nothing can happen to an order any more."""
    # By identity: both lives have a state "cancelled", and as text they are equal.
    life = PURCHASE_LIFE if isinstance(state, PurchaseState) else REDEMPTION_LIFE
    return all(before is not state for before, _ in life)
