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
from huoqi.compliance.operations.screening import screen_page
from huoqi.compliance.operations.watching import watch_day

__all__ = [
    "CASE",
    "CaseClosed",
    "CaseNotYours",
    "CaseUnknown",
    "VerdictWish",
    "case_version",
    "close_as_approved",
    "hand_back",
    "note_case",
    "open_cases",
    "propose_verdict",
    "screen_page",
    "take_case",
    "watch_day",
]
