"""The close over HTTP: where each day stands, what differs, what is due, and working it off."""

from contextlib import closing
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from huoqi.close.cockpit import LiveStep, cockpit_of, live_steps
from huoqi.close.operations import run_close, run_due, seal_until
from huoqi.close.operations.approving import propose_negative_day, propose_seal
from huoqi.close.queries import (
    DayStatus,
    SealStatus,
    StepRow,
    closed_days,
    next_due,
    rhythm,
    status_of,
)
from huoqi.close.rules.proofs import SIGNERS
from huoqi.customers.operations import KeyHolder
from huoqi.events.operations import EventDraft, emit
from huoqi.fund.queries import require_product
from huoqi.kit.db import Work
from huoqi.kit.desk import Desk
from huoqi.kit.errors import DomainError
from huoqi.web.doors import AnyRole, Operator
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.routes.funds import FundCode
from huoqi.web.routes.sandbox_clock import DueView
from huoqi.web.wire import Answer, Day, PageLimit, Shape, shown_at

router = APIRouter(prefix="/v1", tags=["Close"], route_class=StrictRoute)


class StepView(Shape):
    """Where one step of a close stands."""

    step: str
    state: str
    done_count: int
    total_count: int
    started_at: str | None
    finished_at: str | None
    took_ms: int
    left_ms: int | None
    note: str
    waits_for: str | None = Field(
        description="clock, us, fund_manager, bank, custodian or approver; null once it has passed."
    )
    expected_at: str
    actor: str = Field(description="Who ran it; empty before it has begun.")
    artefact: str | None = Field(description="SHA-256 of what it made, in hexadecimal.")


class CockpitView(Shape):
    """One of the fourteen steps of the cockpit."""

    number: int
    step: str
    state: str
    waits_for: str | None
    done_count: int
    total_count: int


class BreakView(Shape):
    """A row that does not tie."""

    kind: str
    account_no: str | None
    ours: str | None
    theirs: str | None
    difference: str | None
    rows_count: int
    detail: str
    found_at: str


class SealStateView(Shape):
    """Where the seal of a closed day stands; `missing` says who has not signed, and why."""

    state: str
    missing: str | None = Field(
        description="platform, fund_manager or custodian, a colon, and away, refuses, approval or"
        " banks.",
        examples=["custodian:away"],
    )
    again_at: str | None = Field(description="When it is tried again by itself.")
    root: str | None = Field(description="Root of the tree over all holders, once it is signed.")
    signers: list[str] = Field(description="Who signed, in order.")
    sealed_at: str | None


class CloseDayAnswer(Answer):
    """Where the close of a day stands: its steps, what differs, its root once it is closed."""

    fund: str
    on: date
    state: str
    steps: list[StepView]
    cockpit: list[CockpitView]
    breaks: list[BreakView]
    seal: SealStateView
    root: str | None
    closed_at: str | None


class ClosedDayView(Shape):
    """A closed day."""

    fund: str
    on: date
    root: str
    flags: list[str]
    closed_at: str


class WaitView(Shape):
    """Daily work that has to be asked for again, and why."""

    fund: str
    kind: str
    done_on: date
    again_at: str | None
    tries: int
    note: str


class CloseAnswer(Answer):
    """The close as a whole: the last closed days, what is due next, what waits for whom."""

    days: list[ClosedDayView]
    next: list[DueView]
    rhythm: list[WaitView]


class WorkedAnswer(Answer):
    """What was worked off."""

    pieces: int


@router.get("/close", operation_id="close_get")
def close_get(door: AnyRole, limit: Annotated[PageLimit, Query()] = 30) -> CloseAnswer:
    """Show the last closed days, what falls due next, and what is waited for."""

    def found(work: Work, _: KeyHolder) -> CloseAnswer:
        return CloseAnswer(
            days=[
                ClosedDayView(
                    fund=day.sealed.fund,
                    on=day.sealed.on,
                    root=day.root.hex(),
                    flags=list(day.flags),
                    closed_at=shown_at(day.closed_at),
                )
                for day in closed_days(work, limit=limit)
            ],
            next=[
                DueView(at=shown_at(due.at), kind=due.kind.value, detail=due.detail)
                for due in next_due(work)
            ],
            rhythm=[
                WaitView(
                    fund=row.fund,
                    kind=row.kind.value,
                    done_on=row.done_on,
                    again_at=shown_at(row.again_at) if row.again_at else None,
                    tries=row.tries,
                    note=row.note,
                )
                for row in rhythm(work)
            ],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/close/{fund}/{on}", operation_id="close_day_get")
def close_day_get(door: AnyRole, fund: FundCode, on: Annotated[Day, Path()]) -> CloseDayAnswer:
    """Show each step of a day's close and every row that does not tie."""

    def found(work: Work, _: KeyHolder) -> CloseDayAnswer:
        require_product(work, fund=fund)
        return _close_day(work, status_of(work, fund=fund, on=on))

    return door.ask(found)


@router.post("/close/{fund}/{on}", operation_id="close_day_run")
def close_day_run(door: Operator, fund: FundCode, on: Annotated[Day, Path()]) -> CloseDayAnswer:
    """Close a day, or say where it is blocked; a closed day answers its root again."""
    door.ask(lambda work, _: require_product(work, fund=fund))
    door.note(lambda work, _: _told(work, "staff.close.run", fund=fund, on=on))
    platform = door.machine.platform
    with closing(Desk(platform.database.dsn)) as desk, desk.held():
        run_close(platform, fund=fund, on=on)
        seal_until(platform, fund=fund)
    return door.ask(lambda work, _: _close_day(work, status_of(work, fund=fund, on=on)))


@router.post("/close/{fund}/{on}/seal", operation_id="close_day_seal")
def close_day_seal(door: Operator, fund: FundCode, on: Annotated[Day, Path()]) -> CloseDayAnswer:
    """Ask the three signers now for what is closed and not sealed, up to a day."""
    door.ask(lambda work, _: require_product(work, fund=fund))
    door.note(lambda work, _: _told(work, "staff.close.seal", fund=fund, on=on))
    platform = door.machine.platform
    with closing(Desk(platform.database.dsn)) as desk, desk.held():
        seal_until(platform, fund=fund, on=on)
    return door.ask(lambda work, _: _close_day(work, status_of(work, fund=fund, on=on)))


@router.post(
    "/close/{fund}/{on}/seal-approval", operation_id="close_day_propose_seal", status_code=202
)
def close_day_propose_seal(
    door: Operator, fund: FundCode, on: Annotated[Day, Path()]
) -> ApprovalAnswer:
    """Propose to let the platform sign a closed day; a second person decides."""

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        require_product(work, fund=fund)
        return approval_answer(work, propose_seal(work, fund=fund, on=on, maker=holder.actor))

    return door.act(proposed)


@router.post(
    "/close/{fund}/{on}/negative-income", operation_id="close_day_pass_negative", status_code=202
)
def close_day_pass_negative(
    door: Operator, fund: FundCode, on: Annotated[Day, Path()]
) -> ApprovalAnswer:
    """Propose to let a day with a loss close as reported; a second person decides."""

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        require_product(work, fund=fund)
        result = propose_negative_day(work, fund=fund, on=on, maker=holder.actor)
        return approval_answer(work, result)

    return door.act(proposed)


@router.post("/close/due", operation_id="close_run_due")
def close_run_due(door: Operator) -> WorkedAnswer:
    """Work off everything that is due at the present business instant."""
    door.note(lambda work, _: emit(work, EventDraft("staff.due.run", "close")))
    platform = door.machine.platform
    with closing(Desk(platform.database.dsn)) as desk, desk.held():
        pieces = run_due(platform)
    return door.ask(lambda work, _: WorkedAnswer(pieces=pieces, business_time=shown_at(work.at)))


def _told(work: Work, kind: str, *, fund: str, on: date) -> None:
    emit(work, EventDraft(kind, fund, data={"fund": fund, "close_on": on.isoformat()}))


def _step(row: StepRow, live: LiveStep) -> StepView:
    return StepView(
        step=row.step.value,
        state=row.state.value,
        done_count=live.done_count,
        total_count=live.total_count,
        started_at=shown_at(row.started_at) if row.started_at else None,
        finished_at=shown_at(row.finished_at) if row.finished_at else None,
        took_ms=row.took_ms,
        left_ms=row.left_ms,
        note=row.note,
        waits_for=live.waits_for.value if live.waits_for else None,
        expected_at=shown_at(live.expected_at),
        actor=row.actor,
        artefact=row.artefact.hex() if row.artefact else None,
    )


def _close_day(work: Work, status: DayStatus) -> CloseDayAnswer:
    live = live_steps(work, status)
    return CloseDayAnswer(
        fund=status.fund,
        on=status.on,
        state=status.state.value,
        steps=[_step(row, now) for row, now in zip(status.steps, live, strict=True)],
        cockpit=[
            CockpitView(
                number=number,
                step=row.name,
                state=row.state.value,
                waits_for=row.waits_for.value if row.waits_for else None,
                done_count=row.done_count,
                total_count=row.total_count,
            )
            for number, row in enumerate(cockpit_of(status, live), start=1)
        ],
        breaks=[
            BreakView(
                kind=row.kind,
                account_no=_number(row.account_no),
                ours=_number(row.ours),
                theirs=_number(row.theirs),
                difference=_number(row.difference),
                rows_count=row.rows_count,
                detail=row.detail,
                found_at=shown_at(row.found_at),
            )
            for row in status.breaks
        ],
        seal=_seal(status.seal),
        root=status.closed.root.hex() if status.closed else None,
        closed_at=shown_at(status.closed.closed_at) if status.closed else None,
        business_time=shown_at(work.at),
    )


def _seal(seal: SealStatus) -> SealStateView:
    kept = seal.kept
    return SealStateView(
        state=seal.state.value,
        missing=seal.note or None,
        again_at=shown_at(seal.again_at) if seal.again_at else None,
        root=kept.statement.root.hex() if kept else None,
        signers=[signer.value for signer in SIGNERS] if kept else [],
        sealed_at=shown_at(kept.sealed_at) if kept else None,
    )


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)
