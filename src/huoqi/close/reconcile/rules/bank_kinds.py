"""What breaks of banks' days are called in the queue, by what was found."""

from collections.abc import Mapping
from types import MappingProxyType

from huoqi.close.reconcile.rules.classes import Match

#: An order whose outcome nobody has proven yet though its bank's statement is in.
UNKNOWN = "bank_unknown"
KINDS: Mapping[Match, str] = MappingProxyType({
    Match.NOT_IN_LEDGER: "bank_not_in_ledger",
    Match.BANK_ONLY_AFTER_REJECT: "bank_after_reject",
    Match.MISSING_IN_BANK: "bank_missing",
    Match.BANK_DUPLICATE: "bank_duplicate",
    Match.BANK_AMOUNT_MISMATCH: "bank_amount",
    Match.BANK_RETURNED: "bank_returned",
    Match.MISSING_IN_FUND: "fund_missing",
    Match.FUND_REJECTED: "fund_rejected",
    Match.FUND_AMOUNT_MISMATCH: "fund_amount",
})
#: What a day is called whose statement is not complete, by its state.
STATEMENT_KINDS: Mapping[str, str] = MappingProxyType({
    "late": "statement_late",
    "incomplete": "statement_incomplete",
    "refused": "statement_refused",
})


def kind_of(match: Match) -> str:
    """Return the kind of a break of a class that is told.

    >>> kind_of(Match.BANK_DUPLICATE)
    'bank_duplicate'
    """
    return KINDS[match]
