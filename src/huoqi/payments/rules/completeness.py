"""Whether a bank's statement may be believed, and whether it may prove that something is absent.

Only a statement with all its pages, whose sequence number follows the last one, whose opening is
the last closing, and whose lines add up, is complete. Nothing else ever proves an absence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from huoqi.payments.rules.statements import StatementEntry, StatementHead


class StatementState(StrEnum):
    """What became of a page: the four that are kept, and what came before in the same bytes."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    CONTRADICTED = "contradicted"
    IGNORED = "ignored"


#: Lines of these may prove that something was booked.
STANDING = frozenset({StatementState.COMPLETE, StatementState.INCOMPLETE})


class StatementReason(StrEnum):
    """Why a statement is not complete; the code under which it is shown."""

    NONE = ""
    PAGE_MISSING = "statement.page_missing"
    SEQUENCE_GAP = "statement.sequence_gap"
    SEQUENCE_OLD = "statement.sequence_old"
    PAGES_DISAGREE = "statement.pages_disagree"
    TOTALS_OFF = "statement.totals_off"
    BALANCE_OFF = "statement.balance_off"
    OPENING_OFF = "statement.opening_off"
    DAYS_OFF = "statement.days_off"
    OTHER_TEXT = "statement.other_text"


@dataclass(frozen=True, slots=True)
class Totals:
    """How many lines there are and what they add up to on each side."""

    count: int = 0
    credit_fen: int = 0
    debit_fen: int = 0

    def plus(self, other: "Totals") -> "Totals":
        """Return both together."""
        return Totals(
            self.count + other.count,
            self.credit_fen + other.credit_fen,
            self.debit_fen + other.debit_fen,
        )


def totals_of(entries: Sequence[StatementEntry]) -> Totals:
    """Return what lines add up to."""
    credit_fen = sum(entry.amount_fen for entry in entries if entry.is_credit)
    debit_fen = sum(entry.amount_fen for entry in entries if not entry.is_credit)
    return Totals(len(entries), credit_fen, debit_fen)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as far as it is judged: what it states, and what its own lines add up to."""

    head: StatementHead
    counted: Totals


@dataclass(frozen=True, slots=True)
class Chain:
    """The last complete statement of an account; nothing yet where ``sequence_no`` is None."""

    complete_on: date
    sequence_no: int | None = None
    closing_fen: int = 0

    def after(self, pages: Sequence[Page]) -> "Chain":
        """Return the chain with a complete statement added."""
        last = _ordered(pages)[-1].head
        return Chain(last.last_on, last.sequence_no, last.closing_fen)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a statement is worth, and why not more."""

    state: StatementState
    reason: StatementReason = StatementReason.NONE

    @property
    def is_complete(self) -> bool:
        """Return whether the statement may prove an absence."""
        return self.state is StatementState.COMPLETE


_COMPLETE = Verdict(StatementState.COMPLETE)


def judge(pages: Sequence[Page], *, chain: Chain, today: date) -> Verdict:
    """Return what the pages of one statement are worth after the statements before it.

    A statement of a day that is not over, or of days told of already, is refused.

    >>> head = StatementHead("ICBC", "6222", "S1", 7, date(2015, 5, 12), date(2015, 5, 12),
    ...     100, 130, 1, 30, 0)
    >>> chain = Chain(date(2015, 5, 11), sequence_no=6, closing_fen=100)
    >>> judge([Page(head, Totals(1, 30, 0))], chain=chain, today=date(2015, 5, 13)).is_complete
    True
    >>> judge([Page(head, Totals(1, 31, 0))], chain=chain, today=date(2015, 5, 13)).reason.value
    'statement.totals_off'
    """
    ordered = _ordered(pages)
    own = _of_itself(ordered)
    if own is not StatementReason.NONE:
        waits = own is StatementReason.PAGE_MISSING
        return Verdict(StatementState.INCOMPLETE if waits else StatementState.REFUSED, own)
    first, last = ordered[0].head, ordered[-1].head
    if not first.first_on <= last.last_on < today:
        return _refused(StatementReason.DAYS_OFF)
    if _leaves_gap(chain, first):
        return Verdict(StatementState.INCOMPLETE, StatementReason.SEQUENCE_GAP)
    return _after(chain, first)


def _leaves_gap(chain: Chain, head: StatementHead) -> bool:
    """Tell whether a statement between is missing; the first one of all follows by its days."""
    if chain.sequence_no is None:
        return head.first_on > chain.complete_on + timedelta(days=1)
    return head.sequence_no > chain.sequence_no + 1


def _after(chain: Chain, head: StatementHead) -> Verdict:
    """Judge a sound statement that leaves no gap by the one before it."""
    if chain.sequence_no is not None and head.sequence_no <= chain.sequence_no:
        return _refused(StatementReason.SEQUENCE_OLD)
    if head.first_on <= chain.complete_on:
        return _refused(StatementReason.DAYS_OFF)
    if chain.sequence_no is not None and head.opening_fen != chain.closing_fen:
        return _refused(StatementReason.OPENING_OFF)
    return _COMPLETE


def _refused(reason: StatementReason) -> Verdict:
    return Verdict(StatementState.REFUSED, reason)


def _ordered(pages: Sequence[Page]) -> list[Page]:
    return sorted(pages, key=lambda page: page.head.page_no)


def _of_itself(pages: list[Page]) -> StatementReason:
    """Return what is wrong with a statement whatever came before it."""
    numbers = [page.head.page_no for page in pages]
    ends = [page.head.page_no for page in pages if page.head.is_last_page]
    if ends not in ([], numbers[-1:]) or len({_name(page.head) for page in pages}) > 1:
        return StatementReason.PAGES_DISAGREE
    if not ends or numbers != list(range(1, len(pages) + 1)):
        return StatementReason.PAGE_MISSING
    whole = Totals()
    for page in pages:
        whole = whole.plus(page.counted)
    if not all(_states(page.head, (page.counted, whole)) for page in pages):
        return StatementReason.TOTALS_OFF
    opening_fen, closing_fen = pages[0].head.opening_fen, pages[-1].head.closing_fen
    if opening_fen + whole.credit_fen - whole.debit_fen != closing_fen:
        return StatementReason.BALANCE_OFF
    return StatementReason.NONE


def _name(head: StatementHead) -> tuple[str, str, int, date, date]:
    return head.account, head.statement_id, head.sequence_no, head.first_on, head.last_on


def _states(head: StatementHead, either: tuple[Totals, Totals]) -> bool:
    """Tell whether stated totals are those of the page or of the whole; a form may state none."""
    return any(
        head.entry_count in (None, totals.count)
        and head.credit_fen in (None, totals.credit_fen)
        and head.debit_fen in (None, totals.debit_fen)
        for totals in either
    )
