"""``huoqi sandbox``: the simulated world's clock and branches, and worlds built from a seed."""

import os
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import click

from huoqi.cli.chaos_command import chaos_command
from huoqi.cli.documents import Document, blocked_documents, refusals, show, warn_of_blocked
from huoqi.cli.exits import Exit
from huoqi.cli.journeys import resumable
from huoqi.cli.sandbox_world import faults_group, magic_command, personas_command, replay_command
from huoqi.cli.session import Session
from huoqi.close.queries import blocked_days, last_closed, next_due
from huoqi.fund.products import HUOQIBAO
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.db import Database
from huoqi.kit.desk import Desk
from huoqi.kit.progress import Progress, Reporter
from huoqi.sandbox.branches import Branches, Snapshot
from huoqi.sandbox.opening import build_branch
from huoqi.sandbox.time_machine import Journey, TimeMachine
from huoqi.sandbox.world import WorldPlan

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_NO_INSTANT = "give an instant such as 2015-06-01T09:00:00+08:00, or a date"


@click.group("sandbox")
def sandbox_group() -> None:
    """Move the clock, keep branches, meet personas, arm faults, replay real figures.

    \b
    huoqi sandbox status
    huoqi sandbox advance --days 1
    huoqi sandbox branch before-the-holiday
    huoqi sandbox rewind before-the-holiday
    """


@sandbox_group.command("status")
@AS_JSON
@click.pass_obj
def status_command(session: Session, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Show the business time, the branch, the last closed day and what is due next.

    \b
    huoqi sandbox status --json
    """
    with refusals(as_json=as_json):
        machine = TimeMachine(session.platform)
        state = machine.state()
        with session.database.work(while_advancing=True) as work:
            closed_on = last_closed(work, fund=HUOQIBAO.fund)
            due = next_due(work)
            blocked = sorted(blocked_days(work))
    document: dict[str, object] = {
        "business_time": _local(state.at),
        "state": state.state,
        "target": _local(state.target) if state.target else None,
        "stopped_by": state.stopped_by,
        "branch": Branches(session.database).current().name,
        "last_closed_on": closed_on.isoformat() if closed_on else None,
        "blocked": " ".join(blocked),
        "next": [{"at": _local(d.at), "kind": d.kind.value, "detail": d.detail} for d in due],
    }
    show(document, as_json=as_json)


@sandbox_group.command("advance")
@click.option("--days", type=click.IntRange(1, 3_660), help="To the same time, N days on.")
@click.option("--months", type=click.IntRange(1, 120), help="To the same day, N months on.")
@click.option("--to", "to", metavar="INSTANT", help="To an ISO instant, or 09:00 of a date.")
@click.option("--next-event", is_flag=True, help="To the next thing that falls due, and do it.")
@click.option("--resume", is_flag=True, help="Go on with a move that was cut off.")
@AS_JSON
@click.pass_obj
def advance_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    days: int | None,
    months: int | None,
    to: str | None,
    next_event: bool,  # noqa: FBT001 - click's flag
    resume: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Move the business clock on; everything that falls due on the way is done in order.

    A checkpoint is kept first, so that `huoqi sandbox rewind` can undo the move. The move stops
    early where a close is newly blocked, and every blocked day is told. Exits with 1 when it is
    refused.

    \b
    huoqi sandbox advance --days 30
    huoqi sandbox advance --to 2015-06-01T15:00:00+08:00
    huoqi sandbox advance --next-event --json
    huoqi sandbox advance --resume
    """
    given = [name for name in (days, months, to) if name is not None]
    if len(given) + next_event + resume != 1:
        raise click.UsageError("give one of --days, --months, --to, --next-event and --resume")
    with refusals(as_json=as_json):
        journey = _moved(session, days=days, months=months, to=to, resume=resume)
        with session.database.work(while_advancing=True) as work:
            blocked = blocked_documents(blocked_days(work))
    show(_journey(journey) | ({"blocked": blocked} if as_json else {}), as_json=as_json)
    warn_of_blocked(blocked)


def _moved(
    session: Session,
    *,
    days: int | None,
    months: int | None,
    to: str | None,
    resume: bool,
) -> Journey:
    branches = Branches(session.database)
    branches.set_up()
    machine = TimeMachine(session.platform, branches=branches)
    move: Callable[[Reporter], Journey]
    if days is not None:
        move = lambda report: machine.advance_days(days, report=report)  # noqa: E731
    elif months is not None:
        move = lambda report: machine.advance_months(months, report=report)  # noqa: E731
    elif to is not None:
        at = _instant(to)
        move = lambda report: machine.advance_to(at, report=report)  # noqa: E731
    elif resume:
        move = lambda report: machine.resume(report=report)  # noqa: E731
    else:
        move = lambda report: machine.to_next_event(report=report)  # noqa: E731
    with resumable(machine), Progress("days") as progress:
        return move(progress)


@sandbox_group.command("branch")
@click.argument("name")
@AS_JSON
@click.pass_obj
def branch_command(session: Session, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Keep the present state of the whole company under a NAME; work goes on here.

    \b
    huoqi sandbox branch before-the-holiday
    """
    _with_branches(session, lambda branches: _snapshot(branches.branch(name)), as_json=as_json)


@sandbox_group.command("branches")
@AS_JSON
@click.pass_obj
def branches_command(session: Session, as_json: bool) -> None:  # noqa: FBT001
    """List the present branch and everything that was kept, oldest first.

    \b
    huoqi sandbox branches --json
    """
    with refusals(as_json=as_json):
        branches = Branches(session.database)
        branches.set_up()
        found = [_snapshot(each) for each in branches.listed()]
    show({"branches": found}, as_json=as_json)


@sandbox_group.command("switch")
@click.argument("name")
@AS_JSON
@click.pass_obj
def switch_command(session: Session, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Go on with the branch NAME; the present one stays as it is.

    Keys and staff's browser sessions come along, and what was revoked stays so; customers sign
    in on the branch.

    \b
    huoqi sandbox switch small
    huoqi sandbox switch main
    """
    _with_branches(session, lambda branches: _snapshot(branches.switch(name)), as_json=as_json)


@sandbox_group.command("rewind")
@click.argument("name")
@AS_JSON
@click.pass_obj
def rewind_command(session: Session, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Bring the present branch back to NAME: a branch, a checkpoint, or a close by its date.

    Keys and staff's browser sessions stay as they are; customers' sessions go back too.

    \b
    huoqi sandbox rewind before-the-holiday
    huoqi sandbox rewind 2015-05-31
    """
    _with_branches(session, lambda branches: _snapshot(branches.rewind(name)), as_json=as_json)


@sandbox_group.command("seed")
@click.argument("name", default="small")
@click.option("--seed", type=click.IntRange(1), default=20150511, show_default=True)
@click.option("--customers", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--months", type=click.IntRange(1, 120), default=3, show_default=True)
@click.option("--background", is_flag=True, help="Say little: for a process that nobody watches.")
@AS_JSON
@click.pass_obj
def seed_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    name: str,
    seed: int,
    customers: int,
    months: int,
    background: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Build a world with months of history and list it as the branch NAME.

    The branch that you are on is not touched and can be used meanwhile. The same seed gives the
    same books, byte for byte.

    \b
    huoqi sandbox seed
    huoqi sandbox seed spring --customers 200 --months 1
    """
    plan = WorldPlan(seed=seed, customers=customers, months=months)
    with refusals(as_json=as_json), Progress(f"building {name}") as progress:
        report = _while_parent_lives(progress) if background else progress
        world = build_branch(session.platform, session.open_at, name=name, plan=plan, report=report)
    if background and world is None:
        return
    document: dict[str, object] = {
        "branch": name,
        "built": world is not None,
        "customers": customers,
        "orders": world.answers.total() if world else None,
        "next_step": f"huoqi sandbox switch {name}",
    }
    show(document, as_json=as_json)


def _while_parent_lives(progress: Reporter) -> Reporter:
    """Return a reporter that ends the work once the server that began it is gone."""
    parent = os.getppid()

    def report(done: int, total: int, note: str) -> None:
        if os.getppid() != parent:
            raise SystemExit(Exit.INTERRUPTED)
        progress(done, total, note)

    return report


def _with_branches(session: Session, act: Callable[[Branches], Document], *, as_json: bool) -> None:
    """Do something to branches while the desk is ours, so that nothing is half sent meanwhile."""
    with refusals(as_json=as_json):
        branches = Branches(session.database)
        branches.set_up()
        with _desk(session.database) as desk, desk.held():
            document = act(branches)
    show(document, as_json=as_json)


def _desk(database: Database) -> "closing[Desk]":
    return closing(Desk(database.dsn))


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(_NO_INSTANT, param_hint="--to") from error
    if len(text) == len("2015-05-11"):
        at = at.replace(hour=9)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _local(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat()


def _journey(journey: Journey) -> dict[str, object]:
    return {
        "from": _local(journey.started_at),
        "business_time": _local(journey.at),
        "events": journey.events,
        "state": journey.state,
        "stopped_by": journey.stopped_by,
    }


def _snapshot(found: Snapshot) -> Document:
    return {
        "name": found.name,
        "kind": found.kind,
        "current": found.is_current,
        "business_time": _local(found.business_at),
        "closed_on": found.closed_on.isoformat() if found.closed_on else None,
        "note": found.note,
    }


for _command in (chaos_command, personas_command, magic_command, faults_group, replay_command):
    sandbox_group.add_command(_command)
