"""The monitor of outside parties: banks, fund managers, the identity authority."""

from datetime import date
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from huoqi.close.queries import CursorRow, agenda, rhythm
from huoqi.close.rules.due import Due
from huoqi.customers.operations import KeyHolder
from huoqi.customers.queries import AuthorityLine, authority_line
from huoqi.fund.products import Product
from huoqi.fund.queries import products_of
from huoqi.kit.db import Work
from huoqi.payments.queries import BankLine, bank_lines
from huoqi.sandbox.faults import KINDS, Fault, faults_of
from huoqi.web.doors import AnyRole
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, Shape, shown_at

router = APIRouter(prefix="/v1", tags=["Back office"], route_class=StrictRoute)

LineState = Literal["up", "silent", "late", "down", "unused"]


class ArmedFault(Shape):
    """A fault that strikes the party now or will, on a sandbox."""

    fault: str
    state: str
    active_from: str
    active_until: str | None
    remaining: int | None


class BankConnection(Shape):
    """A bank: whether it answers, when it last did, and what waits for it."""

    bank: str
    name_zh: str
    name_en: str
    state: LineState = Field(description="unused: it was never spoken to.")
    down_since: str | None
    retry_at: str | None
    last_answer_at: str | None = Field(description="To the minute, as all of these.")
    last_silence_at: str | None = Field(description="When a call last stayed without an answer.")
    pending_count: int
    unknown_count: int
    case_count: int = Field(description="Payments that two people must look at.")
    waits_since: str | None
    faults: list[ArmedFault]


class ManagerFile(Shape):
    """One kind of what passes between us and a manager: the last day done, the next expected."""

    kind: str
    done_on: date
    expected_on: date | None
    expected_at: str | None
    asked_again_at: str | None
    tries: int
    answer: str = Field(description="What the manager last said instead: NotReady, ManagerDown.")
    state: LineState


class ManagerConnection(Shape):
    """A fund's manager: whether it answers, and each kind of file."""

    fund: str
    manager: str
    state: LineState
    files: list[ManagerFile]
    faults: list[ArmedFault]


class AuthorityConnection(Shape):
    """The identity authority: whether applications wait for it."""

    state: LineState
    pending_count: int
    waits_since: str | None
    retry_at: str | None


class ConnectionsAnswer(Answer):
    """Everybody outside that we speak to, and how that goes."""

    banks: list[BankConnection]
    managers: list[ManagerConnection]
    authority: AuthorityConnection


@router.get("/staff/connections", operation_id="staff_connections_list")
def staff_connections_list(door: AnyRole) -> ConnectionsAnswer:
    """Show each bank, fund manager and authority: its state, its last answers, what waits."""
    is_sandbox = door.machine.platform.mode == "sandbox"

    def found(work: Work, _: KeyHolder) -> ConnectionsAnswer:
        armed = [each for each in faults_of(work) if each.state != "over"] if is_sandbox else []
        return ConnectionsAnswer(
            banks=[_bank(line, armed) for line in bank_lines(work)],
            managers=_managers(work, armed),
            authority=_authority(authority_line(work)),
            business_time=shown_at(work.at),
        )

    return door.ask(found)


def _bank(line: BankLine, armed: list[Fault]) -> BankConnection:
    return BankConnection(
        bank=line.name.code,
        name_zh=line.name.name_zh,
        name_en=line.name.name_en,
        state=_bank_state(line),
        down_since=shown_at(line.down_since) if line.down_since else None,
        retry_at=shown_at(line.retry_at) if line.retry_at else None,
        last_answer_at=shown_at(line.answered_at) if line.answered_at else None,
        last_silence_at=shown_at(line.unanswered_at) if line.unanswered_at else None,
        pending_count=line.pending_count,
        unknown_count=line.unknown_count,
        case_count=line.case_count,
        waits_since=shown_at(line.waits_since) if line.waits_since else None,
        faults=_faults(armed, party="bank", target=line.name.code),
    )


def _bank_state(line: BankLine) -> LineState:
    if line.down_since is not None:
        return "down"
    if line.unanswered_at is not None and (
        line.answered_at is None or line.unanswered_at > line.answered_at
    ):
        return "silent"
    return "unused" if line.answered_at is None else "up"


def _managers(work: Work, armed: list[Fault]) -> list[ManagerConnection]:
    dues = {(due.detail, due.kind): due for due in agenda(work).fund_dues}
    rows: dict[str, list[CursorRow]] = {}
    for row in rhythm(work):
        rows.setdefault(row.fund, []).append(row)
    return [
        _manager(
            product,
            [_file(row, dues.get((row.fund, row.kind))) for row in rows.get(product.fund, [])],
            armed,
        )
        for product in products_of(work)
    ]


def _manager(product: Product, files: list[ManagerFile], armed: list[Fault]) -> ManagerConnection:
    states = {file.state for file in files}
    worst: LineState = "down" if "down" in states else "late" if "late" in states else "up"
    return ManagerConnection(
        fund=product.fund,
        manager=product.manager,
        state=worst if files else "unused",
        files=files,
        faults=_faults(armed, party="fund-manager", target=product.fund),
    )


def _file(row: CursorRow, due: Due | None) -> ManagerFile:
    is_late = row.tries > 0
    return ManagerFile(
        kind=row.kind.value,
        done_on=row.done_on,
        expected_on=due.on if due else None,
        expected_at=shown_at(due.at) if due else None,
        asked_again_at=shown_at(row.again_at) if row.again_at else None,
        tries=row.tries,
        answer=row.note,
        state="down" if row.note == "ManagerDown" else "late" if is_late else "up",
    )


def _authority(line: AuthorityLine) -> AuthorityConnection:
    return AuthorityConnection(
        state="down" if line.waiting_count else "up",
        pending_count=line.waiting_count,
        waits_since=shown_at(line.waits_since) if line.waits_since else None,
        retry_at=shown_at(line.next_try_at) if line.next_try_at else None,
    )


def _faults(armed: list[Fault], *, party: str, target: str) -> list[ArmedFault]:
    return [
        ArmedFault(
            fault=each.fault,
            state=each.state,
            active_from=shown_at(each.active_from),
            active_until=shown_at(each.active_until) if each.active_until else None,
            remaining=each.remaining,
        )
        for each in armed
        if KINDS[each.fault].party == party and each.target in {"", target}
    ]
