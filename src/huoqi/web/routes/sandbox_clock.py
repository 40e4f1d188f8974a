"""The time machine over HTTP: where the clock stands, moving it, branches and rewinding."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Annotated, ClassVar, Self

from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from huoqi.close.queries import next_due
from huoqi.kit.db import Work
from huoqi.kit.desk import Desk
from huoqi.kit.errors import DomainError
from huoqi.kit.progress import Reporter
from huoqi.sandbox.branches import Branches, Snapshot
from huoqi.sandbox.time_machine import ClockState, Journey, Leave, TimeMachine
from huoqi.web.doors import Developer, KeyDoor
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, DoneAnswer, Instant, Page, Shape, page, shown_at


class LeftUnderWay(DomainError):
    """The server stops; the clock stays on its way, and the next start goes on with it."""

    code: ClassVar[str] = "clock.left_under_way"


router = APIRouter(prefix="/v1/sandbox", tags=["Sandbox: time"], route_class=StrictRoute)

BranchName = Annotated[
    str, StringConstraints(min_length=1, max_length=64), Field(examples=["before-the-holiday"])
]


class DueView(Shape):
    """Something that falls due."""

    at: str
    kind: str
    detail: str


class ClockAnswer(Answer):
    """Where the business clock stands, and what falls due next."""

    state: str = Field(description="ready, advancing, stopped_at_event or failed.")
    target: str | None
    stopped_by: str
    next: list[DueView]


class AdvanceBody(Shape):
    """How far to go: exactly one of ``to``, ``days`` and ``months``."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"days": 1}]})

    to: Instant | None = None
    days: Annotated[int, Field(ge=1, le=400, strict=True)] | None = None
    months: Annotated[int, Field(ge=1, le=13, strict=True)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.to, self.days, self.months)) != 1:
            raise ValueError("exactly one of to, days, months")
        return self


class ClosesBody(Shape):
    """How many more days to close."""

    count: Annotated[int, Field(ge=1, le=400, strict=True)]


class JourneyAnswer(Answer):
    """How far the clock went and what was done on the way."""

    started_at: str
    events: int
    state: str
    stopped_by: str


class SnapshotView(Shape):
    """A kept state of the whole company."""

    name: str
    kind: str
    of_branch: str
    business_at: str
    closed_on: str | None
    note: str
    is_current: bool


class SnapshotAnswer(Answer):
    """A branch or checkpoint."""

    snapshot: SnapshotView


class BranchBody(Shape):
    """The name of a branch."""

    name: BranchName


class RewindBody(Shape):
    """Where to go back to: a branch, a checkpoint, or a close by its date."""

    to: BranchName


@router.get("/clock", operation_id="sandbox_clock_get")
def sandbox_clock_get(door: Developer) -> ClockAnswer:
    """Show the business clock and the next five things that fall due."""
    door.enter()
    state = TimeMachine(door.machine.platform).state()

    return door.ask(lambda work, _: clock_answer(work, state))


def clock_answer(work: Work, state: ClockState) -> ClockAnswer:
    """Return where the clock stands, for the wire."""
    return ClockAnswer(
        state=state.state,
        target=shown_at(state.target) if state.target else None,
        stopped_by=state.stopped_by,
        next=[
            DueView(at=shown_at(due.at), kind=due.kind.value, detail=due.detail)
            for due in next_due(work)
        ],
        business_time=shown_at(work.at),
    )


@router.post("/clock/advance", operation_id="sandbox_clock_advance")
def sandbox_clock_advance(door: Developer, body: AdvanceBody) -> JourneyAnswer:
    """Move the clock, doing on the way all that falls due, by the code a live platform runs."""
    if body.to is not None:
        target = body.to
        return _journey(door, lambda machine, report: machine.advance_to(target, report=report))
    if body.days is not None:
        days = body.days
        return _journey(door, lambda machine, report: machine.advance_days(days, report=report))
    assert body.months is not None
    months = body.months
    return _journey(door, lambda machine, report: machine.advance_months(months, report=report))


@router.post("/clock/next-event", operation_id="sandbox_clock_next_event")
def sandbox_clock_next_event(door: Developer) -> JourneyAnswer:
    """Move to the next thing that falls due, and do it."""
    return _journey(door, lambda machine, report: machine.to_next_event(report=report))


@router.post("/clock/closes", operation_id="sandbox_clock_closes")
def sandbox_clock_closes(door: Developer, body: ClosesBody) -> JourneyAnswer:
    """Move on until so many more days are closed."""
    return _journey(door, lambda machine, report: machine.run_closes(body.count, report=report))


@router.post("/clock/resume", operation_id="sandbox_clock_resume")
def sandbox_clock_resume(door: Developer) -> JourneyAnswer:
    """Go on with a journey that a crash or a failure cut off."""
    return _journey(door, lambda machine, report: machine.resume(report=report))


@router.get("/branches", operation_id="sandbox_branches_list")
def sandbox_branches_list(door: Developer) -> Page[SnapshotView]:
    """List the present branch and every kept state."""
    door.enter()
    found = Branches(door.machine.platform.database).listed()
    return page([_snapshot(each) for each in found], next_cursor=None, at=_now(door))


@router.post("/branches", operation_id="sandbox_branches_make", status_code=201)
def sandbox_branches_make(door: Developer, body: BranchBody) -> SnapshotAnswer:
    """Keep the present state of the whole company as a branch."""
    door.enter()
    with closing(Desk(door.machine.platform.database.dsn)) as desk, desk.held():
        made = Branches(door.machine.platform.database).branch(body.name)
    return SnapshotAnswer(snapshot=_snapshot(made), business_time=shown_at(_now(door)))


@router.post("/branches/{name}/switch", operation_id="sandbox_branches_switch")
def sandbox_branches_switch(
    door: Developer, name: Annotated[str, Path(max_length=64)]
) -> SnapshotAnswer:
    """Go on with another branch; the present one stays as it is. Keys and staff come along."""
    door.enter()
    with closing(Desk(door.machine.platform.database.dsn)) as desk, desk.held():
        found = Branches(door.machine.platform.database).switch(name)
    return SnapshotAnswer(snapshot=_snapshot(found), business_time=shown_at(found.business_at))


@router.delete("/branches/{name}", operation_id="sandbox_branches_drop")
def sandbox_branches_drop(door: Developer, name: Annotated[str, Path(max_length=64)]) -> DoneAnswer:
    """Forget a branch or checkpoint that is not being worked on."""
    door.enter()
    with closing(Desk(door.machine.platform.database.dsn)) as desk, desk.held():
        Branches(door.machine.platform.database).drop(name)
    return DoneAnswer(business_time=shown_at(_now(door)))


@router.post("/rewind", operation_id="sandbox_rewind")
def sandbox_rewind(door: Developer, body: RewindBody) -> SnapshotAnswer:
    """Bring the present branch back to a branch, a checkpoint, or a close; keys stay known."""
    door.enter()
    with closing(Desk(door.machine.platform.database.dsn)) as desk, desk.held():
        found = Branches(door.machine.platform.database).rewind(body.to)
    return SnapshotAnswer(snapshot=_snapshot(found), business_time=shown_at(found.business_at))


def _now(door: KeyDoor) -> datetime:
    return door.open.ask(lambda work: work.at)


def _journey(door: KeyDoor, move: Callable[[TimeMachine, Reporter], Journey]) -> JourneyAnswer:
    """Return what a move did; leave it where it stands once the server is asked to stop."""
    door.enter()
    platform, leaving = door.machine.platform, door.machine.leaving

    def watch(done: int, total: int, note: str) -> None:  # noqa: ARG001 - a Reporter
        if leaving.is_set():
            raise Leave

    machine = TimeMachine(platform, branches=Branches(platform.database))
    try:
        journey = move(machine, watch)
    except Leave:
        raise LeftUnderWay(at=shown_at(machine.state().at)) from None
    return JourneyAnswer(
        started_at=shown_at(journey.started_at),
        events=journey.events,
        state=journey.state,
        stopped_by=journey.stopped_by,
        business_time=shown_at(journey.at),
    )


def _snapshot(found: Snapshot) -> SnapshotView:
    return SnapshotView(
        name=found.name,
        kind=found.kind,
        of_branch=found.of_branch,
        business_at=shown_at(found.business_at),
        closed_on=found.closed_on.isoformat() if found.closed_on else None,
        note=found.note,
        is_current=found.is_current,
    )
