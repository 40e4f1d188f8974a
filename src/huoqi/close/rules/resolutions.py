"""What can be done about a break: the seven actions, and why one cannot be taken here.

Each needs a reason, a proof and two people. What a bank's line asks for stands in a table: the
kinds of break that an action is for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Action(StrEnum):
    """What people do about a break."""

    FORCE_MATCH = "force_match"
    VOID_LINE = "void_line"
    EDIT_BY_REVERSAL = "edit_by_reversal"
    MARK_RECEIVED = "mark_received"
    CREATE_ENTRY = "create_entry"
    REPLACE_LINE = "replace_line"
    LINK_TO_ORDER = "link_to_order"


class NotOffered(StrEnum):
    """Why an action cannot be taken on a break."""

    OTHER_KIND = "other_kind"
    NOT_OPEN = "not_open"
    DAY_CLOSED = "day_closed"
    DAY_OPEN = "day_open"
    NO_INCOME = "no_income_of_a_holder"
    MORE_THAN_INCOME = "more_than_income"
    BEYOND_TOLERANCE = "beyond_tolerance"
    UNANSWERED = "still_unanswered"
    NO_ORDER = "no_order_like_it"
    NO_LINE = "no_line"


#: Kinds of a holder's row, of which the register's figure can be taken.
REGISTER_KINDS = frozenset({"register", "register_accrued"})
#: Kinds that two people may let stand within the tolerance: cash of a day, not units.
WAIVABLE_KINDS = frozenset({"cash_in", "cash_out"})
#: Kinds of a bank's day by what may be done; what comes first is tried first.
BANK_ACTIONS: Mapping[str, tuple[Action, ...]] = MappingProxyType({
    "bank_not_in_ledger": (Action.LINK_TO_ORDER, Action.CREATE_ENTRY, Action.VOID_LINE),
    "bank_after_reject": (Action.CREATE_ENTRY, Action.VOID_LINE),
    "bank_missing": (Action.MARK_RECEIVED, Action.FORCE_MATCH),
    "bank_duplicate": (Action.CREATE_ENTRY, Action.VOID_LINE),
    "bank_amount": (Action.REPLACE_LINE, Action.EDIT_BY_REVERSAL, Action.FORCE_MATCH),
    "bank_returned": (Action.EDIT_BY_REVERSAL,),
    "bank_unknown": (Action.MARK_RECEIVED,),
    "statement_contradicted": (Action.FORCE_MATCH,),
    "statement_late": (),
    "statement_incomplete": (),
    "statement_refused": (),
})
_OF_A_LINE = frozenset({Action.VOID_LINE, Action.REPLACE_LINE, Action.LINK_TO_ORDER})
# A difference of income is at most this of the units that earned, or so many fen of a small
# holding; what is larger is a difference of units, and no income puts it right.
INCOME_MOST_PER_MILLE = 10
INCOME_LEAST_FEN = 10_000


@dataclass(frozen=True, slots=True)
class BreakFacts:
    """What decides on an action: kind and figures, the day, what the policy lets pass.

    Of a bank's day also whether the line is there, whether it only repeats another one, and how
    many orders moved as much that no line names.
    """

    kind: str
    is_open: bool
    is_day_open: bool
    difference: int | None = None
    earning_e2: int | None = None
    income_theirs: int | None = None
    tolerance_fen: int = 0
    unanswered_count: int = 0
    has_line: bool = False
    is_copy: bool = False
    orders_like_it: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """An action with why it cannot be taken; None where it can."""

    action: Action
    refusal: NotOffered | None


def offers(facts: BreakFacts) -> list[Offer]:
    """Return all seven actions, each with why it cannot be taken on this break.

    >>> facts = BreakFacts("cash_in", True, True, difference=-3, tolerance_fen=3)
    >>> [offer.action.value for offer in offers(facts) if offer.refusal is None]
    ['force_match']
    """
    return [Offer(action, refusal_of(action, facts=facts)) for action in Action]


def refusal_of(action: Action, *, facts: BreakFacts) -> NotOffered | None:
    """Return why an action cannot be taken; None where it can."""
    if not facts.is_open:
        return NotOffered.NOT_OPEN
    if facts.kind in BANK_ACTIONS:
        return _of_bank(action, facts)
    match action:
        case Action.REPLACE_LINE:
            return _of_figure(facts, wants_day_open=True)
        case Action.EDIT_BY_REVERSAL:
            return _of_figure(facts, wants_day_open=False)
        case Action.FORCE_MATCH:
            return _of_waiver(facts)
        case Action.MARK_RECEIVED:
            return _of_answer(facts)
        case _:
            return NotOffered.OTHER_KIND


def first_of_bank(facts: BreakFacts) -> Action | None:
    """Return what to try first with a break of a bank's day; None where one only waits.

    A line that repeats another one with no number of its own is a slip of the pen: nothing moved.

    >>> first_of_bank(BreakFacts("bank_duplicate", True, True, has_line=True, is_copy=True)).value
    'void_line'
    """
    wanted = BANK_ACTIONS[facts.kind]
    if facts.is_copy and Action.VOID_LINE in wanted:
        wanted = (Action.VOID_LINE, *wanted)
    return next((each for each in wanted if refusal_of(each, facts=facts) is None), None)


def _of_bank(action: Action, facts: BreakFacts) -> NotOffered | None:
    """Return why an action cannot be taken on a break of a bank's day."""
    if action not in BANK_ACTIONS[facts.kind]:
        return NotOffered.OTHER_KIND
    if action in _OF_A_LINE and not facts.has_line:
        return NotOffered.NO_LINE
    if action is Action.LINK_TO_ORDER and not facts.orders_like_it:
        return NotOffered.NO_ORDER
    if action is Action.FORCE_MATCH and abs(facts.difference or 0) > facts.tolerance_fen:
        return NotOffered.BEYOND_TOLERANCE
    return None


def is_income_sized(difference: int, *, earning_e2: int) -> bool:
    """Tell whether a difference can be one of a day's income.

    >>> is_income_sized(3, earning_e2=100), is_income_sized(50_000, earning_e2=1_000_000)
    (True, False)
    """
    most = max(INCOME_LEAST_FEN, earning_e2 * INCOME_MOST_PER_MILLE // 1_000)
    return abs(difference) <= most


def _of_figure(facts: BreakFacts, *, wants_day_open: bool) -> NotOffered | None:
    """Return why the register's figure cannot be taken: on an open day, or as a correction."""
    if facts.kind not in REGISTER_KINDS:
        return NotOffered.OTHER_KIND
    if facts.is_day_open is not wants_day_open:
        return NotOffered.DAY_CLOSED if wants_day_open else NotOffered.DAY_OPEN
    if facts.income_theirs is None or not facts.earning_e2:
        return NotOffered.NO_INCOME
    fits = is_income_sized(facts.difference or 0, earning_e2=facts.earning_e2)
    return None if fits else NotOffered.MORE_THAN_INCOME


def _of_waiver(facts: BreakFacts) -> NotOffered | None:
    """Return why a difference may not stand: on a closed day it does already."""
    if facts.kind in REGISTER_KINDS and not facts.is_day_open:
        return None  # what was accepted stays as it is
    if facts.kind not in WAIVABLE_KINDS:
        return NotOffered.OTHER_KIND
    if not facts.is_day_open:
        return NotOffered.DAY_CLOSED
    return (
        None if abs(facts.difference or 0) <= facts.tolerance_fen else NotOffered.BEYOND_TOLERANCE
    )


def _of_answer(facts: BreakFacts) -> NotOffered | None:
    if facts.kind != "missing_confirmation":
        return NotOffered.OTHER_KIND
    return NotOffered.UNANSWERED if facts.unanswered_count else None
