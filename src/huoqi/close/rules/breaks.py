"""What a break is called on the outside, how old it is, and what to try first.

Classes are those of the product on the wire; three are our own: ``fund_total``, where all incomes
are not the fund's published one, ``books_differ``, between our own books, and
``bank_only_after_reject``, where a bank booked what it had refused. A break's age counts from the
day on which its close was due.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType


class BreakClass(StrEnum):
    """What is wrong, as every screen and program calls it."""

    AMOUNT_MISMATCH = "amount_mismatch"
    MISSING_CONFIRMATION = "missing_confirmation"
    FUND_TOTAL = "fund_total"
    FILE_REFUSED = "file_refused"
    BOOKS_DIFFER = "books_differ"
    MISSING_IN_BANK = "missing_in_bank"
    DUPLICATED_IN_BANK = "duplicated_in_bank"
    NOT_IN_LEDGER = "not_in_ledger"
    REVERSED_BY_BANK = "reversed_by_bank"
    BANK_ONLY_AFTER_REJECT = "bank_only_after_reject"
    UNKNOWN_OUTCOME = "unknown_outcome"
    FILE_LATE = "file_late"


class AgeBand(StrEnum):
    """How old a break is, in days."""

    TODAY = "today"
    ONE = "1"
    TWO_TO_THREE = "2-3"
    FOUR_TO_SEVEN = "4-7"
    OVER_SEVEN = "over_7"


class Suggestion(StrEnum):
    """What to try first; the screens have the words."""

    ACCEPT_REGISTER_FIGURE = "accept_register_figure"
    ASK_MANAGER_FOR_REGISTER = "ask_manager_for_register"
    ASK_MANAGER_FOR_CONFIRMATION = "ask_manager_for_confirmation"
    ASK_MANAGER_FOR_CASH = "ask_manager_for_cash"
    ASK_MANAGER_FOR_FIGURES = "ask_manager_for_figures"
    DECIDE_ON_NEGATIVE_DAY = "decide_on_negative_day"
    CALL_DEVELOPERS = "call_developers"
    ASK_BANK_FOR_LINE = "ask_bank_for_line"
    ASK_BANK_ABOUT_LINE = "ask_bank_about_line"
    ASK_BANK_FOR_AMOUNT = "ask_bank_for_amount"
    CLAIM_FROM_BANK = "claim_from_bank"
    CREDIT_OR_RECOVER = "credit_or_recover"
    CHECK_THE_CARD = "check_the_card"
    WAIT_FOR_BANK = "wait_for_bank"
    WAIT_FOR_STATEMENT = "wait_for_statement"
    ASK_BANK_FOR_STATEMENT = "ask_bank_for_statement"


_FIGURES = (BreakClass.FILE_REFUSED, Suggestion.ASK_MANAGER_FOR_FIGURES)
_REGISTER = (BreakClass.AMOUNT_MISMATCH, Suggestion.ASK_MANAGER_FOR_REGISTER)
_CASH = (BreakClass.AMOUNT_MISMATCH, Suggestion.ASK_MANAGER_FOR_CASH)
_OWN = (BreakClass.BOOKS_DIFFER, Suggestion.CALL_DEVELOPERS)
_STATEMENT = (BreakClass.FILE_REFUSED, Suggestion.ASK_BANK_FOR_STATEMENT)
_KINDS: Mapping[str, tuple[BreakClass, Suggestion]] = MappingProxyType({
    "register": _REGISTER,
    "register_accrued": _REGISTER,
    "fund_income": (BreakClass.FUND_TOTAL, Suggestion.ASK_MANAGER_FOR_FIGURES),
    "cash_in": _CASH,
    "cash_out": _CASH,
    "missing_confirmation": (
        BreakClass.MISSING_CONFIRMATION,
        Suggestion.ASK_MANAGER_FOR_CONFIRMATION,
    ),
    "wrong_fund": _FIGURES,
    "wrong_date": _FIGURES,
    "next_trading_day": _FIGURES,
    "outside_band": _FIGURES,
    "total_units": _FIGURES,
    "total_income": _FIGURES,
    "register_count": _FIGURES,
    "negative_income": (BreakClass.FILE_REFUSED, Suggestion.DECIDE_ON_NEGATIVE_DAY),
    "bank_not_in_ledger": (BreakClass.NOT_IN_LEDGER, Suggestion.ASK_BANK_ABOUT_LINE),
    "bank_after_reject": (BreakClass.BANK_ONLY_AFTER_REJECT, Suggestion.CREDIT_OR_RECOVER),
    "bank_missing": (BreakClass.MISSING_IN_BANK, Suggestion.ASK_BANK_FOR_LINE),
    "bank_duplicate": (BreakClass.DUPLICATED_IN_BANK, Suggestion.CLAIM_FROM_BANK),
    "bank_amount": (BreakClass.AMOUNT_MISMATCH, Suggestion.ASK_BANK_FOR_AMOUNT),
    "bank_returned": (BreakClass.REVERSED_BY_BANK, Suggestion.CHECK_THE_CARD),
    "bank_unknown": (BreakClass.UNKNOWN_OUTCOME, Suggestion.WAIT_FOR_BANK),
    "statement_late": (BreakClass.FILE_LATE, Suggestion.WAIT_FOR_STATEMENT),
    "statement_incomplete": _STATEMENT,
    "statement_refused": _STATEMENT,
    "statement_contradicted": _STATEMENT,
})
# From the youngest; None has no end.
_BANDS: Mapping[AgeBand, tuple[int, int | None]] = MappingProxyType({
    AgeBand.TODAY: (0, 0),
    AgeBand.ONE: (1, 1),
    AgeBand.TWO_TO_THREE: (2, 3),
    AgeBand.FOUR_TO_SEVEN: (4, 7),
    AgeBand.OVER_SEVEN: (8, None),
})


def class_of(kind: str) -> BreakClass:
    """Return the class of a kind of break; whatever is not named differs in our own books.

    >>> class_of("register").value, class_of("trial_balance").value
    ('amount_mismatch', 'books_differ')
    """
    return _KINDS.get(kind, _OWN)[0]


def suggestion_of(kind: str) -> Suggestion:
    """Return what to try first with a kind of break."""
    return _KINDS.get(kind, _OWN)[1]


def kinds_of(wanted: BreakClass) -> tuple[list[str], bool]:
    """Return kinds, and whether they are those of the class or those of all others."""
    if wanted is BreakClass.BOOKS_DIFFER:
        return sorted(_KINDS), False
    return sorted(kind for kind, (found, _) in _KINDS.items() if found is wanted), True


def age_days(close_on: date, *, today: date) -> int:
    """Return for how many days a break of a day is open: none on the day its close was due.

    >>> age_days(date(2015, 5, 11), today=date(2015, 5, 12))
    0
    """
    return max(0, (today - close_on).days - 1)


def band_of(days: int) -> AgeBand:
    """Return the band of an age.

    >>> band_of(0).value, band_of(3).value, band_of(8).value
    ('today', '2-3', 'over_7')
    """
    return next(band for band, (_, most) in _BANDS.items() if most is None or days <= most)


def days_in_band(band: AgeBand, *, today: date) -> tuple[date, date]:
    """Return the first and the last day whose breaks are of an age.

    >>> days_in_band(AgeBand.TWO_TO_THREE, today=date(2015, 5, 20))[0].isoformat()
    '2015-05-16'
    """
    least, most = _BANDS[band]
    first = date.min if most is None else today - timedelta(days=most + 1)
    # Today's band takes in a day whose close is not due yet.
    last = date.max if least == 0 else today - timedelta(days=least + 1)
    return first, last
