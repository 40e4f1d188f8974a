"""The monitor of bank statements: a line a bank and day, what came, its lines, and once more."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from huoqi.customers.operations import KeyHolder
from huoqi.kit.db import Work
from huoqi.payments.operations.pulling import StatementUnknown, pull_statement
from huoqi.payments.rules.completeness import StatementState
from huoqi.payments.statement_queries import (
    DayFilter,
    DayState,
    EntryLine,
    StatementDay,
    statement_day,
    statement_days,
    statement_entries,
    statement_pages,
)
from huoqi.payments.statements import StatementPage
from huoqi.web.doors import AnyRole, Operator
from huoqi.web.errors import CursorRefused
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.problems import wordings
from huoqi.web.wire import (
    Answer,
    CursorText,
    Day,
    Money,
    Page,
    PageLimit,
    Shape,
    cursor_at,
    cursor_beyond,
    money,
    name_of_cursor,
    page,
    parts_of_cursor,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Back office"], route_class=StrictRoute)

Bank = Annotated[str, Path(pattern="^[A-Z]{2,8}$", description="The bank's code.")]


class StatementTotals(Shape):
    """How many lines there are and what they add up to; null where the bank states none."""

    entry_count: int | None
    credit: Money | None
    debit: Money | None


class StatementFault(Shape):
    """Why a statement is not complete."""

    code: str = Field(examples=["statement.totals_off"])
    title: str = Field(description="What the code means, in the language of the request.")
    next_step: str


class BankStatementView(Shape):
    """A bank's day: its statement, expected or as it came."""

    bank: str = Field(examples=["ICBC"])
    day: date
    state: DayState = Field(description="expected: not due yet. Only complete proves an absence.")
    fault: StatementFault | None
    expected_at: str
    arrived_at: str | None
    statement_id: str | None
    sequence_no: int | None
    page_count: int
    stated: StatementTotals = Field(description="What the bank says.")
    counted: StatementTotals = Field(description="What its lines are.")
    opening: Money | None
    closing: Money | None
    sha256: str | None
    pulled_at: list[str] = Field(description="When it was asked for again.")
    pull_wanted: bool
    can_pull: bool


class BankStatementPage(Shape):
    """A page as it came."""

    id: UUID
    statement_id: str
    page_no: int
    is_last_page: bool
    state: StatementState
    fault: StatementFault | None
    stated: StatementTotals
    counted: StatementTotals
    opening: Money
    closing: Money
    sha256: str
    received_at: str


class BankStatementDetail(Shape):
    """A bank's day with every page that came of it, refused ones too."""

    statement: BankStatementView
    pages: list[BankStatementPage]


class BankStatementAnswer(Answer):
    """One bank's day."""

    data: BankStatementDetail


class BankStatementEntry(Shape):
    """A line as it came."""

    line_no: int
    entry_id: str = Field(description="The bank's own name of the line.")
    reference: str = Field(description="Our reference, if the bank states one.")
    amount: Money
    side: Literal["credit", "debit"]
    is_reversal: bool
    booked_on: date
    value_on: date
    reason: str
    order_id: UUID | None = Field(description="The money order that it names, if it is ours.")
    event: str | None = Field(description="What it proved of that order.")


class BankStatementQuery(Shape):
    """Which days are wanted."""

    bank: Annotated[str | None, Field(pattern="^[A-Z]{2,8}$")] = None
    day: Day | None = None
    state: DayState | None = None
    limit: PageLimit = 50
    cursor: CursorText = None


class BankEntryQuery(Shape):
    """Which lines are wanted."""

    limit: PageLimit = 100
    cursor: CursorText = None


@router.get("/staff/bank-statements", operation_id="staff_bank_statements_list")
def staff_bank_statements_list(
    door: AnyRole, request: Request, asked: Annotated[BankStatementQuery, Query()]
) -> Page[BankStatementView]:
    """List banks' days with their statements, the newest day first."""
    before = _place_of(name_of_cursor(asked.cursor))
    language = visit_of(request).language

    def found(work: Work, _: KeyHolder) -> Page[BankStatementView]:
        wanted = DayFilter(asked.bank, asked.day, asked.state)
        rows = statement_days(work, wanted, before=before, limit=asked.limit + 1)
        shown, more = rows[: asked.limit], len(rows) > asked.limit
        last = f"{shown[-1].on.isoformat()}.{shown[-1].bank}" if shown else ""
        return page(
            [_view(row, language=language) for row in shown],
            next_cursor=cursor_beyond(last) if more else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/staff/bank-statements/{bank}/{day}", operation_id="staff_bank_statements_get")
def staff_bank_statements_get(
    door: AnyRole, request: Request, bank: Bank, day: Day
) -> BankStatementAnswer:
    """Show a bank's day: every page that came, both totals, and why one was refused."""
    language = visit_of(request).language

    def found(work: Work, _: KeyHolder) -> BankStatementAnswer:
        row = statement_day(work, bank=bank, on=day)
        if row is None:
            raise StatementUnknown(bank=bank, on=day.isoformat())
        return _answer(work, row, language=language)

    return door.ask(found)


@router.get(
    "/staff/bank-statements/{bank}/{day}/pages/{page_id}/entries",
    operation_id="staff_bank_statements_entries",
)
def staff_bank_statements_entries(
    door: AnyRole, page_id: UUID, bank: Bank, day: Day, asked: Annotated[BankEntryQuery, Query()]
) -> Page[BankStatementEntry]:
    """List the lines of a page as they came, with what each proved."""
    after = parts_of_cursor(asked.cursor, count=1) or (0,)

    def found(work: Work, _: KeyHolder) -> Page[BankStatementEntry]:
        if page_id not in {each.page_id for each in statement_pages(work, bank=bank, on=day)}:
            raise StatementUnknown(bank=bank, on=day.isoformat())
        rows = statement_entries(work, page_id, after=after[0], limit=asked.limit + 1)
        shown, more = rows[: asked.limit], len(rows) > asked.limit
        following = cursor_at(shown[-1].line_no) if more else None
        return page([_entry(row) for row in shown], next_cursor=following, at=work.at)

    return door.ask(found)


@router.post(
    "/staff/bank-statements/{bank}/{day}/repull",
    operation_id="staff_bank_statements_repull",
    status_code=202,
)
def staff_bank_statements_repull(
    door: Operator, request: Request, bank: Bank, day: Day
) -> BankStatementAnswer:
    """Ask the bank for a late or refused statement again; asking twice is asking once."""
    language = visit_of(request).language

    def asked(work: Work, _: KeyHolder) -> BankStatementAnswer:
        return _answer(work, pull_statement(work, bank=bank, on=day), language=language)

    answer = door.act(asked)
    door.machine.wake_jobs()
    return answer


def _place_of(name: str | None) -> tuple[date, str] | None:
    if name is None:
        return None
    day, _, bank = name.partition(".")
    try:
        return date.fromisoformat(day), bank
    except ValueError as error:
        raise CursorRefused from error


def _answer(work: Work, row: StatementDay, *, language: str) -> BankStatementAnswer:
    pages = statement_pages(work, bank=row.bank, on=row.on)
    shown = [_page(each, language=language) for each in pages]
    data = BankStatementDetail(statement=_view(row, language=language), pages=shown)
    return BankStatementAnswer(data=data, business_time=shown_at(work.at))


def _view(row: StatementDay, *, language: str) -> BankStatementView:
    return BankStatementView(
        bank=row.bank,
        day=row.on,
        state=row.state,
        fault=_fault(row.reason, language=language),
        expected_at=shown_at(row.expected_at),
        arrived_at=_instant(row.arrived_at),
        statement_id=row.statement_id,
        sequence_no=row.sequence_no,
        page_count=row.page_count,
        stated=_totals(row.stated_count, row.stated_credit_fen, row.stated_debit_fen),
        counted=_totals(row.entry_count, row.credit_fen, row.debit_fen),
        opening=_money(row.opening_fen),
        closing=_money(row.closing_fen),
        sha256=row.sha256.hex() if row.sha256 else None,
        pulled_at=[shown_at(at) for at in row.pulled_at],
        pull_wanted=row.pull_wanted,
        can_pull=row.can_pull,
    )


def _page(each: StatementPage, *, language: str) -> BankStatementPage:
    head, counted = each.head, each.counted
    return BankStatementPage(
        id=each.page_id,
        statement_id=head.statement_id,
        page_no=head.page_no,
        is_last_page=head.is_last_page,
        state=each.state,
        fault=_fault(each.reason, language=language),
        stated=_totals(head.entry_count, head.credit_fen, head.debit_fen),
        counted=_totals(counted.count, counted.credit_fen, counted.debit_fen),
        opening=money(head.opening_fen),
        closing=money(head.closing_fen),
        sha256=head.sha256.hex(),
        received_at=shown_at(each.received_at),
    )


def _entry(row: EntryLine) -> BankStatementEntry:
    return BankStatementEntry(
        line_no=row.line_no,
        entry_id=row.entry_id,
        reference=row.bank_ref,
        amount=money(row.amount_fen),
        side="credit" if row.is_credit else "debit",
        is_reversal=row.is_reversal,
        booked_on=row.booked_on,
        value_on=row.value_on,
        reason=row.reason,
        order_id=row.order_id,
        event=row.event or None,
    )


def _fault(reason: str, *, language: str) -> StatementFault | None:
    if not reason:
        return None
    wording = wordings().get(reason)
    title, _, step = wording.texts(language) if wording else (reason, "", "")
    return StatementFault(code=reason, title=title, next_step=step)


def _totals(count: int | None, credit_fen: int | None, debit_fen: int | None) -> StatementTotals:
    return StatementTotals(entry_count=count, credit=_money(credit_fen), debit=_money(debit_fen))


def _money(amount_fen: int | None) -> Money | None:
    return None if amount_fen is None else money(amount_fen)


def _instant(at: datetime | None) -> str | None:
    return shown_at(at) if at else None
