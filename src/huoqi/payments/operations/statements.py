"""Taking bank statements in: kept as they came, judged in their order, and heard as evidence.

A page that came before is known by its digest and changes nothing. Lines of a statement that still
waits may prove that something was booked; only a complete one proves that something was not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.dates import SHANGHAI, shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments._store import bank_days
from huoqi.payments._store import statements as store
from huoqi.payments._store.bank_days import DayRow
from huoqi.payments.operations.hearing import hear_pages, prove_absent
from huoqi.payments.operations.intake import Intake, PageInHand, page_id_of
from huoqi.payments.orders import OrderOutcome
from huoqi.payments.rules.completeness import StatementReason, StatementState
from huoqi.payments.rules.statements import Statement
from huoqi.payments.statements import BankCursor, StatementNotOurs, StatementTaken

ASK_AGAIN_AFTER = timedelta(minutes=15)
_DAY = timedelta(days=1)
_READY_AT = time(8)


def begin_statements(work: Work) -> None:
    """Expect the statements of today and later from every bank; those that have begun stay."""
    today = shanghai_date(work.at)
    bank_days.start(work, on=today - _DAY, next_at=_ready_at(today, _READY_AT))


def take_statements(
    work: Work, statements: Sequence[Statement]
) -> list[StatementTaken | DomainError]:
    """Take pages in and return what became of each; a page that came before is ignored.

    The news of orders stand with the first new page: the caller hands them to whoever asked for
    the orders, in this same transaction. Errors: StatementNotOurs.
    """
    if not statements:
        return []
    accounts = store.accounts(work)
    ours = [s for s in statements if accounts.get(s.head.bank) == s.head.account]
    cursors = _locked(work, ours)
    names = {(s.head.bank, s.head.statement_id) for s in ours}
    intake = Intake.of(work, list(cursors.values()), names)
    for statement in ours:
        intake.add(statement)
    intake.judge(today=shanghai_date(work.at))
    store.add_pages(work, [page.kept() for page in intake.new])
    store.set_states(work, {page.page_id: page.verdict for page in intake.changed})
    told = hear_pages(work, intake.new) + _move_on(work, intake, cursors)
    news = {intake.new[0].page_id: told} if told else {}
    _tell(work, [*intake.new, *intake.changed])
    arrivals = iter(intake.arrivals)
    return [
        _taken(statement, next(arrivals), news)
        if accounts.get(statement.head.bank) == statement.head.account
        else StatementNotOurs(bank=statement.head.bank, statement_id=statement.head.statement_id)
        for statement in statements
    ]


def note_late(work: Work) -> list[str]:
    """Put off asking banks whose statement is due and not there, and return who they are."""
    late, days = [], []
    for cursor in bank_days.cursors(work):
        if cursor.next_at <= work.at:
            on = cursor.complete_on + _DAY
            late.append(replace(cursor, next_at=work.at + ASK_AGAIN_AFTER, tries=cursor.tries + 1))
            expected_at = _ready_at(on, _READY_AT)
            days.append(DayRow(cursor.bank, on, "late", "", expected_at, None))
    bank_days.save_cursors(work, late)
    bank_days.note_late(work, days)
    return [cursor.bank for cursor in late]


def _locked(work: Work, ours: Sequence[Statement]) -> dict[str, BankCursor]:
    """Return the cursors of the banks, locked; a bank begins with what comes first from it."""
    banks = {statement.head.bank for statement in ours}
    cursors = bank_days.lock_cursors(work, banks)
    for bank in sorted(banks - cursors.keys()):
        first_on = min(s.head.first_on for s in ours if s.head.bank == bank)
        bank_days.start(work, on=first_on - _DAY, next_at=_ready_at(first_on, _READY_AT))
        cursors = bank_days.lock_cursors(work, banks)
    return cursors


def _move_on(work: Work, intake: Intake, cursors: dict[str, BankCursor]) -> list[OrderOutcome]:
    """Move banks' cursors to their last complete day; return the news of what is absent now."""
    since = min((cursor.proved_on for cursor in cursors.values()), default=date.max)
    terms = bank_days.terms(work, since=since, on=shanghai_date(work.at))
    moved = []
    for bank, cursor in cursors.items():
        chain = intake.chains[bank]
        if chain.complete_on != cursor.complete_on:
            ready_at = terms[bank].ready_at or _READY_AT
            after = replace(
                cursor,
                complete_on=chain.complete_on,
                sequence_no=chain.sequence_no,
                closing_fen=chain.closing_fen,
                next_at=_ready_at(chain.complete_on + _DAY, ready_at),
                tries=0,
            )
            moved.append(after)
    moved, absent = prove_absent(work, moved, terms=terms)
    bank_days.save_cursors(work, moved)
    bank_days.save_days(work, _days(work, [*intake.new, *intake.changed]))
    return absent


def _days(work: Work, pages: Iterable[PageInHand]) -> list[DayRow]:
    """Return how it stands with the days that some pages speak of."""
    days: dict[tuple[str, date], DayRow] = {}
    for page in pages:
        state, reason = page.verdict.state, page.verdict.reason
        on, last_on = page.head.first_on, min(page.head.last_on, shanghai_date(work.at))
        while on <= last_on and state is not StatementState.CONTRADICTED:
            expected_at = _ready_at(on, _READY_AT)
            key = (page.head.bank, on)
            days[key] = DayRow(*key, state.value, reason.value, expected_at, work.at)
            on += _DAY
    return list(days.values())


def _tell(work: Work, pages: Sequence[PageInHand]) -> None:
    """Tell the statements that somebody should look at; one that is complete is no news."""
    emit_all(
        work,
        [
            EventDraft(
                f"payment.statement.{page.verdict.state.value}",
                f"{page.head.bank}-{page.head.sequence_no}",
                data={
                    "bank": page.head.bank,
                    "on": page.head.last_on.isoformat(),
                    "page": page.head.page_no,
                    "reason": page.verdict.reason.value,
                },
            )
            for page in pages
            if not page.verdict.is_complete
        ],
    )


def _taken(
    statement: Statement, page: PageInHand | None, news: Mapping[UUID, list[OrderOutcome]]
) -> StatementTaken:
    head = statement.head
    if page is None or page.is_in_vain:
        page_id = page_id_of(head)
        state, reason = StatementState.IGNORED, StatementReason.NONE
    else:
        page_id, state, reason = page.page_id, page.verdict.state, page.verdict.reason
    return StatementTaken(
        page_id,
        head.bank,
        head.statement_id,
        head.page_no,
        head.last_on,
        state,
        reason,
        tuple(news.get(page_id, ())),
    )


def _ready_at(on: date, ready: time) -> datetime:
    """Return from when on the statement of a day can be had."""
    return datetime.combine(on + _DAY, ready, tzinfo=SHANGHAI).astimezone(UTC)
