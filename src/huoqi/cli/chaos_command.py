"""``huoqi sandbox chaos``: a day on which banks and the manager go wrong in every way."""

import click

from huoqi.cli.documents import Document, refusals, show
from huoqi.cli.exits import Exit
from huoqi.cli.journeys import resumable
from huoqi.cli.session import Session
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.progress import Progress
from huoqi.sandbox.branches import Branches
from huoqi.sandbox.chaos import ChaosDay, Found, chaos_day
from huoqi.sandbox.time_machine import TimeMachine


@click.command("chaos")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def chaos_command(session: Session, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Live through the seeded chaos day, and say where each of its twenty-five troubles was found.

    Moves to the next trading day, lets people of every bank move in and buy, and lets payments, the
    banks' statements of the day, and the manager's answers and figures go wrong. What is to be done
    about statements then stands in `huoqi break list`. Faults of files need `huoqi up --manager
    files`. A checkpoint is kept first, so that `huoqi sandbox rewind` undoes it. Ends with 3 when
    something was not found as the list has it, or something was that nobody asked for.

    \b
    huoqi sandbox chaos
    huoqi sandbox chaos --json
    """
    with refusals(as_json=as_json):
        branches = Branches(session.database)
        branches.set_up()
        machine = TimeMachine(session.platform, branches=branches)
        with resumable(machine), Progress("days") as progress:
            day = chaos_day(session.platform, machine, report=progress)
    show(_document(day), as_json=as_json)
    missed = [each for each in day.found if not each.is_as_expected and not each.is_for_files]
    if missed or day.false_breaks or day.closed_at is None:
        raise SystemExit(Exit.NEGATIVE)


def _document(day: ChaosDay) -> dict[str, object]:
    closed = day.closed_at.astimezone(SHANGHAI).isoformat() if day.closed_at else None
    return {
        "day": day.on.isoformat(),
        "closed_at": closed,
        "found": [_row(each) for each in day.found],
        "as_expected": sum(each.is_as_expected for each in day.found),
        "false_breaks": list(day.false_breaks),
    }


def _row(found: Found) -> Document:
    return {
        "no": found.trouble.no,
        "fault": found.trouble.fault,
        "target": found.trouble.target,
        "found_at_step": found.step,
        "class": found.as_class,
        "action": found.action,
        "as_expected": found.is_as_expected,
        "note": found.note,
    }
