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
from huoqi.compliance.operations.estates import (
    ESTATE,
    EstateUnknown,
    estate_version,
    propose_settlement,
    propose_withdrawal,
    report_death,
    settle_as_approved,
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
from huoqi.compliance.operations.inheriting import pay_heirs, settle_estates
from huoqi.compliance.operations.screening import screen_page
from huoqi.compliance.operations.watching import watch_day

__all__ = [
    "CASE",
    "ESTATE",
    "LIFTING",
    "CaseClosed",
    "CaseNotYours",
    "CaseUnknown",
    "EstateUnknown",
    "LegalOrderUnknown",
    "LiftWish",
    "VerdictWish",
    "case_version",
    "close_as_approved",
    "estate_version",
    "expire_orders",
    "hand_back",
    "lift_as_approved",
    "note_case",
    "open_cases",
    "order_version",
    "pay_heirs",
    "place_order",
    "propose_lifting",
    "propose_settlement",
    "propose_verdict",
    "propose_withdrawal",
    "refusal_to_unfreeze",
    "report_death",
    "screen_page",
    "settle_as_approved",
    "settle_estates",
    "take_case",
    "watch_day",
]
