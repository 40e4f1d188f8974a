"""What can be done about what is unusual, by subject; other domains import from here."""

from huoqi.compliance.operations.cases import (
    CASE,
    CaseClosed,
    CaseNotYours,
    CaseUnknown,
    VerdictWish,
    case_version,
    close_as_approved,
    hand_back,
    note_case,
    open_cases,
    propose_verdict,
    take_case,
)
from huoqi.compliance.operations.freezing import (
    LIFTING,
    LegalOrderUnknown,
    LiftWish,
    expire_orders,
    lift_as_approved,
    order_version,
    place_order,
    propose_lifting,
    refusal_to_unfreeze,
)
from huoqi.compliance.operations.screening import screen_page
from huoqi.compliance.operations.watching import watch_day

__all__ = [
    "CASE",
    "LIFTING",
    "CaseClosed",
    "CaseNotYours",
    "CaseUnknown",
    "LegalOrderUnknown",
    "LiftWish",
    "VerdictWish",
    "case_version",
    "close_as_approved",
    "expire_orders",
    "hand_back",
    "lift_as_approved",
    "note_case",
    "open_cases",
    "order_version",
    "place_order",
    "propose_lifting",
    "propose_verdict",
    "refusal_to_unfreeze",
    "screen_page",
    "take_case",
    "watch_day",
]
